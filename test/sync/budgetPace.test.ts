import { describe, expect, it } from 'vitest';
import { epochMs } from '../../lambdas/segment/time.ts';
import { callLimits } from '../../lambdas/limits.ts';
import { createBudgetWorld, maxWithin } from './budgetSupport.ts';

const hourMs = 3_600_000;
const days = [
  ['a day of 24 hours', '2026-07-31T05:00:00Z', 24],
  ['the day of 23 hours', '2026-03-08T06:00:00Z', 23],
  ['the day of 25 hours', '2026-11-01T05:00:00Z', 25],
] as const;

/** Not random, but as good as: the same in every run. */
const spread = (seed: number) => {
  let state = seed * 99_999_989;
  return () => {
    state = (state * 48_271 + 11) % 2_147_483_647;
    return state / 2_147_483_647;
  };
};

interface Demand {
  readonly start: number;
  readonly hours: number;
  readonly dailyCalls: number;
  /** Turns that want to call, each again after this long. */
  readonly turns: number;
  readonly everyMs: number;
  /** Gathering would not make its calls carry more. */
  readonly isFull?: boolean;
}

/** A day on which each turn calls, waits where it is told to, and calls again. */
const simulate = async ({ start, hours, dailyCalls, turns, everyMs, isFull = true }: Demand) => {
  const limits = { ...callLimits.soap, dailyCalls };
  const world = createBudgetWorld({ start: epochMs(start), limits });
  const end = start + hours * hourMs;
  const waited: number[] = [];
  const turn = async (seed: number): Promise<void> => {
    const random = spread(seed);
    const budget = world.worker({ random });
    await world.time.sleep(Math.ceil(everyMs * random()));
    while (world.time.now() < end) {
      // As the dispatcher does: the day first, by one read.
      const waits = await budget.waitsFor();
      const permits = waits ?? (await budget.tryAcquire({ isFull, bringsFields: true }));
      if (permits.granted) await world.request(permits);
      else waited.push(permits.retryAt - world.time.now());
      await world.time.sleep(permits.granted ? everyMs : permits.retryAt - world.time.now());
    }
  };
  const all = Array.from({ length: turns }, (_, seed) => turn(seed + 1));
  await world.time.run();
  await Promise.all(all);
  const { requests } = world;
  const perHour = Array.from(
    { length: hours },
    (_, hour) => requests.filter((at) => Math.floor((at - start) / hourMs) === hour).length,
  );
  return { requests: requests.filter((at) => at < end), waited, perHour, end };
};

describe.each(days)('on %s', (_name, midnight, hours) => {
  const start = Date.parse(midnight);
  const dailyCalls = 1_000;

  it('a demand without end is spread until midnight instead of running dry', async () => {
    const day = await simulate({ start, hours, dailyCalls, turns: 8, everyMs: 1_000 });
    expect(day.requests.length).toBeLessThanOrEqual(dailyCalls);
    expect(day.requests.length).toBeGreaterThan(0.97 * dailyCalls);
    const even = dailyCalls / hours;
    // The first hour takes the burst; each later one its share, the last one included.
    for (const calls of day.perHour.slice(1)) {
      expect(calls).toBeGreaterThan(0.65 * even);
      expect(calls).toBeLessThan(0.85 * even);
    }
    expect(day.end - (day.requests.at(-1) ?? 0)).toBeLessThan(5 * 60_000);
    expect(maxWithin(day.requests, 20_000)).toBeLessThanOrEqual(90);
  });

  it('a demand that comes late has what was not used before', async () => {
    const late = { start: start + 12 * hourMs, hours: hours - 12 };
    const day = await simulate({ ...late, dailyCalls, turns: 8, everyMs: 1_000 });
    expect(day.perHour[0]).toBeGreaterThan(0.6 * dailyCalls);
    expect(day.requests.length).toBeGreaterThan(0.97 * dailyCalls);
    expect(Math.min(...day.perHour)).toBeGreaterThan(20);
  });

  it('a light demand waits for nothing', async () => {
    // 30 calls an hour: under the even pace of 40.
    const day = await simulate({ start, hours, dailyCalls, turns: 3, everyMs: 360_000 });
    expect(day.waited).toEqual([]);
    expect(day.requests).toHaveLength(hours * 30);
  });
});

describe('a backlog over REST', () => {
  it('goes as fast as the slots allow while the day has calls to spare', async () => {
    const start = Date.parse('2026-07-31T15:00:00Z');
    const day = await simulate({ start, hours: 1, dailyCalls: 40_000, turns: 8, everyMs: 1_000 });
    expect(day.requests.length).toBeGreaterThan(2_000);
  });
});
