import { expect, test } from 'vitest';
import type { Aim } from '../../bench/bench.ts';
import { freshness } from '../../bench/freshness.ts';
import { isolation } from '../../bench/isolation.ts';
import { createOutage } from '../../bench/outage.ts';
import { scale } from '../../bench/scale.ts';

const hourMs = 3_600_000;
const small = { seed: 5, size: 0.01 };

const missed = (aims: readonly Aim[]): readonly Aim[] => aims.filter(({ isMet }) => !isMet);

test('freshness at a fiftieth of its size meets its aims, and no way is ahead of the floor', async () => {
  const { aims, numbers } = await freshness.run({ seed: 5, size: 0.02 });
  expect(missed(aims)).toEqual([]);
  const busy = numbers['busy'] as unknown as Record<string, { ageMs: { p50: number } }>;
  const floor = busy['floor']?.ageMs.p50 ?? Infinity;
  for (const way of ['soap', 'rest', 'deferral', 'mergingDeferral'])
    expect(busy[way]?.ageMs.p50).toBeGreaterThanOrEqual(floor);
});

test('outage at a hundredth of its size loses nothing, and the alternatives do what is said of them', async () => {
  const { aims, numbers } = await createOutage([4 * hourMs, 24 * hourMs]).run(small);
  // So few leads do not share the fixed cost of a day's scheduled ticks.
  expect(missed(aims).filter(({ what }) => !what.startsWith('the same with'))).toEqual([]);
  for (const { events, ways } of numbers['outages'] as unknown as Outage[]) {
    const lost = ways.map((way) => way.lost);
    // Ours, version 0.1 as recorded, the original, and deferral.
    expect(lost.slice(0, 4)).toEqual([0, 0, events, events]);
  }
});

interface Outage {
  readonly events: number;
  readonly ways: readonly { readonly lost: number }[];
}

test('isolation at a fiftieth of its size loses no healthy event', async () => {
  const { aims, numbers } = await isolation.run({ seed: 5, size: 0.02 });
  expect(missed(aims).filter(({ what }) => !what.startsWith('the middle'))).toEqual([]);
  expect(numbers['oneGroup']).toMatchObject({ without: { lost: 0 } });
});

test('scale at a hundredth of its size bills every way', async () => {
  const { numbers } = await scale.run(small);
  const costs = numbers['costs'] as unknown as { readonly dollarsPerMillion: number }[];
  expect(costs).toHaveLength(7);
  const waiting = numbers['backlogs'] as unknown as { leads: number; requests: number }[];
  expect(new Set(waiting.map(({ requests }) => requests)).size).toBe(1);
  // The door alone costs 1.50 dollars.
  for (const { dollarsPerMillion } of costs) expect(dollarsPerMillion).toBeGreaterThan(1.5);
});
