import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BudgetLimits } from '../../lambdas/lead/budget.ts';
import type { Counters } from '../../lambdas/ports.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { budgetTiming, callLimits } from '../../lambdas/limits.ts';
import { noon } from '../support/mailboxes.ts';
import { createBudgetWorld, mostWithin } from './budgetSupport.ts';

const slidingMs = 20_000;
const workers = 10;
const hugeDay = { dailyCalls: 10_000_000 };

/** What one worker does: asks, dawdles before each request, dawdles again. */
interface Step {
  readonly pauseMs: number;
  readonly requests: number;
  readonly dawdleMs: number;
}

const edge = (...values: number[]) => fc.constantFrom(...values);
const stepOf = (limits: BudgetLimits): fc.Arbitrary<Step> =>
  fc.record({
    pauseMs: fc.oneof(edge(0, 1, limits.windowMs, limits.windowMs - 1), fc.nat(4_000)),
    requests: fc.oneof(edge(1, limits.perWindow), fc.integer({ min: 1, max: limits.perWindow })),
    dawdleMs: fc.oneof(edge(0, 0, 2_000, 2_001), fc.nat(2_500)),
  });
const playOf = (limits: BudgetLimits) =>
  fc.record({
    limits: fc.constant(limits),
    offset: fc.nat(limits.windowMs),
    workers: fc.array(
      fc.record({
        skewMs: fc.oneof(edge(-1_000, 1_000), fc.integer({ min: -1_000, max: 1_000 })),
        pauses: fc.array(fc.oneof(edge(0, 0, 2_000), fc.nat(3_000)), { maxLength: 6 }),
        steps: fc.array(stepOf(limits), { minLength: 1, maxLength: 16 }),
      }),
      { minLength: workers, maxLength: workers },
    ),
  });
type Play = ReturnType<typeof playOf> extends fc.Arbitrary<infer P> ? P : never;

/** Nobody comes back later when refused: all ask again and again. */
const perform = async ({ limits, offset, workers: cast }: Play) => {
  const world = createBudgetWorld({ start: epochMs(noon + offset), limits });
  const actors = cast.map(async ({ skewMs, pauses, steps }) => {
    let paused = 0;
    const pause = (): number => pauses[paused++ % Math.max(1, pauses.length)] ?? 0;
    const budget = world.worker({ skewMs, pause });
    for (const { pauseMs, requests, dawdleMs } of steps) {
      await world.time.sleep(pauseMs);
      const slots = await budget.take(requests);
      if (!slots.granted) continue;
      for (let n = 0; n < requests; n += 1) {
        await world.time.sleep(dawdleMs);
        await world.request(slots);
      }
      await slots.giveBack();
    }
  });
  await world.time.run();
  await Promise.all(actors);
  return world.requests;
};

describe.each([
  ['REST', callLimits.rest, 45, 50],
  ['SOAP', callLimits.soap, 90, 100],
])('the slots of %s', (_api, defaults, most, allowed) => {
  const limits = { ...defaults, ...hugeDay };

  it(`let at most ${most} requests start in any 20 s, whoever asks when, by 10 clocks 1 s off`, async () => {
    expect(most).toBeLessThan(allowed);
    await fc.assert(
      fc.asyncProperty(playOf(limits), async (play) => {
        expect(mostWithin(await perform(play), slidingMs)).toBeLessThanOrEqual(most);
      }),
      { numRuns: 60 },
    );
  });

  it(`let ${most} start in the worst of all cases, and 20 s later not one more`, async () => {
    const { perWindow, windowMs } = limits;
    const world = createBudgetWorld({ start: epochMs(noon - 10_000), limits });
    const slow = world.worker({ skewMs: -1_000 });
    const fast = world.worker({ skewMs: 1_000 });
    const fill = async (budget: typeof slow, at: number, dawdleMs: number): Promise<void> => {
      await world.time.sleep(at - world.time.now());
      const slots = await budget.take(perWindow);
      if (!slots.granted) return;
      await world.time.sleep(dawdleMs);
      for (let n = 0; n < perWindow; n += 1) await world.request(slots);
    };
    const all = [
      // The end of a window by the slowest clock, used at the last moment …
      fill(slow, noon + windowMs - 1 + 1_000, 2_000),
      // … the windows after it, not before that …
      ...Array.from({ length: 7 }, (_, n) => fill(fast, noon + (n + 1.5) * windowMs, 2_000)),
      // … and the next ones as soon as the fastest clock has them.
      ...[8, 9].map((n) => fill(fast, noon + n * windowMs - 1_000, 0)),
    ];
    await world.time.run();
    await Promise.all(all);
    expect(world.requests).toHaveLength(10 * perWindow);
    expect(mostWithin(world.requests, slidingMs)).toBe(most);
    expect(mostWithin(world.requests, slidingMs + 1)).toBe(most + perWindow);
  });
});

