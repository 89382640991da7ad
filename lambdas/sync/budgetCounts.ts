import type { Logger } from '../delivery.ts';
import { errorName } from '../errorName.ts';
import type { BudgetLimits, Count, PacingTiming } from '../lead/budget.ts';
import { createPacing } from '../lead/budget.ts';
import type { Clock, Counters, Metrics, Random } from '../ports.ts';
import type { EpochMs } from '../segment/time.ts';

export interface BudgetPorts {
  readonly counters: Counters;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Which budget; an API's calls are counted apart from another's. */
  readonly name: string;
  readonly limits: BudgetLimits;
  readonly timing: PacingTiming;
}

/** The name of a counter of the budget with this name. */
export const counterOf = (name: string, key: string): string => `budget#${name}#${key}`;

/** Requests that are counted and not yet made. */
interface Counted {
  readonly kind: 'counted';
  readonly day: Count;
  readonly validUntil: EpochMs;
}

/** They may not go; nothing of the day is counted. */
export interface Refused {
  readonly kind: 'refused';
  readonly because: string;
  readonly until: EpochMs;
}

const refused = (because: string, until: EpochMs): Refused => ({ kind: 'refused', because, until });

/** Why nothing goes for the rest of a day. */
export const usedUp = 'the calls of the day are used up';

/** Does with the counters what the pacing says. */
export const createCounts = (ports: BudgetPorts) => {
  const { counters, clock, random, logger, metrics, name, limits, timing } = ports;
  const pacing = createPacing(limits, timing);
  const keyOf = ({ key }: Count): string => counterOf(name, key);
  const add = (count: Count, amount: number): Promise<boolean> =>
    counters.add(keyOf(count), amount, count);

  return {
    /**
     * Counts so many requests at once, and leaves `spare` slots of the moment to others. Rejects when
     * the counters cannot be used.
     */
    count: async (requests: number, spare = 0): Promise<Counted | Refused> => {
      // Read before the counters are: how long they take comes off the slots' time.
      const now = clock.now();
      const asked = pacing.ask(requests, now, random());
      if (asked.kind === 'wait') return refused('the day of the quota is changing', asked.until);
      const slots = { ...asked.slots, most: asked.slots.most - spare };
      if (!(await add(slots, requests)))
        return refused('all slots of the moment are taken', pacing.afterSlots(now, random()));
      const { day, validUntil } = asked;
      if (await add(day, requests)) return { kind: 'counted', day, validUntil };
      const used = await counters.used(keyOf(day));
      const { until, isUsedUp } = pacing.afterDay(requests, used, now, random());
      return refused(isUsedUp ? usedUp : 'the calls of the day are being spread', until);
    },

    /** What counted requests that cannot go for another reason have to wait for. */
    refuse: (because: string): Refused =>
      refused(because, pacing.afterSlots(clock.now(), random())),

    /**
     * Takes requests that are not made off their day. Never rejects: a count that stays too high
     * costs calls but breaks no limit.
     */
    giveBack: async (day: Count, requests: number): Promise<void> => {
      if (requests === 0) return;
      try {
        await counters.giveBack(keyOf(day), requests);
      } catch (error) {
        const facts = { requests, error: errorName(error) };
        logger.warn('calls that were not made could not be given back', facts);
      }
    },

    /**
     * How many requests may be called up for the next `withinMs`. Only reads, and tells the metrics
     * what it read.
     */
    room: async (withinMs: number): Promise<number> => {
      const now = clock.now();
      const asked = pacing.ask(1, now, 0);
      if (asked.kind === 'wait') return 0;
      const used = await counters.used(keyOf(asked.day));
      metrics.record('CallsUsed', used);
      metrics.record('CallsLimit', limits.dailyCalls);
      return pacing.room(used, now, withinMs);
    },

    /** Counts the whole day as used. False: it was already, or is too young to be. */
    useUp: async (): Promise<boolean> => {
      const all = pacing.usedUp(clock.now());
      return all !== undefined && add(all, limits.dailyCalls);
    },
  };
};
