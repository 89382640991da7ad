import { expect, it } from 'vitest';
import { addedLatencies, latenciesOf, latencyAt } from '../../lambdas/history/latencies.ts';

it('tells the middle and the slow end of many durations to a tenth', () => {
  const all = Array.from({ length: 1_000 }, (_, nth) => (nth + 1) * 37);
  const halves = [latenciesOf(all.slice(0, 400)), latenciesOf(all.slice(400))];
  const together = addedLatencies(halves[0], halves[1]);
  for (const [share, exact] of [
    [0.5, 18_500],
    [0.95, 35_150],
  ] as const)
    expect(Math.abs((latencyAt(together, share) ?? 0) / exact - 1)).toBeLessThan(0.1);
});

it('tells nothing of nothing, and takes no time for the shortest', () => {
  expect(latencyAt(addedLatencies(), 0.5)).toBeUndefined();
  expect(latencyAt(latenciesOf([0, -5]), 0.95)).toBe(1);
});