describe('slots of any size', () => {
  const anyLimits = fc
    .record({
      perWindow: fc.integer({ min: 1, max: 12 }),
      windowMs: fc.integer({ min: 200, max: 12_000 }),
    })
    .map((sizes) => ({ ...sizes, ...hugeDay }));

  it('let no more requests start in 20 s than the windows have that 24 s can touch', async () => {
    await fc.assert(
      fc.asyncProperty(anyLimits.chain(playOf), async (play) => {
        const { perWindow, windowMs } = play.limits;
        const touched = Math.floor(24_000 / windowMs) + 1;
        expect(mostWithin(await perform(play), slidingMs)).toBeLessThanOrEqual(touched * perWindow);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the slots of one call', () => {
  const limits = { ...callLimits.rest, ...hugeDay };
  const taken = async () => {
    const world = createBudgetWorld({ start: noon, limits });
    const budget = world.worker();
    const slots = await budget.take(3);
    if (!slots.granted) throw new Error(slots.because);
    const pass = (ms: number) => Promise.all([world.time.sleep(ms), world.time.run()]);
    return { world, budget, slots, pass };
  };

  it('are all of it or none', async () => {
    const { world, budget } = await taken();
    expect((await budget.take(3)).granted).toBe(false);
    expect((await budget.take(2)).granted).toBe(true);
    expect((await budget.take(1)).granted).toBe(false);
    expect(world.counters.rows.get(`budget#rest#slots#${noon}`)?.used).toBe(5);
  });

  it('do not spill into the window after', async () => {
    const { budget, pass } = await taken();
    await pass(2_999);
    expect((await budget.take(3)).granted).toBe(false);
    await pass(1);
    expect((await budget.take(5)).granted).toBe(true);
  });

  it('of a call without fields leave two of the moment to calls that have some', async () => {
    const world = createBudgetWorld({ start: noon, limits });
    const budget = world.worker();
    expect((await budget.take(4, { extras: true })).granted).toBe(true);
    expect((await budget.take(1, { extras: true })).granted).toBe(false);
    expect((await budget.take(1)).granted).toBe(true);
    expect((await budget.take(1)).granted).toBe(true);
    expect((await budget.take(1)).granted).toBe(false);
  });

  it('are discarded after 2 s; each request then takes one of the moment', async () => {
    const { world, budget, slots, pass } = await taken();
    expect(slots.validUntil).toBe(noon + budgetTiming.slotUseMs);
    const usedAt = (ms: number) => world.counters.rows.get(`budget#rest#slots#${noon + ms}`)?.used;
    await pass(2_000);
    expect(await world.request(slots)).toBe(true);
    expect(usedAt(0)).toBe(3);
    await pass(1);
    expect(await world.request(slots)).toBe(true);
    expect(usedAt(0)).toBe(4);
    await pass(999);
    expect(await world.request(slots)).toBe(true);
    expect(usedAt(3_000)).toBe(1);
    expect((await budget.take(5)).granted).toBe(false);
    expect((await budget.take(4)).granted).toBe(true);
  });

  it('are late, too, when the counters took too long to give them', async () => {
    const world = createBudgetWorld({ start: noon, limits });
    let pauseMs = 0;
    const slots = await world.worker({ pause: () => pauseMs }).take(1);
    if (!slots.granted) throw new Error(slots.because);
    expect(await world.request(slots)).toBe(true);
    pauseMs = 501;
    const asked = world.request(slots);
    await world.time.run();
    expect(await asked).toBe(false);
    // Something was sent before.
    expect(slots.refused()).toBeUndefined();
    expect(world.counters.rows.get('budget#rest#day#2026-11-23')?.used).toBe(1);
  });

  it('let no request start when they are late and the slots of the moment are taken', async () => {
    const { world, budget, slots, pass } = await taken();
    await pass(3_000);
    await budget.take(5);
    expect(slots.refused()).toBeUndefined();
    expect(await world.request(slots)).toBe(false);
    expect(slots.refused()?.comeBack()).toBe(noon + 3_000 + 16_000);
    await pass(3_000);
    expect(await world.request(slots)).toBe(true);
    expect(slots.refused()).toBeUndefined();
  });

  it('let no request start while the counters cannot be used', async () => {
    const world = createBudgetWorld({ start: noon, limits });
    let isDown = false;
    const add = (...given: Parameters<Counters['add']>) =>
      isDown ? Promise.reject(new Error('down')) : world.counters.counters.add(...given);
    const budget = world.worker({ counters: { add } });
    const slots = await budget.take(1);
    if (!slots.granted) throw new Error(slots.because);
    isDown = true;
    await Promise.all([world.time.sleep(2_001), world.time.run()]);
    expect(await world.request(slots)).toBe(false);
    expect(slots.refused()?.because).toContain('cannot be used');
    expect(world.complaints).toEqual(['the counters of the budget cannot be used']);
    await expect(budget.take(1)).rejects.toThrow('down');
  });

  it('leave two of the moment to others, beyond those that were granted', async () => {
    const { world, slots, pass } = await taken();
    for (let n = 0; n < 3; n += 1) expect(await world.request(slots)).toBe(true);
    expect(await world.request(slots)).toBe(false);
    await pass(3_000);
    for (let n = 0; n < 3; n += 1) expect(await world.request(slots)).toBe(true);
    expect(await world.request(slots)).toBe(false);
    // Something was sent.
    expect(slots.refused()).toBeUndefined();
  });

  it('come to one moment for all that waits, 2 to 30 s later', async () => {
    const world = createBudgetWorld({ start: noon, limits });
    await world.worker().take(5);
    for (const [random, seconds] of [
      [0, 2],
      [0.5, 16],
      [0.999_999, 30],
    ] as const) {
      const refused = await world.worker({ random: () => random }).take(1);
      if (refused.granted) throw new Error('granted');
      expect(refused.comeBack()).toBe(noon + seconds * 1_000);
      expect(refused.comeBack()).toBe(refused.comeBack());
    }
  });

  it.each([0, -1, 6, Number.NaN])('are 1 to 5, not %f', async (requests) => {
    const world = createBudgetWorld({ start: noon, limits });
    await expect(world.worker().take(requests)).rejects.toThrow('1 to 5 requests');
  });
});
