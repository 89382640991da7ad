import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EpochMs } from '../../lambdas/segment/time.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import type { Counters } from '../../lambdas/sync/counters.ts';
import { budgetTiming, callLimits } from '../../lambdas/limits.ts';
import { noon } from '../support/mailboxes.ts';
import { createBudgetWorld, granted, refused } from './budgetSupport.ts';

/** Midnights in Chicago: in summer, before and after a day of 23 hours, and of 25 hours. */
const midnights = [
  '2026-07-31T05:00:00Z',
  '2026-03-08T06:00:00Z',
  '2026-03-09T05:00:00Z',
  '2026-11-01T05:00:00Z',
  '2026-11-02T06:00:00Z',
].map((text) => epochMs(Date.parse(text)));

const edge = (...values: number[]) => fc.constantFrom(...values);
const step = fc.record({
  pauseMs: fc.oneof(edge(0, 3_000), fc.nat(15_000)),
  isFull: fc.boolean(),
  bringsFields: fc.boolean(),
  /** How many requests are made in the end. */
  made: fc.nat(5),
  dawdleMs: fc.oneof(edge(0, 0, 1_999), fc.nat(4_000)),
  givesBack: fc.constantFrom(0, 1, 1, 2),
});
const play = fc.record({
  midnight: fc.constantFrom(...midnights),
  leadMs: fc.oneof(edge(4_000, 10_000), fc.nat(40_000)),
  dailyCalls: fc.integer({ min: 5, max: 40 }),
  burstShare: edge(0.25, 1),
  workers: fc.array(
    fc.record({
      skewMs: fc.oneof(edge(-1_000, 1_000), fc.integer({ min: -1_000, max: 1_000 })),
      pauses: fc.array(fc.oneof(edge(0, 0, 2_000), fc.nat(3_000)), { maxLength: 6 }),
      /** From then on answers of its counters get lost. */
      losesAfter: fc.oneof(edge(1_000), fc.nat(30)),
      steps: fc.array(step, { minLength: 1, maxLength: 16 }),
    }),
    { minLength: 10, maxLength: 10 },
  ),
});

type Play = typeof play extends fc.Arbitrary<infer P> ? P : never;

const perform = async ({ midnight, leadMs, dailyCalls, burstShare, workers }: Play) => {
  const world = createBudgetWorld({
    start: epochMs(midnight - leadMs),
    limits: { perWindow: 5, windowMs: 3_000, dailyCalls },
    timing: { burstShare },
  });
  const { counters } = world.counters;
  const actors = workers.map(async ({ skewMs, pauses, losesAfter, steps }) => {
    let [paused, asked] = [0, 0];
    const losing =
      <A extends readonly unknown[], R>(ask: (...given: A) => Promise<R>) =>
      async (...given: A): Promise<R> => {
        const answer = await ask(...given);
        asked += 1;
        if (asked > losesAfter) throw new Error('the answer got lost');
        return answer;
      };
    const budget = world.worker({
      skewMs,
      pause: () => pauses[paused++ % Math.max(1, pauses.length)] ?? 0,
      counters: {
        add: losing((...given: Parameters<Counters['add']>) => counters.add(...given)),
        giveBack: losing((...given: Parameters<Counters['giveBack']>) =>
          counters.giveBack(...given),
        ),
      },
    });
    for (const { pauseMs, isFull, bringsFields, made, dawdleMs, givesBack } of steps) {
      await world.time.sleep(pauseMs);
      const permits = await budget.tryAcquire({ isFull, bringsFields });
      if (!permits.granted) continue;
      for (let n = 0; n < made; n += 1) {
        await world.time.sleep(dawdleMs);
        await world.request(permits);
      }
      await Promise.all(Array.from({ length: givesBack }, () => permits.giveBack()));
    }
  });
  const ends = Promise.allSettled(actors);
  await world.time.run();
  await ends;
  return world;
};

