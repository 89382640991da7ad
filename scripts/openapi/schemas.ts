import * as z from 'zod';
import { hashLimits, ingestLimits } from '../../lambdas/limits.ts';

const object = z.looseObject({});
/** Absent, null and empty are the same to ingest: some SDKs send `null`. */
const id = (what: string) => z.union([z.string(), z.int(), z.null()]).describe(what).optional();
const date = z.string().describe('ISO 8601; one that cannot be read costs no event').nullish();

const common = {
  userId: id('Who it is. This or anonymousId must be there.'),
  anonymousId: id('Which device it is.'),
  messageId: z
    .union([z.string().max(ingestLimits.messageIdCharacters), z.int(), z.null()])
    .describe('Counts once within five minutes.')
    .optional(),
  context: object.describe('`context.Marketo.marketoCookie` is the Munchkin cookie.').nullish(),
  integrations: object.describe('`{"Marketo": false}` keeps the event from Marketo.').nullish(),
  timestamp: date,
  originalTimestamp: date,
  sentAt: date,
};

const identify = z.looseObject({ ...common, traits: object.nullish() });
const track = z.looseObject({
  ...common,
  event: z.string().min(1).describe('What happened.'),
  properties: object.nullish(),
});
const page = z.looseObject({ ...common, name: z.string().nullish(), properties: object.nullish() });
const group = z
  .looseObject({
    ...common,
    groupId: id('Which company the person belongs to.'),
    traits: object.describe('Of the company.').nullish(),
  })
  .describe('Goes where a rule of the mapping sends it; without a groupId nowhere.');
const unused = z.looseObject(common).describe('Accepted and dropped: Marketo has no use for it.');

/** Any event of a batch. */
const event = z.looseObject({
  ...common,
  type: z
    .enum(['identify', 'track', 'page', 'screen', 'group', 'alias', 'delete'])
    .describe('`delete` empties what is held of a user; it takes a key that may delete.'),
  event: z.string().min(1).describe('Of a track: what happened.').nullish(),
  groupId: id('Of a group: which company the person belongs to.'),
  name: z.string().nullish(),
  traits: object.nullish(),
  properties: object.nullish(),
});

const batch = z.looseObject({
  batch: z.array(event).max(ingestLimits.batchEvents),
  context: object.nullish(),
  integrations: object.nullish(),
  sentAt: date,
});

const itemError = z.object({
  index: z.int(),
  messageId: z.string().optional(),
  field: z.string(),
  code: z.string(),
  message: z.string(),
});

/** All schemas of the description, by name. */
export const schemas = {
  Identify: identify,
  Track: track,
  Page: page,
  Group: group,
  Unused: unused,
  Batch: batch,
  Accepted: z.object({ success: z.literal(true), errors: z.array(itemError).optional() }),
  Refused: z.looseObject({
    success: z.literal(false),
    message: z.string(),
    code: z.string(),
    field: z.string().optional(),
    errors: z.array(itemError).optional(),
  }),
  HashRequest: z.object({
    token: z
      .string()
      .describe('Signed by the site’s own back end (docs/hash-tokens.md).')
      .optional(),
    email: z
      .string()
      .max(hashLimits.emailCharacters)
      .describe('Instead of a token, from pages of allowed origins, with hash.access: origins.')
      .optional(),
  }),
  Hash: z.object({ hash: z.string().regex(/^[0-9a-f]{40}$/) }),
} as const;

/** Which schema a body of each kind of call has. */
export const bodyOf: Readonly<Record<string, keyof typeof schemas>> = {
  identify: 'Identify',
  track: 'Track',
  page: 'Page',
  screen: 'Unused',
  group: 'Group',
  alias: 'Unused',
  batch: 'Batch',
};
