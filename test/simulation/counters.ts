import type { Counters } from '../../lambdas/sync/counters.ts';
import { createCountersTwin } from '../twins/counters.ts';
import type { Faults } from './faults.ts';

/** The budget's counters behind a network: an add whose answer is lost is made twice by the SDK. */
export const createFaultyCounters = (faults: Faults): Counters => {
  const { counters: twin } = createCountersTwin();
  return {
    add: (key, amount, limit) =>
      faults.call(async () => {
        const isAdded = await twin.add(key, amount, limit);
        return isAdded && faults.strikes('lostResponses') ? twin.add(key, amount, limit) : isAdded;
      }),
    giveBack: (key, amount) => faults.call(() => twin.giveBack(key, amount)),
    used: (key) => faults.call(() => twin.used(key)),
  };
};
