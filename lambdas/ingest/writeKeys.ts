import { createHash, timingSafeEqual } from 'node:crypto';
import * as z from 'zod/mini';

const writeKey = z.string();

/**
 * The secret of ingest: `{"writeKey": "…"}`, as a deployment makes it, or `{"writeKeys": ["…"]}`
 * while keys are being changed; with both, all are good. `writeKey` may hold several, with commas
 * between them. Blanks between commas are none.
 */
export const writeKeysSchema = z.pipe(
  z.object({ writeKey: z.optional(writeKey), writeKeys: z.optional(z.array(writeKey)) }),
  z.pipe(
    z.transform(({ writeKey: one, writeKeys: more }: { writeKey?: string; writeKeys?: string[] }) =>
      [...(one?.split(',') ?? []), ...(more ?? [])].flatMap((key) => key.trim() || []),
    ),
    z.array(writeKey).check(z.minLength(1)),
  ),
);

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Compares with every key, each in constant time: the answer's time tells nothing of any key. */
export const isWriteKey = (given: string, keys: readonly string[]): boolean => {
  const wanted = digest(given);
  return keys.reduce((good, key) => timingSafeEqual(wanted, digest(key)) || good, false);
};

/** The user of a Basic `Authorization` header, which is the write key; the password is ignored. */
export const basicUser = (header: string | undefined): string | undefined => {
  const credentials = /^basic +([A-Za-z0-9+/_-]+=*) *$/i.exec(header ?? '')?.[1];
  if (credentials === undefined) return undefined;
  const [user] = Buffer.from(credentials, 'base64').toString('utf8').split(':');
  return user === '' ? undefined : user;
};
