import * as z from 'zod/mini';
import { keyList } from '../aws/keyList.ts';
import type { SourceKind } from '../segment/source.ts';
import type { Sender, Senders } from './senders.ts';

const text = z.optional(z.string());
const list = z.optional(z.array(z.string()));

/** Names stand in logs, metrics and alarms. */
const name = z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{0,39}$/));

const sourceSchema = z
  .strictObject({
    kind: z.enum(['server', 'browser']),
    /** Write keys, with commas between them while they are being changed. */
    key: text,
    /** Shared secrets of a Segment webhook, written in the same way. */
    webhookSecret: text,
    /** Keys of a webhook whose sender signs nothing. */
    webhookKey: text,
    mayDelete: z.optional(z.boolean()),
  })
  // What stands in a page must not delete anybody.
  .check(z.refine(({ kind, mayDelete }) => kind === 'server' || mayDelete !== true));

const secretSchema = z.object({
  writeKey: text,
  writeKeys: list,
  serverKey: text,
  serverKeys: list,
  deleteKey: text,
  deleteKeys: list,
  webhookSecret: text,
  webhookSecrets: list,
  webhookKey: text,
  webhookKeys: list,
  sources: z.optional(z.record(name, sourceSchema)),
});

type Secret = z.infer<typeof secretSchema>;

/** Text with commas between keys, and a list of keys; blanks are none. */
const all = (one = '', more: readonly string[] = []): readonly string[] => [
  ...keyList(one),
  ...more.flatMap((each) => each.trim() || []),
];

const sendersWith = (
  keys: readonly string[],
  source: string,
  kind: SourceKind,
  mayDelete: boolean,
): readonly Sender[] => keys.map((key) => ({ key, source: { name: source, kind }, mayDelete }));

/**
 * Keys without a kind count as browser keys, whatever they may do: nobody has said that they are
 * secret. So a secret from before kinds means what it meant.
 */
const sendersOf = (secret: Secret): Senders => {
  const named = Object.entries(secret.sources ?? {});
  return {
    writeKeys: [
      ...named.flatMap(([source, { key, kind, mayDelete = false }]) =>
        sendersWith(all(key), source, kind, mayDelete),
      ),
      ...sendersWith(all(secret.serverKey, secret.serverKeys), 'server', 'server', false),
      ...sendersWith(all(secret.deleteKey, secret.deleteKeys), 'delete', 'browser', true),
      ...sendersWith(all(secret.writeKey, secret.writeKeys), 'default', 'browser', false),
    ],
    webhooks: [
      // Without another word a signature may delete: deletes are Segment's own.
      ...named.flatMap(([source, { webhookSecret, kind, mayDelete = kind === 'server' }]) =>
        sendersWith(all(webhookSecret), source, kind, mayDelete),
      ),
      ...sendersWith(all(secret.webhookSecret, secret.webhookSecrets), 'webhook', 'browser', true),
    ],
    webhookKeys: [
      // A key in an address ends up in the logs of others: it deletes only where that is said.
      ...named.flatMap(([source, { webhookKey, kind, mayDelete = false }]) =>
        sendersWith(all(webhookKey), source, kind, mayDelete),
      ),
      ...sendersWith(all(secret.webhookKey, secret.webhookKeys), 'webhook', 'browser', false),
    ],
  };
};

/**
 * The secret of ingest. `{"writeKey": "…"}`, as a deployment makes it: a browser key, good for
 * everything but deletes. Beside it `serverKey`, which no page holds, `deleteKey`, a write key with
 * which users may be deleted, too, and `webhookSecret`, the shared secret of Segment's webhooks
 * (without any, webhooks are closed), and `webhookKey` for senders that sign nothing. Each may hold several with commas between them, and each has a
 * form that is a list (`writeKeys` …); all of them are good. `sources` gives names instead:
 * `{"sources": {"crm": {"kind": "server", "key": "…", "mayDelete": true}}}`.
 */
export const ingestSecretSchema = z.pipe(
  secretSchema,
  z.pipe(
    z.transform(sendersOf),
    z.custom<Senders>().check(z.refine(({ writeKeys }) => writeKeys.length > 0)),
  ),
);
