import * as z from 'zod/mini';
import { keyList } from '../aws/keyList.ts';

const key = z.string();

/** Text with commas between keys, and a list of keys; blanks are none. */
const all = (one = '', more: readonly string[] = []): readonly string[] => [
  ...keyList(one),
  ...more.flatMap((each) => each.trim() || []),
];

/**
 * The secret of ingest. `{"writeKey": "…"}`, as a deployment makes it, or `{"writeKeys": ["…"]}`
 * while keys are being changed; with both, all are good. `writeKey` may hold several, with commas
 * between them. A `deleteKey` (or several, as `deleteKeys`) is a write key with which users may be
 * deleted, too: one that no page holds. `webhookSecret` and `webhookSecrets` are the shared secrets of Segment's webhooks,
 * written in the same two ways; without any, webhooks are closed.
 */
export const ingestSecretSchema = z.pipe(
  z.object({
    writeKey: z.optional(key),
    writeKeys: z.optional(z.array(key)),
    deleteKey: z.optional(key),
    deleteKeys: z.optional(z.array(key)),
    webhookSecret: z.optional(key),
    webhookSecrets: z.optional(z.array(key)),
  }),
  z.pipe(
    z.transform(
      (secret: {
        readonly writeKey?: string | undefined;
        readonly writeKeys?: string[] | undefined;
        readonly deleteKey?: string | undefined;
        readonly deleteKeys?: string[] | undefined;
        readonly webhookSecret?: string | undefined;
        readonly webhookSecrets?: string[] | undefined;
      }) => {
        const deleteKeys = all(secret.deleteKey, secret.deleteKeys);
        return {
          writeKeys: [...all(secret.writeKey, secret.writeKeys), ...deleteKeys],
          deleteKeys,
          webhookSecrets: all(secret.webhookSecret, secret.webhookSecrets),
        };
      },
    ),
    z.object({
      writeKeys: z.array(key).check(z.minLength(1)),
      deleteKeys: z.array(key),
      webhookSecrets: z.array(key),
    }),
  ),
);
