import { asObject, isObject, kindOf, omitNullish } from './json.ts';
import type { Json, JsonObject } from './event.ts';
import type { Problem } from './problem.ts';

/** What a batch says for all of its items. */
export interface Shared {
  readonly context?: JsonObject;
  readonly integrations?: JsonObject;
  readonly sentAt?: Json;
}

/** `over` wins; objects that both have are merged one level down. Its keys come first. */
const merged = (over: JsonObject | undefined, under: JsonObject): JsonObject => {
  if (over === undefined) return under;
  const both = Object.entries(over).flatMap(([key, value]): [string, Json][] => {
    const other = Object.hasOwn(under, key) ? under[key] : undefined;
    return isObject(value) && isObject(other) ? [[key, { ...value, ...other, ...value }]] : [];
  });
  return { ...over, ...under, ...over, ...Object.fromEntries(both) };
};

/**
 * An item with the batch's `context` and `integrations` merged into its own. The item wins; objects
 * within (`context.traits`, `context.Marketo`, `integrations.Marketo`) are merged key by key.
 */
export const withShared = (item: JsonObject, shared: Shared): JsonObject => ({
  ...item,
  ...omitNullish({ sentAt: item.sentAt ?? shared.sentAt }),
  ...(shared.context && { context: merged(asObject(item.context), shared.context) }),
  ...(shared.integrations && {
    integrations: merged(asObject(item.integrations), shared.integrations),
  }),
});

/** The items of a batch and what holds for all of them, or why it is none. */
export const openBatch = (
  body: JsonObject,
): { readonly items: readonly Json[]; readonly shared: Shared } | { readonly problem: Problem } => {
  const items = body.batch;
  if (!Array.isArray(items)) {
    const message = `batch must be an array of events, not ${kindOf(items)}`;
    return { problem: { field: 'batch', code: 'batch_not_array', message } };
  }
  if (items.length === 0) {
    return { problem: { field: 'batch', code: 'empty_batch', message: 'batch has no events' } };
  }
  const shared = omitNullish({
    context: asObject(body.context),
    integrations: asObject(body.integrations),
    sentAt: body.sentAt,
  });
  return { items, shared };
};
