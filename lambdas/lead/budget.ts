import type { EpochMs } from '../segment/time.ts';
import { epochMs } from '../segment/time.ts';
import type { PaceLimits } from './budgetPace.ts';
import { allowance, allowedAt } from './budgetPace.ts';
import type { Day } from './centralTime.ts';
import { dayOf } from './centralTime.ts';

/*
 * When the requests of one window's slots can reach Marketo:
 *
 *          window, by the worker's clock
 *   ├─skew─┼────────────────────────────┼─skew─┼─slot use─┤
 *
 * So the requests of any 20 s come from windows that touch 20 s + 2 × skew + slot use; of windows of
 * 3 s these are 9 at most.
 */

export interface BudgetLimits extends PaceLimits {
  /** A window of this length has `perWindow` slots. */
  readonly windowMs: number;
}

export interface PacingTiming {
  readonly clockSkewMs: number;
  readonly slotUseMs: number;
  readonly jitterLeastMs: number;
  readonly jitterMostMs: number;
  readonly burstShare: number;
  readonly sweepShare: number;
  readonly lateResetMs: number;
  readonly slotsKeepMs: number;
  readonly dayKeepMs: number;
}

/** Something to be counted, unless the count would then be more than `most`. */
export interface Count {
  readonly key: string;
  readonly most: number;
  /** From then on nobody asks for this counter. */
  readonly expiresAt: EpochMs;
}

/** The counter of a day's calls. */
export const dayKeyOf = ({ name }: Day): string => `day#${name}`;

type Asked =
  /** Count both, in this order: where the day refuses, the slots lapse and cost nothing. */
  | {
      readonly kind: 'count';
      readonly slots: Count;
      readonly day: Count;
      /** A request that has not started by then needs another slot. */
      readonly validUntil: EpochMs;
    }
  /** Around midnight our clocks cannot tell on which day Marketo would count a request. */
  | { readonly kind: 'wait'; readonly until: EpochMs };

/**
 * The arithmetic of one API's budget: what to count before requests may go, and when to come back
 * if they may not. `random` is uniform in [0, 1).
 */
export const createPacing = (limits: BudgetLimits, timing: PacingTiming) => {
  const { perWindow, windowMs, dailyCalls } = limits;

  const jittered = (from: EpochMs, random: number): EpochMs => {
    const spread = timing.jitterMostMs - timing.jitterLeastMs;
    return epochMs(from + Math.round(timing.jitterLeastMs + random * spread));
  };

  const slotsOf = (now: EpochMs): Count => {
    const startsAt = Math.floor(now / windowMs) * windowMs;
    const expiresAt = epochMs(startsAt + windowMs + timing.slotsKeepMs);
    return { key: `slots#${startsAt}`, most: perWindow, expiresAt };
  };

  /** Only the first request has to keep the pace, or single ones would leave a larger call none. */
  const dayOfCalls = (day: Day, now: EpochMs, requests: number): Count => ({
    key: dayKeyOf(day),
    most: Math.min(dailyCalls, allowance(day, now, limits, timing) - 1 + requests),
    expiresAt: epochMs(day.resetsAt + timing.dayKeepMs),
  });

  return {
    ask: (requests: number, now: EpochMs, random: number): Asked => {
      const day = dayOf(now);
      if (now < day.startsAt + timing.clockSkewMs)
        return { kind: 'wait', until: jittered(day.startsAt, random) };
      if (now >= day.resetsAt - timing.clockSkewMs - timing.slotUseMs)
        return { kind: 'wait', until: jittered(day.resetsAt, random) };
      return {
        kind: 'count',
        slots: slotsOf(now),
        day: dayOfCalls(day, now, requests),
        validUntil: epochMs(now + timing.slotUseMs),
      };
    },

    /** When to come back after a window that had not enough slots left. */
    afterSlots: (now: EpochMs, random: number): EpochMs => jittered(now, random),

    /** When to come back after a day that has had `used` calls. */
    afterDay: (
      requests: number,
      used: number,
      now: EpochMs,
      random: number,
    ): { readonly until: EpochMs; readonly isUsedUp: boolean } => {
      const day = dayOf(now);
      const paced = allowedAt(day, used, limits, timing);
      const isUsedUp = used + requests > dailyCalls;
      const from = isUsedUp ? day.resetsAt : Math.max(now, paced);
      return { until: jittered(epochMs(from), random), isUsedUp };
    },

    /**
     * How many requests to call leads up for in the next `withinMs`, when the day has had `used`
     * calls: no more than pace and slots let go, and none once the day is used up. Since it counts
     * what the pace will add by then, nobody starves while others take each call as it comes.
     */
    room: (used: number, now: EpochMs, withinMs: number): number => {
      const day = dayOf(now);
      const end = epochMs(Math.min(now + withinMs, day.resetsAt));
      const paced = allowance(day, end, limits, timing) - used;
      const slots = Math.floor((perWindow * withinMs * timing.sweepShare) / windowMs);
      return Math.max(0, Math.min(paced, slots));
    },

    /**
     * What to count when Marketo says that the day's quota is used up: nothing of the day is left
     * then. `undefined` soon after midnight, when Marketo may still be counting the day before.
     */
    usedUp: (now: EpochMs): Count | undefined => {
      const day = dayOf(now);
      if (now - day.startsAt < timing.lateResetMs) return undefined;
      return { ...dayOfCalls(day, now, 1), most: 2 * dailyCalls };
    },
  };
};
