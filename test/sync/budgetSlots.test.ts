import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BudgetLimits } from '../../lambdas/lead/pacing.ts';
import type { Counters } from '../../lambdas/sync/counters.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { budgetTiming, callLimits } from '../../lambdas/limits.ts';
import { noon } from '../support/mailboxes.ts';
import { createBudgetWorld, granted, maxWithin, refused } from './budgetSupport.ts';

const slidingMs = 20_000;
const workers = 10;
const hugeDay = { dailyCalls: 10_000_000 };

/** What one worker does: asks for a call, dawdles before each of its requests. */
interface Step {
  readonly pauseMs: number;
  readonly isFull: boolean;
  readonly bringsFields: boolean;
  readonly requests: number;
  readonly dawdleMs: number;
}

const edge = (...values: number[]) => fc.constantFrom(...values);
const stepOf = (limits: BudgetLimits): fc.Arbitrary<Step> =>
  fc.record({
    pauseMs: fc.oneof(edge(0, 1, limits.windowMs, limits.windowMs - 1), fc.nat(4_000)),
    isFull: fc.boolean(),
    bringsFields: fc.boolean(),
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
    for (const { pauseMs, isFull, bringsFields, requests, dawdleMs } of steps) {
      await world.time.sleep(pauseMs);
      const permits = await budget.tryAcquire({ isFull, bringsFields });
      if (!permits.granted) continue;
      for (let n = 0; n < requests; n += 1) {
        await world.time.sleep(dawdleMs);
        await world.request(permits);
      }
      await permits.giveBack();
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
        expect(maxWithin(await perform(play), slidingMs)).toBeLessThanOrEqual(most);
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
      const calls = await Promise.all(
        Array.from({ length: perWindow }, () =>
          budget.tryAcquire({ isFull: true, bringsFields: true }),
        ),
      );
      await world.time.sleep(dawdleMs);
      for (const permits of calls) if (permits.granted) await world.request(permits);
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
    expect(maxWithin(world.requests, slidingMs)).toBe(most);
    expect(maxWithin(world.requests, slidingMs + 1)).toBe(most + perWindow);
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
        expect(maxWithin(await perform(play), slidingMs)).toBeLessThanOrEqual(touched * perWindow);
      }),
      { numRuns: 60 },
    );
  });
});

const limits = { ...callLimits.rest, ...hugeDay };
/** A day half of whose calls, spread evenly, are not one a minute: no call is ever eager. */
const scarce = { ...callLimits.rest, dailyCalls: 1_000 };

const worldOf = (of: BudgetLimits = limits) => {
  const world = createBudgetWorld({ start: noon, limits: of });
  const budget = world.worker();
  const pass = (ms: number) => Promise.all([world.time.sleep(ms), world.time.run()]);
  const usedAt = (ms: number) => world.counters.rows.get(`budget#rest#slots#${noon + ms}`)?.used;
  const ask = async (isFull: boolean, bringsFields = true) =>
    (await budget.tryAcquire({ isFull, bringsFields })).granted;
  return { world, budget, pass, usedAt, ask };
};

describe('a call that is full', () => {
  it('may take any slot of its window, and none of the window after', async () => {
    const { ask, pass, usedAt } = worldOf(scarce);
    for (let n = 0; n < 5; n += 1) expect(await ask(true)).toBe(true);
    expect(await ask(true)).toBe(false);
    await pass(2_999);
    expect(await ask(true)).toBe(false);
    expect(usedAt(0)).toBe(5);
    await pass(1);
    expect(await ask(true)).toBe(true);
  });

  it('takes nothing of what those have that are not', async () => {
    const { ask, world } = worldOf();
    await ask(true);
    expect([...world.counters.rows.keys()].some((key) => /eager|gather/.test(key))).toBe(false);
  });
});

describe('a call that brings no fields', () => {
  it('leaves two slots of each window to those that bring some', async () => {
    const { ask } = worldOf();
    for (let n = 0; n < 3; n += 1) expect(await ask(true, false)).toBe(true);
    expect(await ask(true, false)).toBe(false);
    expect([await ask(true), await ask(true), await ask(true)]).toEqual([true, true, false]);
  });

  it('has its turn even where a window has a single slot', async () => {
    const { ask, pass } = worldOf({ ...limits, perWindow: 1 });
    expect([await ask(true, false), await ask(true, false)]).toEqual([true, false]);
    await pass(3_000);
    expect(await ask(true, false)).toBe(true);
  });
});

