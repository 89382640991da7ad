import { createHmac, timingSafeEqual } from 'node:crypto';
import { nestsDeeper } from '../segment/json.ts';
import type { Json } from '../segment/event.ts';

/** An `X-Signature` of Segment's form: lower-case hex of an HMAC-SHA1. Undefined for anything else. */
export const signatureIn = (header: string | undefined): Buffer | undefined =>
  header !== undefined && /^[0-9a-f]{40}$/.test(header) ? Buffer.from(header, 'hex') : undefined;

/** Whether one of the secrets made this signature of this content; each compared in constant time. */
export const signs = (
  signature: Buffer,
  content: Buffer | string,
  secrets: readonly string[],
): boolean =>
  secrets.reduce((good, secret) => {
    const made = createHmac('sha1', secret).update(content).digest();
    return timingSafeEqual(signature, made) || good;
  }, false);

/**
 * What Segment signs of an array: its first element, written as JSON anew. That proves who sent the
 * request and nothing of the other elements. Undefined where there is none, or one that nests deeper
 * than `levels`.
 */
export const firstOf = (body: Json | undefined, levels: number): string | undefined => {
  const first = Array.isArray(body) ? (body[0] as Json | undefined) : undefined;
  return first === undefined || nestsDeeper(first, levels) ? undefined : JSON.stringify(first);
};
