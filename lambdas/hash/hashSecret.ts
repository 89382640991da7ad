import * as z from 'zod/mini';
import { hashLimits } from '../limits.ts';
import { keyList } from '../aws/keyList.ts';

const tokenSecrets = z.pipe(
  z.pipe(
    z.string(),
    z.transform((text) => [...keyList(text)]),
  ),
  // Whoever sees a token can try secrets against it at leisure: a short one would be found.
  z.array(z.string().check(z.minLength(hashLimits.tokenSecretCharacters))),
);

/**
 * The secret of the hash function: `{"munchkinPrivateKey": "…", "hashTokenSecret": "…"}`. The latter
 * may hold several secrets, with commas between them, while one is being changed; each has
 * `hashLimits.tokenSecretCharacters` at least. Blank or absent: no token is right.
 */
export const hashSecretSchema = z.object({
  munchkinPrivateKey: z.string().check(z.minLength(1)),
  hashTokenSecret: z._default(tokenSecrets, []),
});

export type HashSecret = z.infer<typeof hashSecretSchema>;
