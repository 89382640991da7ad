import type { EpochMs } from '../segment/time.ts';
import { epochMs } from '../segment/time.ts';
import type { Day } from './centralTime.ts';

/*
 * How many calls of the day may have been made by now:
 *
 *   dailyCalls ┤                     ╱   at midnight, all
 *              │               ╱
 *              │         ╱               in between: what is kept back would last until midnight
 *        burst ┤   ╱                     at (1 − burst share) of the even pace
 *              └──────────────────────
 *              midnight        midnight
 *
 * Below the line nothing is slowed. On it, calls left ÷ seconds left is a constant: the pace that a
 * backlog is held to for the rest of the day, whenever it came.
 */

export interface PaceLimits {
  readonly dailyCalls: number;
  /** Calls that one permit window has: a day is never so tight that it would not let one fill. */
  readonly perWindow: number;
}

interface PaceTiming {
  readonly burstShare: number;
}

const burstOf = ({ dailyCalls, perWindow }: PaceLimits, { burstShare }: PaceTiming): number =>
  Math.min(dailyCalls, Math.max(perWindow, Math.floor(dailyCalls * burstShare)));

/** How many calls the pace lets the day have had by `now`; a whole number, at least 1. */
export const allowance = (
  { startsAt, resetsAt }: Day,
  now: EpochMs,
  limits: PaceLimits,
  timing: PaceTiming,
): number => {
  const keptBack =
    ((limits.dailyCalls - burstOf(limits, timing)) * (resetsAt - now)) / (resetsAt - startsAt);
  return Math.floor(limits.dailyCalls - keptBack);
};

/**
 * When the pace lets one more call go after `used` calls. In the past where it lets it go now; after
 * the reset where the day has none left.
 */
export const allowedAt = (
  { startsAt, resetsAt }: Day,
  used: number,
  limits: PaceLimits,
  timing: PaceTiming,
): EpochMs => {
  const left = limits.dailyCalls - used - 1;
  const spread = limits.dailyCalls - burstOf(limits, timing);
  if (spread === 0) return left < 0 ? epochMs(resetsAt + 1) : startsAt;
  return epochMs(Math.ceil(resetsAt - (left * (resetsAt - startsAt)) / spread));
};
