import type { EpochMs } from './time.ts';
import { epochMs } from './time.ts';

/**
 * The place of an event among all events, as text that sorts like it: `(min(timestamp, receivedAt),
 * receivedAt, index in request, messageId)`. Fixed width, base 36; the last part is a short hash.
 */
export type SequenceKey = string & { readonly __brand: 'order' };

const fixed = (value: number, width: number): string =>
  Math.min(Math.max(Math.trunc(value), 0), 36 ** width - 1)
    .toString(36)
    .padStart(width, '0');

/** `timestamp` in the future counts as `receivedAt`, so that a date in 2099 cannot freeze a field. */
export const sequenceKeyOf = (
  timestamp: EpochMs,
  receivedAt: EpochMs,
  index: number,
  messageHash: string,
): SequenceKey =>
  (fixed(Math.min(timestamp, receivedAt), 9) +
    fixed(receivedAt, 9) +
    fixed(index, 4) +
    messageHash) as SequenceKey;

/** When the event with this order was received; `undefined` for an order that no event has. */
export const receivedAtOf = (order: SequenceKey): EpochMs | undefined => {
  const at = Number.parseInt(order.slice(9, 18), 36);
  return Number.isNaN(at) ? undefined : epochMs(at);
};

/** The place of an event without its message: the latest order before it that no event has. */
export const placeOf = (order: SequenceKey): SequenceKey => order.slice(0, 22) as SequenceKey;

/** The short hash of the message that an order key ends with. */
export const messageHashOf = (order: SequenceKey): string => order.slice(22);
