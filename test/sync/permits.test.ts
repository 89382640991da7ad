import { expect, test } from 'vitest';
import type { Logger } from '../../lambdas/delivery.ts';
import { budgetTiming, callLimits } from '../../lambdas/limits.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { Budget } from '../../lambdas/sync/budget.ts';
import { createCountersTwin } from '../twins/counters.ts';
import { noMetrics } from '../twins/metrics.ts';

const noon = Date.UTC(2026, 10, 23, 18);
const silent = () => undefined;
const logger: Logger = { call: silent, delivery: silent, warn: silent, error: silent };

const createWorld = (dailyCalls = 40_000) => {
  let now = noon;
  const budget = new Budget({
    counters: createCountersTwin().counters,
    clock: { now: () => epochMs(now) },
    random: () => 0,
    logger,
    metrics: noMetrics,
    name: 'rest',
    limits: { ...callLimits.rest, dailyCalls },
    timing: budgetTiming,
  });
  return {
    budget,
    at: (ms: number) => {
      now = noon + ms;
    },
    /** How many of so many tries are granted. */
    granted: async (tries: number, asking: Parameters<Budget['tryAcquire']>[0]) => {
      let count = 0;
      for (let nth = 0; nth < tries; nth += 1)
        if ((await budget.tryAcquire(asking)).granted) count += 1;
      return count;
    },
  };
};

const fields = { isFull: false, bringsFields: true };

test('the first call of two seconds goes at once although it is not full, however few calls a day has', async () => {
  const { granted, at, budget } = createWorld(2_000);
  expect(await granted(3, fields)).toBe(1);
  at(1_500);
  const refused = await budget.tryAcquire(fields);
  expect(refused).toMatchObject({ granted: false, retryAt: noon + 2_000 });
  at(2_000);
  expect(await granted(3, fields)).toBe(1);
});

test('half of the minute’s even share goes at once beside it', async () => {
  const { granted, at } = createWorld();
  // 40,000 calls a day are 27 a minute. Windows of 3 s have 5 permits, so no window has more.
  let count = 0;
  for (let ms = 0; ms < 60_000; ms += 1_000) {
    at(ms);
    count += await granted(1, fields);
  }
  expect(count).toBe(30 + 13);
});

test('a full call goes in the same moment as others, as long as its window has a permit', async () => {
  const { granted } = createWorld();
  expect(await granted(9, { isFull: true, bringsFields: true })).toBe(callLimits.rest.perWindow);
});

test('a backlog of cookies leaves two permits of each window to fields', async () => {
  const { granted } = createWorld();
  expect(await granted(9, { isFull: true, bringsFields: false })).toBe(3);
  expect(await granted(9, { isFull: true, bringsFields: true })).toBe(2);
});
