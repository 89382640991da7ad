import { expect, it } from 'vitest';
import { historyTiming, leadTiming } from '../../lambdas/limits.ts';
import { checkTiming, consoleTiming } from '../../operations/limits.ts';

it('check is done before the command line gives the console up, two calls of Marketo included', () => {
  const slotMs = (checkTiming.slotTries - 1) * checkTiming.slotWaitMs;
  const callsMs = 2 * (slotMs + leadTiming.describeTimeoutMs);
  expect(Math.max(callsMs, checkTiming.requestMs)).toBeLessThan(consoleTiming.requestMs);
});

it('a search of the history ends before the command line gives the console up', () => {
  expect(historyTiming.searchMs).toBeLessThan(consoleTiming.requestMs);
});
