import { errorName } from '../errorName.ts';
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
  const isInTime = (validUntil: EpochMs): boolean => clock.now() <= validUntil;

  /** One request's slot, in place of one that came too late; it can be too late, too. */
  const replace = async (): Promise<Refused | undefined> => {
    try {
      const another = await counts.count(1);
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
     * Slots for a call of so many requests, at most those of one window, before anything is locked.
     * Rejects when the counters cannot be used.
     */
    take: async (requests: number): Promise<Slots | NoSlots> => {
      if (!(requests >= 1 && requests <= mostRequests))
        throw new RangeError(`a call makes 1 to ${mostRequests} requests, not ${requests}`);
      const taken = await counts.count(requests);
      if (taken.kind === 'refused') return noSlots(taken);
      const { day, validUntil } = taken;
      let left = requests;
      let hasStarted = false;
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
            hasStarted = true;
            return true;
          }
          await giveBack();
          const refusal = await replace();
          if (refusal) refused = refusal;
          else hasStarted = true;
          return refusal === undefined;
        },
        refused: () => (refused === undefined || hasStarted ? undefined : noSlots(refused)),
        giveBack,
      };
    },

    /**
     * Marketo said that the day's quota is used up (607, 20015): others use it, too. All leads wait
     * for the reset instead of probing. Rejects when the counters cannot be used.
     */
    exhausted: async (): Promise<void> => {
      if (await counts.useUp())
        logger.error('the day’s quota of Marketo is used up; all leads wait for its reset');
    },
  };
};