describe('a call that is not full', () => {
  it('goes at once while the minute’s share of the day lasts', async () => {
    const { ask } = worldOf();
    for (let n = 0; n < 5; n += 1) expect(await ask(false)).toBe(true);
    // The window has no slot left.
    expect(await ask(false)).toBe(false);
  });

  it('goes as the first of its moment once that share is used up', async () => {
    const { ask, pass } = worldOf({ ...callLimits.rest, dailyCalls: 2 * 1_440 });
    const went: boolean[] = [];
    for (let moment = 0; moment < 30; moment += 1) {
      went.push(await ask(false), await ask(false));
      await pass(budgetTiming.gatherMs);
    }
    // Two at once in the first moment, and from then on one each.
    expect(went.slice(0, 2)).toEqual([true, true]);
    expect(went.slice(2)).toEqual(Array.from({ length: 29 }, () => [true, false]).flat());
    expect([await ask(false), await ask(false)]).toEqual([true, true]);
  });

  it('goes beside a full one of its moment', async () => {
    const { ask } = worldOf(scarce);
    expect([await ask(true), await ask(false), await ask(false)]).toEqual([true, true, false]);
  });

  it('is not eager where the day has not enough calls', async () => {
    const { ask, world } = worldOf(scarce);
    expect(await ask(false)).toBe(true);
    expect(await ask(false)).toBe(false);
    expect([...world.counters.rows.keys()].some((key) => key.includes('eager'))).toBe(false);
  });

  it('has its turn even where a window has a single slot', async () => {
    const { ask, pass } = worldOf({ ...limits, perWindow: 1 });
    expect([await ask(false), await ask(false)]).toEqual([true, false]);
    await pass(3_000);
    expect(await ask(false)).toBe(true);
  });

  it('that is not the first of its moment comes back with the next, and costs no slot', async () => {
    const { world, ask, pass, usedAt } = worldOf(scarce);
    await pass(500);
    await ask(false);
    const waits = refused(await world.worker().tryAcquire({ isFull: false, bringsFields: true }));
    expect(waits.retryAt).toBe(noon + budgetTiming.gatherMs);
    expect(usedAt(0)).toBe(1);
  });

  it('that finds no slot comes back in the next window, spread over a second', async () => {
    const { world, ask } = worldOf();
    for (let n = 0; n < 5; n += 1) await ask(true);
    for (const [random, ms] of [
      [0, 3_000],
      [0.5, 3_500],
      [0.999_999, 4_000],
    ] as const) {
      const budget = world.worker({ random: () => random });
      const waits = refused(await budget.tryAcquire({ isFull: false, bringsFields: true }));
      expect(waits.retryAt).toBe(noon + ms);
    }
  });
});

describe('the requests of one call', () => {
  it('take a slot each as they start, and leave two of the moment to others', async () => {
    const { world, budget, pass, ask } = worldOf();
    const permits = granted(await budget.tryAcquire({ isFull: true, bringsFields: true }));
    for (let n = 0; n < 3; n += 1) expect(await world.request(permits)).toBe(true);
    expect(await world.request(permits)).toBe(false);
    // Something was sent.
    expect(permits.refused()).toBeUndefined();
    expect(permits.started()).toBe(3);
    expect([await ask(true), await ask(true), await ask(true)]).toEqual([true, true, false]);
    await pass(3_000);
    for (let n = 0; n < 3; n += 1) expect(await world.request(permits)).toBe(true);
    expect(await world.request(permits)).toBe(false);
  });

  it('that are late take a slot of the moment', async () => {
    const { world, budget, pass, usedAt } = worldOf();
    const permits = granted(await budget.tryAcquire({ isFull: true, bringsFields: true }));
    await pass(budgetTiming.permitUseMs + 1);
    expect(await world.request(permits)).toBe(true);
    expect(usedAt(0)).toBe(2);
    const later = granted(await budget.tryAcquire({ isFull: true, bringsFields: true }));
    await pass(999);
    expect(await world.request(later)).toBe(true);
    expect([usedAt(0), usedAt(3_000)]).toEqual([3, undefined]);
    await pass(1_002);
    expect(await world.request(later)).toBe(true);
    expect(usedAt(3_000)).toBe(1);
  });

  it('may start until 2 s after their slot was taken', async () => {
    const { world, budget, pass, usedAt } = worldOf();
    const permits = granted(await budget.tryAcquire({ isFull: true, bringsFields: true }));
    await pass(budgetTiming.permitUseMs);
    expect(await world.request(permits)).toBe(true);
    expect(usedAt(0)).toBe(1);
  });

  it('are late, too, when the counters took too long to give them', async () => {
    const world = createBudgetWorld({ start: noon, limits });
    let pauseMs = 0;
    const permits = granted(
      await world.worker({ pause: () => pauseMs }).tryAcquire({ isFull: true, bringsFields: true }),
    );
    expect(await world.request(permits)).toBe(true);
    pauseMs = 501;
    const asked = world.request(permits);
    await world.time.run();
    expect(await asked).toBe(false);
    // Something was sent before.
    expect(permits.refused()).toBeUndefined();
    expect(world.counters.rows.get('budget#rest#day#2026-11-23')?.used).toBe(1);
  });

  it('do not start when they are late and the slots of the moment are taken', async () => {
    const { world, budget, pass, ask } = worldOf();
    const permits = granted(await budget.tryAcquire({ isFull: true, bringsFields: true }));
    await pass(3_000);
    for (let n = 0; n < 5; n += 1) await ask(true);
    expect(permits.refused()).toBeUndefined();
    expect(await world.request(permits)).toBe(false);
    expect(permits.refused()?.retryAt).toBe(noon + 6_000 + 500);
    await pass(3_000);
    expect(await world.request(permits)).toBe(true);
    expect(permits.refused()).toBeUndefined();
  });

  it('do not start while the counters cannot be used', async () => {
    const world = createBudgetWorld({ start: noon, limits });
    let isDown = false;
    const add = (...given: Parameters<Counters['add']>) =>
      isDown ? Promise.reject(new Error('down')) : world.counters.counters.add(...given);
    const budget = world.worker({ counters: { add } });
    const permits = granted(await budget.tryAcquire({ isFull: true, bringsFields: true }));
    isDown = true;
    await Promise.all([world.time.sleep(2_001), world.time.run()]);
    expect(await world.request(permits)).toBe(false);
    expect(permits.refused()?.reason).toContain('cannot be used');
    expect(world.complaints).toEqual(['the counters of the budget cannot be used']);
    await expect(budget.tryAcquire({ isFull: true, bringsFields: true })).rejects.toThrow('down');
  });
});