describe('the day’s calls', () => {
  it('are never more than the setting, on either side of midnight, whatever is given back or lost', async () => {
    await fc.assert(
      fc.asyncProperty(play, async (one) => {
        const { requests } = await perform(one);
        const before = requests.filter((at) => at < one.midnight).length;
        expect(before).toBeLessThanOrEqual(one.dailyCalls);
        expect(requests.length - before).toBeLessThanOrEqual(one.dailyCalls);
      }),
      { numRuns: 150 },
    );
  });

  it('are all made by those who ask until there are no more, and begin anew at midnight', async () => {
    const [midnight = noon] = midnights;
    const limits = { ...callLimits.rest, dailyCalls: 30 };
    const timing = { burstShare: 1 };
    const world = createBudgetWorld({ start: epochMs(midnight - 60_000), limits, timing });
    const asking = async (index: number): Promise<void> => {
      const budget = world.worker({ skewMs: index * 200 - 1_000 });
      while (world.time.now() < midnight + 60_000) {
        const permits = await budget.tryAcquire({
          isFull: index % 2 === 0,
          bringsFields: true,
        });
        if (permits.granted) await world.request(permits);
        if (permits.granted) await permits.giveBack();
        await world.time.sleep(700);
      }
    };
    const all = Array.from({ length: 10 }, (_, index) => asking(index));
    await world.time.run();
    await Promise.all(all);
    const before = world.requests.filter((at) => at < midnight);
    expect(before).toHaveLength(30);
    expect(world.requests).toHaveLength(30 + 30);
  });

  it('are not made within a second of midnight, when clocks differ about the day', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...midnights),
        fc.integer({ min: -5_000, max: 3_000 }),
        fc.integer({ min: -1_000, max: 1_000 }),
        fc.nat(2_500),
        async (midnight, startMs, skewMs, dawdleMs) => {
          const start = epochMs(midnight + startMs);
          const world = createBudgetWorld({ start, limits: callLimits.rest });
          const all = (async () => {
            const permits = await world
              .worker({ skewMs })
              .tryAcquire({ isFull: true, bringsFields: true });
            if (!permits.granted) return;
            await world.time.sleep(dawdleMs);
            await world.request(permits);
          })();
          await world.time.run();
          await all;
          const asked = [...world.counters.rows.keys()].filter((key) => key.includes('#day#'));
          for (const at of world.requests) expect(asked.at(-1)).toContain(dateInChicago(at));
        },
      ),
    );
  });
});

const dateInChicago = (at: EpochMs): string =>
  new Date(at).toLocaleDateString('sv-SE', { timeZone: 'America/Chicago' });

describe('what no call follows', () => {
  const key = 'budget#rest#day#2026-11-23';
  const taken = async () => {
    const world = createBudgetWorld({ start: noon, limits: callLimits.rest });
    const permits = granted(await world.worker().tryAcquire({ isFull: true, bringsFields: true }));
    return { world, permits, used: () => world.counters.rows.get(key)?.used };
  };

  it('is given back, and once only', async () => {
    const { world, permits, used } = await taken();
    expect(used()).toBe(1);
    await Promise.all([permits.giveBack(), permits.giveBack()]);
    await permits.giveBack();
    expect(used()).toBe(0);
    expect(world.complaints).toEqual([]);
  });

  it('is given back alone: the requests that went stay counted', async () => {
    const { world, permits, used } = await taken();
    for (let n = 0; n < 3; n += 1) await world.request(permits);
    await permits.giveBack();
    expect(used()).toBe(3);
    expect(permits.started()).toBe(3);
  });

  it('costs no more than a count when it cannot be given back', async () => {
    const world = createBudgetWorld({ start: noon, limits: callLimits.rest });
    const giveBack = () => Promise.reject(new Error('jane@example.com'));
    const permits = granted(
      await world
        .worker({ counters: { giveBack } })
        .tryAcquire({ isFull: true, bringsFields: true }),
    );
    await permits.giveBack();
    expect(world.complaints).toEqual(['calls that were not made could not be given back']);
  });

  it('is not given back when it is nothing', async () => {
    const world = createBudgetWorld({ start: noon, limits: callLimits.rest });
    const giveBack = () => Promise.reject(new Error('asked for nothing'));
    const permits = granted(
      await world
        .worker({ counters: { giveBack } })
        .tryAcquire({ isFull: true, bringsFields: true }),
    );
    await world.request(permits);
    await permits.giveBack();
    expect(world.complaints).toEqual([]);
  });

  it('is given back to the day that it was taken from', async () => {
    const midnight = Date.parse('2026-11-24T06:00:00Z');
    const start = epochMs(midnight - 4_000);
    const world = createBudgetWorld({ start, limits: callLimits.rest });
    const permits = granted(await world.worker().tryAcquire({ isFull: true, bringsFields: true }));
    await Promise.all([world.time.sleep(10_000), world.time.run()]);
    expect(await world.request(permits)).toBe(true);
    const usedOn = (date: string) => world.counters.rows.get(`budget#rest#day#${date}`)?.used;
    expect([usedOn('2026-11-23'), usedOn('2026-11-24')]).toEqual([0, 1]);
  });
});

