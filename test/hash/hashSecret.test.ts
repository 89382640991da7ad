import * as z from 'zod/mini';
import { expect, it } from 'vitest';
import { hashSecretSchema } from '../../lambdas/hash/hashSecret.ts';

const one = 'a-secret-with-thirty-two-letters';
const munchkinPrivateKey = 'mysecretkey';

it.each([
  [{}, []],
  [{ hashTokenSecret: '' }, []],
  [{ hashTokenSecret: ' , ' }, []],
  [{ hashTokenSecret: one }, [one]],
  [{ hashTokenSecret: ` ${one}, ${one}2,` }, [one, `${one}2`]],
  [{ hashTokenSecret: one, unused: 'x' }, [one]],
])('%j has the token secrets %j', (secret, hashTokenSecret) => {
  expect(z.parse(hashSecretSchema, { munchkinPrivateKey, ...secret })).toEqual({
    munchkinPrivateKey,
    hashTokenSecret,
  });
});

it.each([
  { hashTokenSecret: one },
  { munchkinPrivateKey: '', hashTokenSecret: one },
  { munchkinPrivateKey, hashTokenSecret: one.slice(1) },
  { munchkinPrivateKey, hashTokenSecret: `${one},short` },
  { munchkinPrivateKey, hashTokenSecret: [one] },
])('%j cannot be used', (secret) => {
  expect(z.safeParse(hashSecretSchema, secret).success).toBe(false);
});
