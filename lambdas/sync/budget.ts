import { errorName } from '../errorName.ts';
import { dayOf } from '../lead/centralTime.ts';
import { budgetTiming } from '../limits.ts';
import type { EpochMs } from '../segment/time.ts';
import type { BudgetPorts, Refused } from './budgetCounts.ts';
import { createCounts } from './budgetCounts.ts';

/** Leave to make the requests of one call. */
export interface Slots {
  readonly granted: true;
  /** A request that starts later takes another slot first. */
  readonly validUntil: EpochMs;
  /**
   * Asked right before each request, the first and repeated ones included: whether it may start now.
   * Where the slots are late or used up it takes another one; false: there is none, do not send it.
   * Never rejects.
   */
  readonly mayStart: () => Promise<boolean>;
  /** How many requests were let start. */
  readonly started: () => number;
  /** Present when requests were to start and not one could: nothing was sent. */
  readonly refused: () => NoSlots | undefined;
  /** Gives the day's count of what has not started back. Never rejects; again, it does nothing. */
  readonly giveBack: () => Promise<void>;
}

/** No leave: nothing may be locked, and what was to be sent comes back later. */
interface NoSlots {
  readonly granted: false;
  readonly because: string;
  /** One moment for all leads of the turn: what waits together goes together. */
  readonly comeBack: () => EpochMs;
}

export type Budget = ReturnType<typeof createBudget>;

const noSlots = ({ because, until }: Refused): NoSlots => ({
  granted: false,
  because,
  comeBack: () => until,
});

/**
 * The calls that Marketo allows, shared by all workers through counters: a slot of the current
 * window for each request, all of a call's or none, and the day's count, paced so that it lasts.
 * Throws where the limits could never let a call go.
 */
export const createBudget = (ports: BudgetPorts) => {
  const { clock, logger, limits } = ports;
  const counts = createCounts(ports);
  const mostRequests = Math.min(limits.perWindow, limits.dailyCalls);
  if (!(mostRequests >= 1))
    throw new RangeError('a budget needs at least 1 call in a window and 1 a day');
  /** Slots that only the first request of a call may take, so that cookies leave some to fields. */
  const spare = Math.min(budgetTiming.spareSlots, limits.perWindow - 1);
  const isInTime = (validUntil: EpochMs): boolean => clock.now() <= validUntil;

  /** One request's slot, in place of one that came too late; it can be too late, too. */
  const replace = async (spare: number): Promise<Refused | undefined> => {
    try {
      const another = await counts.count(1, spare);
      if (another.kind === 'refused') return another;
      if (isInTime(another.validUntil)) return undefined;
      await counts.giveBack(another.day, 1);
      return counts.refuse('the slots came too late');
    } catch (error) {
      logger.error('the counters of the budget cannot be used', { error: errorName(error) });
      return counts.refuse('the counters of the budget cannot be used');
    }
  };

  return {
    /**
     * Slots for the first requests of a call, at most those of one window, before anything is locked;
     * further ones take theirs as they start. `extras`: it brings no fields, and leaves slots to
     * calls that do. Rejects when the counters cannot be used.
     */
    take: async (requests: number, { extras = false } = {}): Promise<Slots | NoSlots> => {
      if (!(requests >= 1 && requests <= mostRequests))
        throw new RangeError(`a call makes 1 to ${mostRequests} requests, not ${requests}`);
      const first = extras ? Math.min(requests, limits.perWindow - spare) : requests;
      const taken = await counts.count(first, extras ? spare : 0);
      if (taken.kind === 'refused') return noSlots(taken);
      const { day, validUntil } = taken;
      let left = first;
      let started = 0;
      let refused: Refused | undefined;
      const giveBack = (): Promise<void> => {
        const rest = left;
        left = 0;
        return counts.giveBack(day, rest);
      };
      return {
        granted: true,
        validUntil,
        mayStart: async () => {
          if (left > 0 && isInTime(validUntil)) {
            left -= 1;
            started += 1;
            return true;
          }
          await giveBack();
          const refusal = await replace(extras || started >= first ? spare : 0);
          if (refusal) refused = refusal;
          else started += 1;
          return refusal === undefined;
        },
        started: () => started,
        refused: () => (refused === undefined || started > 0 ? undefined : noSlots(refused)),
        giveBack,
      };
    },

    /**
     * How many requests the sweep may wake leads for in the next `withinMs`; 0 when the day is used
     * up or changing. Counts nothing. Rejects when the counters cannot be used.
     */
    room: (withinMs: number): Promise<number> => counts.room(withinMs),

    /**
     * Marketo said that the day's quota is used up (607, 20015): others use it, too. All leads wait
     * for the reset instead of probing. Rejects when the counters cannot be used.
     */
    exhausted: async (): Promise<void> => {
      if (!(await counts.useUp())) return;
      const until = new Date(dayOf(clock.now()).resetsAt).toISOString();
      logger.error('the day’s quota of Marketo is used up; all leads wait for its reset', {
        until,
      });
    },
  };
};
