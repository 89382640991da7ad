import { expect, test } from 'vitest';
import { epochMs } from '../../lambdas/segment/time.ts';
import { createHistoryViews } from '../../operations/historyViews.ts';
import { createFakeHistory } from './console/client/fake/history.ts';

const now = epochMs(1_700_000_130_000);
const clock = { now: () => now };
const hourMs = 3_600_000;

test('without a history each question says which setting keeps one', async () => {
  const views = createHistoryViews({ reader: undefined, clock });
  for (const asked of [
    () => views.events({ filter: {}, most: 1 }),
    () => views.people('jane'),
    () => views.problems(hourMs),
    () => views.counts(hourMs),
  ])
    await expect(asked()).rejects.toMatchObject({
      code: 'unusable',
      message: expect.stringContaining('history.days') as string,
    });
});

test.each([
  [hourMs, 60_000],
  [24 * hourMs, 30 * 60_000],
  [7 * 24 * hourMs, 3 * hourMs],
  [30 * 24 * hourMs, 12 * hourMs],
])('a chart of %i ms has about sixty bars, which begin with the clock', async (forMs, everyMs) => {
  const views = createHistoryViews({ reader: createFakeHistory(100, clock.now), clock });
  const view = await views.counts(forMs);
  expect(view.everyMs).toBe(everyMs);
  expect(view.counts.length).toBeGreaterThan(45);
  expect(view.counts.length).toBeLessThanOrEqual(61);
  expect((view.counts[0]?.at ?? 1) % everyMs).toBe(0);
  expect(view.counts.at(-1)?.at).toBeGreaterThan(now - everyMs);
});
