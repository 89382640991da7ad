import { expect, test } from 'vitest';
import { slopeOf } from '../../../bench/soak/slope.ts';

test('the slope of a straight line is its own', () => {
  expect(slopeOf([0, 1, 2, 5].map((x) => ({ x, y: 7 - 3 * x })))).toBeCloseTo(-3);
});

test('noise around a level has no slope', () => {
  expect(slopeOf([4, 6, 6, 4].map((y, x) => ({ x, y })))).toBeCloseTo(0);
});

test('one point has no slope', () => {
  expect(slopeOf([{ x: 3, y: 9 }])).toBe(0);
  expect(slopeOf([])).toBe(0);
});
