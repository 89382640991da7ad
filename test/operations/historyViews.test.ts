import { expect, test } from 'vitest';
import type { HistoryReader } from '../../lambdas/history/historyPorts.ts';
import type { HistoryEvent } from '../../lambdas/history/types.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { createHistoryViews } from '../../operations/historyViews.ts';
import { createFakeHistory } from './console/client/fake/history.ts';

const now = epochMs(1_700_000_130_000);
const clock = { now: () => now };
const settings = { marketo: { api: 'rest', dailyCalls: 24_000 } } as const;
const hourMs = 3_600_000;

test('without a history each question says which setting keeps one', async () => {
  const views = createHistoryViews({ reader: undefined, settings, clock });
  for (const asked of [
    () => views.events({ filter: {}, most: 1 }),
    () => views.details('short-hash-'),
    () => views.bodies('short-hash-'),
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
  const views = createHistoryViews({ reader: createFakeHistory(100, clock.now), settings, clock });
  const view = await views.counts(forMs);
  expect(view.everyMs).toBe(everyMs);
  expect(view.paceCalls).toBe((1_000 * everyMs) / hourMs);
  expect(view.counts.length).toBeGreaterThan(45);
  expect(view.counts.length).toBeLessThanOrEqual(61);
  expect((view.counts[0]?.at ?? 1) % everyMs).toBe(0);
  expect(view.counts.at(-1)?.at).toBeGreaterThan(now - everyMs);
});

test('bodies are in no list: only an event’s own answer has them, and its page hears which there are', async () => {
  const own: HistoryEvent = {
    message: 'short-hash-',
    outcome: 'delivered',
    at: now,
    type: 'track',
    email: 'jane@example.com',
    received: '{"secret":1}',
    answer: '{"secret":2}',
    steps: [],
  };
  const reader: HistoryReader = {
    ...createFakeHistory(1, clock.now),
    event: (message) => Promise.resolve(message === own.message ? own : undefined),
    search: () => Promise.resolve({ events: [own], searchedTo: now }),
  };
  const views = createHistoryViews({ reader, settings, clock });
  expect(JSON.stringify(await views.events({ filter: {}, most: 1 }))).not.toContain('secret');
  const details = await views.details(own.message);
  expect(details).toMatchObject({ email: 'jane@example.com', bodies: ['received', 'answer'] });
  expect(JSON.stringify(details)).not.toContain('secret');
  expect(await views.bodies(own.message)).toMatchObject({ received: '{"secret":1}' });
  expect(await views.bodies('another-one')).toBeUndefined();
});
