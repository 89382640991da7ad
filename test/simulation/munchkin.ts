import type { Munchkin } from '../../lambdas/marketo/marketoPorts.ts';
import type { Faults } from './faults.ts';

const usuallyMs = 100;

/** Munchkin, and the messageIds of the visits that reached it. */
export const createMunchkin = (faults: Faults) => {
  const visited = new Set<string>();
  const port: Munchkin = {
    visit: async ({ messageId }, timeoutMs) => {
      await faults.lag(faults.strikes('slow') ? timeoutMs : usuallyMs);
      if (faults.strikes('visitFailures')) return { kind: 'retry', because: 'refused' };
      visited.add(messageId);
      if (faults.strikes('visitFailures')) return { kind: 'retry', because: 'the answer is lost' };
      return { kind: 'visited' };
    },
  };
  return { port, visited };
};
