import { ingestLimits } from '../limits.ts';
import { isObject, keysIn, nestsDeeper } from '../segment/json.ts';
import type { Json, JsonObject } from '../segment/event.ts';
import type { Problem } from '../segment/problem.ts';

/** What something adds to each event that it is merged into. */
export interface SharedSize {
  readonly bytes: number;
  readonly keys: number;
}

export const noSharedSize: SharedSize = { bytes: 0, keys: 0 };

/** How much of an event this is, as JSON. For values that do not nest too deep. */
export const sizeOf = (value: JsonObject): SharedSize => ({
  bytes: Buffer.byteLength(JSON.stringify(value)),
  keys: keysIn(value),
});

/** Why a value nests too deep; undefined where it does not. */
export const depthOf = (field: string, value: Json | undefined): Problem | undefined =>
  nestsDeeper(value, ingestLimits.nesting)
    ? {
        field,
        code: 'nested_too_deep',
        message: `${field} must not nest objects and arrays more than ${ingestLimits.nesting} deep`,
      }
    : undefined;

/** What would make one event, with what its batch adds to it, too large further on. */
export const tooLarge = (item: Json, shared: SharedSize): Problem | undefined => {
  const tooDeep = depthOf('message', item);
  if (tooDeep || !isObject(item)) return tooDeep;
  const { bytes, keys } = sizeOf(item);
  if (bytes + shared.bytes > ingestLimits.eventBytes) {
    const message = `an event must have at most ${ingestLimits.eventBytes} bytes of JSON`;
    return { field: 'message', code: 'event_too_large', message };
  }
  if (keys + shared.keys > ingestLimits.keys) {
    const message = `an event must have at most ${ingestLimits.keys} keys in all of its objects`;
    return { field: 'message', code: 'too_many_keys', message };
  }
  return undefined;
};

/** What a batch's context and integrations would make of all of its events together. */
export const sharedTooLarge = (shared: SharedSize, events: number): Problem | undefined => {
  if (shared.bytes * events <= ingestLimits.sharedBytes) return undefined;
  const max = ingestLimits.sharedBytes;
  const message = `the batch's context and integrations must not add more than ${max} bytes to its events together: send fewer events at once`;
  return { field: 'batch', code: 'batch_too_large', message };
};
