import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { hashTiming } from '../limits.ts';
import type { EpochMs } from '../segment/time.ts';

/** Version, expiry (Unix time in seconds) and e-mail (base64url of UTF-8): what the signature covers. */
const signedForm = /^v1\.(\d{10})\.([A-Za-z0-9_-]+)$/;

/** Stands in where there is no secret: nobody knows it, so no token is right, at the usual cost. */
const unknownSecret = randomBytes(32);

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Compares with every secret's signature, as digests of one length, whatever the first ones say. */
const isSigned = (signed: string, mac: string, secrets: readonly string[]): boolean => {
  const given = digest(mac);
  const keys = secrets.length > 0 ? secrets : [unknownSecret];
  return keys.reduce((good, key) => {
    const made = createHmac('sha256', key).update(signed).digest('base64url');
    return timingSafeEqual(given, digest(made)) || good;
  }, false);
};

const decoded = (base64url: string): string | undefined => {
  try {
    // The text as it was signed, a byte order mark included.
    const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    return utf8.decode(Buffer.from(base64url, 'base64url'));
  } catch {
    return undefined;
  }
};

/**
 * The e-mail that a token names, exactly as the site's back end wrote it, where the token is good
 * now: `v1.<expiry>.<e-mail>.<signature>`, signed with one of the secrets, not expired, and not good
 * for longer than `hashTiming.tokenLongestSeconds` from now on. Undefined otherwise.
 *
 * ```
 * expiry     Unix time in seconds, 10 digits: the first second in which the token is not good
 * e-mail     base64url without padding (RFC 4648, section 5) of its UTF-8
 * signature  base64url without padding of HMAC-SHA256(secret, "v1.<expiry>.<e-mail>"), the secret as UTF-8
 * ```
 *
 * Makes the same signatures and comparisons for a good token as for any other text.
 */
export const emailInToken = (
  token: string,
  secrets: readonly string[],
  now: EpochMs,
): string | undefined => {
  const dot = token.lastIndexOf('.');
  const signed = token.slice(0, Math.max(dot, 0));
  const good = isSigned(signed, token.slice(dot + 1), secrets);
  const [, expiry = '', email = ''] = signedForm.exec(signed) ?? [];
  const leftMs = Number(expiry) * 1_000 - now;
  const inTime = leftMs > 0 && leftMs <= hashTiming.tokenLongestSeconds * 1_000;
  const named = decoded(email);
  return good && inTime ? named : undefined;
};
