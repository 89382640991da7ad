import { epochMs } from './time.ts';
import type { Json } from './event.ts';
import type { EpochMs } from './time.ts';
import type { Unread } from './unread.ts';

/**
 * ISO 8601 as SDKs and databases write it: any number of decimals, then `Z`, `UTC`, `+02:00`,
 * `+0200`, `+02` or nothing, which is UTC.
 */
const iso =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2})?(?:[.,](\d+))?(?: ?(?:Z|UTC|([+-]\d{2})(?::?(\d{2}))?))?)?$/i;

const isoTime = (text: string): number | undefined => {
  const parts = iso.exec(text);
  if (!parts) return undefined;
  const [, date, minutes = '00:00', seconds = ':00', decimals = '0', hour = '+00', minute = '00'] =
    parts;
  const milliseconds = decimals.slice(0, 3).padEnd(3, '0');
  return Date.parse(`${date ?? ''}T${minutes}${seconds}.${milliseconds}${hour}:${minute}`);
};

/** `Fri, 04 Apr 2014 07:00:00 GMT`, as HTTP and mail write it. */
const rfc = /^[a-z]{3}, \d{2} [a-z]{3} \d{4} \d{2}:\d{2}:\d{2} (?:GMT|UTC|[+-]\d{4})$/i;

/** Digits before the point of a time since 1970, from 2001 to 2286, and its unit in ms. */
const epochUnits: ReadonlyMap<number, number> = new Map([
  [10, 1_000],
  [13, 1],
  [16, 0.001],
  [19, 0.000_001],
]);

/** Seconds, milli-, micro- or nanoseconds since 1970: their sizes do not meet. */
const epochTime = (text: string): number | undefined => {
  const [, whole = ''] = /^([1-9]\d*)(?:\.\d+)?$/.exec(text) ?? [];
  const unit = epochUnits.get(whole.length);
  return unit === undefined ? undefined : Math.floor(Number(text) * unit);
};

/**
 * A date in any form that has one plausible meaning, in milliseconds. Undefined where it has none,
 * or lies before 1970 (some SDKs' zero date).
 */
export const timeIn = (value: Json | undefined): EpochMs | undefined => {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const text = String(value).trim();
  const time = isoTime(text) ?? epochTime(text) ?? (rfc.test(text) ? Date.parse(text) : NaN);
  return time >= 0 ? epochMs(time) : undefined;
};

/** Nothing, or a date that stands for nothing: 0, and the year 1 in which .NET and Go begin. */
const isAbsent = (value: Json | undefined): boolean =>
  typeof value === 'string'
    ? /^\s*(?:$|0001-01-01)/.test(value)
    : value === undefined || value === null || value === 0;

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

/** The dates of a message that are there and mean nothing to us, and what that does to its order. */
export const unreadTimes = (times: SenderTimes): readonly Unread[] => {
  const isUnread = (value: Json | undefined): boolean =>
    !isAbsent(value) && timeIn(value) === undefined;
  const { originalTimestamp, timestamp, sentAt } = times;
  const isDated = [originalTimestamp, timestamp].some((value) => timeIn(value) !== undefined);
  const unread: Unread[] = [];
  const because = 'is no date that we can read (ISO 8601, or a time since 1970)';
  if (!isDated)
    for (const [field, value] of Object.entries({ originalTimestamp, timestamp }))
      if (isUnread(value))
        unread.push({ field, because: `${because}; the event counts as happening when it came` });
  if (isDated && isUnread(sentAt))
    unread.push({ field: 'sentAt', because: `${because}; the sender's clock is believed` });
  return unread;
};
