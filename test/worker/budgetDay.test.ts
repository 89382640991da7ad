import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EpochMs } from '../../lambdas/segment/time.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import type { Counters } from '../../lambdas/ports.ts';
import { callLimits } from '../../lambdas/limits.ts';
import { noon } from '../support/mailboxes.ts';
import { createBudgetWorld } from './budgetSupport.ts';

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
  requests: fc.integer({ min: 1, max: 5 }),
  /** How many of them are made in the end. */
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
    for (const { pauseMs, requests, made, dawdleMs, givesBack } of steps) {
      await world.time.sleep(pauseMs);
      const slots = await budget.take(requests);
      if (!slots.granted) continue;
      for (let n = 0; n < Math.min(made, requests); n += 1) {
        await world.time.sleep(dawdleMs);
        await world.request(slots);
      }
      await Promise.all(Array.from({ length: givesBack }, () => slots.giveBack()));
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
        const slots = await budget.take(1 + (index % 3));
        // Makes one request of those that it has leave for.
        if (slots.granted) await world.request(slots);
        if (slots.granted) await slots.giveBack();
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
            const slots = await world.worker({ skewMs }).take(1);
            if (!slots.granted) return;
            await world.time.sleep(dawdleMs);
            await world.request(slots);
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
  const taken = async (requests: number) => {
    const world = createBudgetWorld({ start: noon, limits: callLimits.rest });
    const slots = await world.worker().take(requests);
    if (!slots.granted) throw new Error(slots.because);
    return { world, slots, used: () => world.counters.rows.get(key)?.used };
  };

  it('is given back, and once only', async () => {
    const { world, slots, used } = await taken(4);
    await world.request(slots);
    expect(used()).toBe(4);
    await Promise.all([slots.giveBack(), slots.giveBack()]);
    await slots.giveBack();
    expect(used()).toBe(1);
    expect(world.complaints).toEqual([]);
  });

  it('costs no more than a count when it cannot be given back', async () => {
    const world = createBudgetWorld({ start: noon, limits: callLimits.rest });
    const giveBack = () => Promise.reject(new Error('jane@example.com'));
    const slots = await world.worker({ counters: { giveBack } }).take(2);
    if (!slots.granted) throw new Error(slots.because);
    expect(await world.request(slots)).toBe(true);
    await slots.giveBack();
    expect(world.complaints).toEqual(['calls that were not made could not be given back']);
  });

  it('is not given back when it is nothing', async () => {
    const world = createBudgetWorld({ start: noon, limits: callLimits.rest });
    const giveBack = () => Promise.reject(new Error('asked for nothing'));
    const slots = await world.worker({ counters: { giveBack } }).take(1);
    if (!slots.granted) throw new Error(slots.because);
    await world.request(slots);
    await slots.giveBack();
    expect(world.complaints).toEqual([]);
  });

  it('is given back to the day that it was taken from', async () => {
    const midnight = Date.parse('2026-11-24T06:00:00Z');
    const start = epochMs(midnight - 4_000);
    const world = createBudgetWorld({ start, limits: callLimits.rest });
    const slots = await world.worker().take(2);
    if (!slots.granted) throw new Error(slots.because);
    await Promise.all([world.time.sleep(10_000), world.time.run()]);
    expect(await world.request(slots)).toBe(true);
    const usedOn = (date: string) => world.counters.rows.get(`budget#rest#day#${date}`)?.used;
    expect([usedOn('2026-11-23'), usedOn('2026-11-24')]).toEqual([0, 1]);
  });
});

describe('a day whose quota Marketo says is used up', () => {
  const reset = Date.parse('2026-11-24T06:00:00Z');

  it('lets nobody call until 2 to 30 s after the reset', async () => {
    const world = createBudgetWorld({ start: noon, limits: callLimits.rest });
    const [one, other] = [world.worker(), world.worker({ random: () => 0 })];
    const slots = await one.take(5);
    if (!slots.granted) throw new Error(slots.because);
    await world.request(slots);
    await Promise.all([one.exhausted(), one.exhausted(), other.exhausted()]);
    await slots.giveBack();
    await Promise.all([world.time.sleep(3_000), world.time.run()]);
    const refused = await other.take(1);
    if (refused.granted) throw new Error('granted');
    expect(refused.comeBack()).toBe(reset + 2_000);
    expect(refused.because).toContain('used up');
    expect(world.complaints[0]).toContain('used up');
  });

  it('begins anew with the reset', async () => {
    const start = epochMs(reset - 10_000);
    const world = createBudgetWorld({ start, limits: callLimits.rest });
    const budget = world.worker();
    await budget.exhausted();
    expect((await budget.take(1)).granted).toBe(false);
    await Promise.all([world.time.sleep(11_000), world.time.run()]);
    expect((await budget.take(1)).granted).toBe(true);
  });

  it('is not believed right after the reset, when Marketo may still count the day before', async () => {
    const start = epochMs(reset + 60_000);
    const world = createBudgetWorld({ start, limits: callLimits.rest });
    const budget = world.worker();
    await budget.exhausted();
    expect((await budget.take(1)).granted).toBe(true);
  });
});

describe('a budget', () => {
  it.each([{ perWindow: 0 }, { dailyCalls: 0 }])('that allows nothing is refused: %o', (wrong) => {
    const world = createBudgetWorld({ start: noon, limits: { ...callLimits.rest, ...wrong } });
    expect(() => world.worker()).toThrow('at least 1 call');
  });

  it('of another API counts apart', async () => {
    const world = createBudgetWorld({ start: noon, limits: callLimits.rest });
    await world.worker().take(1);
    expect([...world.counters.rows.keys()].every((key) => key.startsWith('budget#rest#'))).toBe(
      true,
    );
  });
});
