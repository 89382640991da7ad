import type { EpochMs } from '../segment/time.ts';
import { epochMs } from '../segment/time.ts';
import type { PaceLimits } from './budgetPace.ts';
import { allowance, allowedAt } from './budgetPace.ts';
import type { Day } from './centralTime.ts';
import { dayOf } from './centralTime.ts';

/*
 * When the requests of one window's permits can reach Marketo:
 *
 *          window, by the worker's clock
 *   ├─skew─┼────────────────────────────┼─skew─┼─permit use─┤
 *
 * So the requests of any 20 s come from windows that touch 20 s + 2 × skew + permit use; of windows of
 * 3 s these are 9 at most.
 */

export interface BudgetLimits extends PaceLimits {
  /** A window of this length has `perWindow` permits. */
  readonly windowMs: number;
}

export interface PacingTiming {
  readonly clockSkewMs: number;
  readonly permitUseMs: number;
  /** Spread of those who come back at one moment. */
  readonly retryJitterMs: number;
  readonly gatherMs: number;
  readonly relationsGatherMs: number;
  readonly eagerShare: number;
  readonly burstShare: number;
  readonly lateResetMs: number;
  readonly permitsKeepMs: number;
  readonly dayKeepMs: number;
}

const minuteMs = 60_000;
const dayMs = 1_440 * minuteMs;

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
  /** Count both, in this order: where the day refuses, the permits lapse and cost nothing. */
  | {
      readonly kind: 'count';
      readonly permits: Count;
      readonly day: Count;
      /** A request that has not started by then needs another permit. */
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
  const { gatherMs } = timing;

  const jittered = (from: EpochMs, random: number): EpochMs =>
    epochMs(from + Math.round(random * timing.retryJitterMs));

  /** From then on all our clocks are in the day that begins: who came sooner would have to wait again. */
  const openAt = (midnight: EpochMs): EpochMs => epochMs(midnight + timing.clockSkewMs);

  const windowOf = (now: EpochMs): number => Math.floor(now / windowMs) * windowMs;

  const slotsOf = (now: EpochMs): Count => {
    const startsAt = windowOf(now);
    const expiresAt = epochMs(startsAt + windowMs + timing.permitsKeepMs);
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
      if (now < openAt(day.startsAt))
        return { kind: 'wait', until: jittered(openAt(day.startsAt), random) };
      if (now >= day.resetsAt - timing.clockSkewMs - timing.permitUseMs)
        return { kind: 'wait', until: jittered(openAt(day.resetsAt), random) };
      return {
        kind: 'count',
        permits: slotsOf(now),
        day: dayOfCalls(day, now, requests),
        validUntil: epochMs(now + timing.permitUseMs),
      };
    },

    /**
     * Leave for a call that is not full, in the order in which to ask: the first call of a moment goes
     * at once and takes along what gathered since the one before; others may as well while the
     * minute's share lasts.
     */
    unfilled: (now: EpochMs): readonly Count[] => {
      const momentAt = Math.floor(now / gatherMs) * gatherMs;
      const minuteAt = Math.floor(now / minuteMs) * minuteMs;
      return [
        { key: `gather#${momentAt}`, most: 1, expiresAt: epochMs(momentAt + timing.permitsKeepMs) },
        {
          key: `eager#${minuteAt}`,
          most: Math.floor((dailyCalls * timing.eagerShare * minuteMs) / dayMs),
          expiresAt: epochMs(minuteAt + timing.permitsKeepMs),
        },
      ].filter(({ most }) => most >= 1);
    },

    /**
     * The turn of this moment for relations, with how many calls of it may go that are not full: the
     * moment's share of those that go at once.
     */
    gatherTurn: (now: EpochMs): { moment: Count; calls: number; nextAt: EpochMs } => {
      const { relationsGatherMs, eagerShare, permitsKeepMs } = timing;
      const momentAt = Math.floor(now / relationsGatherMs) * relationsGatherMs;
      const share = Math.floor((dailyCalls * eagerShare * relationsGatherMs) / dayMs);
      return {
        moment: {
          key: `relations#${momentAt}`,
          most: 1,
          expiresAt: epochMs(momentAt + permitsKeepMs),
        },
        calls: Math.max(1, share),
        nextAt: epochMs(momentAt + relationsGatherMs),
      };
    },

    /** When the next call that is not full may go. */
    afterGathering: (now: EpochMs): EpochMs => epochMs((Math.floor(now / gatherMs) + 1) * gatherMs),

    /** When to come back after a window that had not enough permits left. */
    afterSlots: (now: EpochMs, random: number): EpochMs =>
      jittered(epochMs(windowOf(now) + windowMs), random),

    /** When the next call may go, by a day that has had `used` calls; `now` where it may go now. */
    nextCallAt: (used: number, now: EpochMs): EpochMs => {
      const day = dayOf(now);
      const paced = used < dailyCalls ? allowedAt(day, used, limits, timing) : openAt(day.resetsAt);
      return epochMs(Math.max(now, paced));
    },

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
      const from = isUsedUp ? openAt(day.resetsAt) : Math.max(now, paced);
      return { until: jittered(epochMs(from), random), isUsedUp };
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
