import { expect, it } from 'vitest';
import { absorbTiming, leadTiming } from '../../lambdas/limits.ts';
import { checkTiming, consoleTiming, deployedTiming } from '../../operations/limits.ts';

it('check is done before the command line gives the console up, two calls of Marketo included', () => {
  const slotMs = (checkTiming.slotTries - 1) * checkTiming.slotWaitMs;
  const callsMs = 2 * (slotMs + leadTiming.fieldQuestionTimeoutMs);
  expect(Math.max(callsMs, checkTiming.requestMs)).toBeLessThan(consoleTiming.requestMs);
});

it('a search of the logs ends before the command line gives the console up', () => {
  expect(deployedTiming.searchMs).toBeLessThan(consoleTiming.requestMs);
});

it('lines that come as late as a function may run are looked for again', () => {
  expect(deployedTiming.lateLineMs).toBeGreaterThan(absorbTiming.functionTimeoutSeconds * 1_000);
  expect(deployedTiming.latestOverlapMs).toBeLessThan(deployedTiming.lateLineMs);
});

it('the latest lines are looked for ever further back', () => {
  const windows = deployedTiming.latestWindowsMs;
  expect(windows).toEqual([...windows].sort((one, other) => one - other));
});