describe('a day whose quota Marketo says is used up', () => {
  const reset = Date.parse('2026-11-24T06:00:00Z');

  it('lets nobody call until it is reset by all clocks', async () => {
    const world = createBudgetWorld({ start: noon, limits: callLimits.rest });
    const [one, other] = [world.worker(), world.worker({ random: () => 0 })];
    const permits = granted(await one.tryAcquire({ isFull: true, bringsFields: true }));
    await world.request(permits);
    await Promise.all([one.exhaust(), one.exhaust(), other.exhaust()]);
    await permits.giveBack();
    await Promise.all([world.time.sleep(3_000), world.time.run()]);
    const waits = refused(await other.tryAcquire({ isFull: true, bringsFields: true }));
    expect(waits.retryAt).toBe(reset + budgetTiming.clockSkewMs);
    expect(waits.reason).toContain('used up');
    expect(await other.waitsFor()).toEqual(waits);
    expect(world.complaints[0]).toContain('used up');
  });

  it('begins anew with the reset', async () => {
    const start = epochMs(reset - 10_000);
    const world = createBudgetWorld({ start, limits: callLimits.rest });
    const budget = world.worker();
    await budget.exhaust();
    expect((await budget.tryAcquire({ isFull: true, bringsFields: true })).granted).toBe(false);
    expect(await budget.waitsFor()).toBeDefined();
    await Promise.all([world.time.sleep(11_000), world.time.run()]);
    expect(await budget.waitsFor()).toBeUndefined();
    expect((await budget.tryAcquire({ isFull: true, bringsFields: true })).granted).toBe(true);
  });

  it('is not believed right after the reset, when Marketo may still count the day before', async () => {
    const start = epochMs(reset + 60_000);
    const world = createBudgetWorld({ start, limits: callLimits.rest });
    const budget = world.worker();
    await budget.exhaust();
    expect((await budget.tryAcquire({ isFull: true, bringsFields: true })).granted).toBe(true);
  });
});

describe('a budget', () => {
  it.each([{ perWindow: 0 }, { dailyCalls: 0 }])('that allows nothing is refused: %o', (wrong) => {
    const world = createBudgetWorld({ start: noon, limits: { ...callLimits.rest, ...wrong } });
    expect(() => world.worker()).toThrow('at least 1 call');
  });

  it('of another API counts apart', async () => {
    const world = createBudgetWorld({ start: noon, limits: callLimits.rest });
    await world.worker().tryAcquire({ isFull: true, bringsFields: true });
    expect([...world.counters.rows.keys()].every((key) => key.startsWith('budget#rest#'))).toBe(
      true,
    );
  });
});
