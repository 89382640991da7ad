import { ingestTiming } from '../limits.ts';
import { hashOf } from '../digest.ts';
import { isObject } from '../segment/json.ts';
import { timeIn } from '../segment/timestamps.ts';
import type { Json, JsonObject } from '../segment/event.ts';
import type { EpochMs } from '../segment/time.ts';

interface Place {
  readonly index: number;
  readonly type?: string;
  /** The source's name: nobody takes the place of another's event by saying the same. */
  readonly source: string;
  readonly receivedAt: EpochMs;
}

/** What a sender writes anew at each try, and what says nothing of the event. */
const passing: ReadonlySet<string> = new Set(['messageId', 'sentAt', 'writeKey']);

const hasOwnTime = ({ timestamp, originalTimestamp }: JsonObject): boolean =>
  timeIn(timestamp) !== undefined || timeIn(originalTimestamp) !== undefined;

/**
 * The messageId of an event whose sender gave none: made of its content, its place in the request
 * and its source, so that a request that is sent again brings the same events and not new ones. Two
 * events that happened at different times differ by their timestamp; without one they count as the
 * same only within `sameContentMs`, so that the same click next week is a click.
 */
export const contentId = (message: Json, { receivedAt, ...place }: Place): string => {
  const own = isObject(message) ? message : {};
  const content = Object.entries(own).filter(([key]) => !passing.has(key));
  const span = hasOwnTime(own) ? null : Math.floor(receivedAt / ingestTiming.sameContentMs);
  return `content-${hashOf(JSON.stringify([content, place, span]))}`;
};
