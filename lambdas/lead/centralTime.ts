import type { EpochMs } from '../segment/time.ts';
import { epochMs } from '../segment/time.ts';

/** A day by whose quota Marketo counts. */
export interface Day {
  /** `2026-07-31` */
  readonly name: string;
  readonly startsAt: EpochMs;
  /** The next day's start: 23, 24 or 25 hours later. */
  readonly resetsAt: EpochMs;
}

let central: Intl.DateTimeFormat | undefined;

/** Made when it is first needed: that takes as long as importing a quarter of a function's bundle. */
const centralFormat = (): Intl.DateTimeFormat =>
  (central ??= new Intl.DateTimeFormat('en-US', {
    timeZone: 'America/Chicago',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }));

/** What the clocks in Chicago show, as if it were UTC. */
const shownAt = (at: number): number => {
  const parts = centralFormat()
    .formatToParts(at)
    .map(({ type, value }) => [type, Number(value)] as const);
  const { year = 0, month = 1, day = 1, hour, minute, second } = Object.fromEntries(parts);
  return Date.UTC(year, month - 1, day, hour, minute, second);
};

const offsetAt = (at: number): number => shownAt(at) - Math.floor(at / 1_000) * 1_000;

/** When the clocks in Chicago show this; they never change at midnight, so it is one moment. */
const momentOf = (shown: number, near: number): EpochMs => {
  const guess = shown - offsetAt(near);
  return epochMs(shown - offsetAt(guess));
};

const calendarDayMs = 86_400_000;

const dayFrom = (now: EpochMs): Day => {
  const midnight = Math.floor(shownAt(now) / calendarDayMs) * calendarDayMs;
  return {
    name: new Date(midnight).toISOString().slice(0, 10),
    startsAt: momentOf(midnight, now),
    resetsAt: momentOf(midnight + calendarDayMs, now),
  };
};

/** The day asked for last: most moments are of the same one, and time zones take long to work out. */
let last: Day | undefined;

/**
 * The day of Marketo's quota that a moment belongs to: it resets at 12:00 AM US Central, daylight
 * saving included (facts: Adobe's limits of both APIs).
 */
export const dayOf = (now: EpochMs): Day => {
  if (last === undefined || now < last.startsAt || now >= last.resetsAt) last = dayFrom(now);
  return last;
};
