import { expect, test } from 'vitest';
import { workload } from '../../bench/workload.ts';
import { createZipf } from '../../bench/zipf.ts';

test('ranks fall as Zipf’s law says', () => {
  const rankOf = createZipf(3, 1);
  // Weights 1, 1/2 and 1/3 of 11/6: up to 6/11, up to 9/11, and the rest.
  expect([0, 0.54, 0.55, 0.81, 0.82, 0.999].map(rankOf)).toEqual([0, 0, 1, 1, 2, 2]);
});

const options = {
  seed: 7,
  events: 4_000,
  leads: 500,
  zipf: 1.1,
  durationMs: 100_000,
  identifies: 0.4,
  unchanged: 0.8,
  hasCookies: false,
};

test('a workload has the shares that it was asked for, in the order of time', () => {
  const happenings = workload(options);
  expect(happenings).toHaveLength(4_000);
  const moments = happenings.map(({ at }) => at);
  expect(moments).toEqual(moments.toSorted((a, b) => a - b));
  expect(Math.max(...moments)).toBeLessThan(100_000);
  const identifies = happenings.filter(({ message }) => message['type'] === 'identify');
  expect(identifies.length / 4_000).toBeCloseTo(0.4, 1);
  const known = new Set<number>();
  const later = identifies.filter(({ who }) => known.size === known.add(who).size);
  expect(later.filter(({ isNews }) => !isNews).length / later.length).toBeCloseTo(0.8, 1);
});

test('news is exactly what differs from what the lead said before', () => {
  const said = new Map<number, string>();
  for (const { who, message, isNews } of workload(options)) {
    if (message['type'] !== 'identify') continue;
    const traits = JSON.stringify(message['traits']);
    expect(traits !== said.get(who)).toBe(isNews);
    said.set(who, traits);
  }
});

test('a seed makes the same workload again, and another seed another', () => {
  expect(workload(options)).toEqual(workload(options));
  expect(workload({ ...options, seed: 8 })).not.toEqual(workload(options));
});
