import type { CheckedEvent, Reading } from './message.ts';
import { justAfter } from './message.ts';
import { epochMs } from './time.ts';

const isDelete = (reading: Reading): boolean =>
  reading.kind === 'event' && reading.event.type === 'delete';

/**
 * The readings of one request. What stands behind a delete came with it, not before it, unless it
 * happened earlier by its own time: then it may be a late copy, and stays older than the delete.
 */
export const behindDeletes = <Event extends CheckedEvent>(
  readings: readonly Reading<Event>[],
): readonly Reading<Event>[] => {
  const first = readings.findIndex(isDelete);
  if (first < 0) return readings;
  return readings.map((reading, index) => {
    if (index < first || reading.kind !== 'event' || isDelete(reading)) return reading;
    const { event } = reading;
    const receivedAt = justAfter(event.receivedAt);
    const isOlder = event.timestamp < event.receivedAt;
    const timestamp = isOlder ? event.timestamp : epochMs(Math.max(event.timestamp, receivedAt));
    return { kind: 'event', event: { ...event, receivedAt, timestamp } };
  });
};
