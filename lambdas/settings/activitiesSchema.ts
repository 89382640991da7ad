import * as z from 'zod/mini';

const name = z.string().check(z.minLength(1));

/** A property by its path, or a text that is always the same. */
const source = z.union([name, z.strictObject({ text: z.string().check(z.regex(/\S/)) })]);

/** Tracks that become custom activities of Marketo, by the names of their events. */
export const activitiesSchema = z.record(
  name,
  z.strictObject({
    typeId: z.int().check(z.gte(1)),
    primary: source,
    attributes: z.optional(z.record(name, source)),
    visit: z.optional(z.boolean()),
  }),
);

const aSource =
  'the path of a property, like "orderId" or "order.id" or "items.0.sku", or {"text": "…"} for a text that is always the same';

/** What must stand at each key of an entry; finishes the sentence "it must be …". */
export const activityParts = {
  typeId: 'Marketo’s id of the custom activity type, a whole number from 1',
  primary: aSource,
  attributes: `an object of Marketo’s attribute API names, each with ${aSource}`,
  visit: 'true, to send a visit besides, or false',
} as const;
