import { epochMs } from './time.ts';
import type { Json } from './event.ts';
import type { EpochMs } from './time.ts';

/** ISO 8601 as the SDKs write it: any number of decimals, `Z`, `+02:00`, `+0200` or nothing (UTC). */
const iso =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2})?(?:[.,](\d+))?(?:Z|([+-]\d{2}):?(\d{2}))?)?$/i;

/** A date's milliseconds; undefined where it is none, or before 1970 (some SDKs' zero date). */
export const timeIn = (value: Json | undefined): EpochMs | undefined => {
  const parts = typeof value === 'string' ? iso.exec(value.trim()) : null;
  if (!parts) return undefined;
  const [, date, minutes = '00:00', seconds = ':00', decimals = '0', hour = '+00', minute = '00'] =
    parts;
  const milliseconds = decimals.slice(0, 3).padEnd(3, '0');
  const time = Date.parse(`${date ?? ''}T${minutes}${seconds}.${milliseconds}${hour}:${minute}`);
  return time >= 0 ? epochMs(time) : undefined;
};

/** The dates that a message came with, unchecked. */
interface SenderTimes {
  readonly originalTimestamp?: Json | undefined;
  /** What a server library sends: the time of the call, so an originalTimestamp. */
  readonly timestamp?: Json | undefined;
  readonly sentAt?: Json | undefined;
}

/**
 * When an event happened, by our clock: `receivedAt - (sentAt - originalTimestamp)`. Without a
 * usable `sentAt` the sender's clock is believed; without a usable date it happened when it came.
 */
export const timestampOf = (times: SenderTimes, receivedAt: EpochMs): EpochMs => {
  const original = timeIn(times.originalTimestamp) ?? timeIn(times.timestamp);
  if (original === undefined) return receivedAt;
  const sent = timeIn(times.sentAt);
  if (sent === undefined) return original;
  return epochMs(Math.max(receivedAt - (sent - original), 0));
};
