import { expect, test } from 'vitest';
import { deferral } from '../../bench/deferral.ts';
import { originalWay } from '../../bench/original.ts';

const wishes = (lead: string, ...seconds: number[]) =>
  seconds.map((second) => ({ at: second * 1_000, lead }));

test('the original loses an event whose three attempts all meet the lock', () => {
  // The second is tried at 5, 6 and 7 s; the third at 28, 29 and 30 s, when the lock has just ended.
  expect(originalWay(wishes('a', 0, 5, 28))).toEqual({ calls: 2, attempts: 7, lost: 1 });
});

test('the original’s lock is a lead’s own, and lasts from the attempt that took it', () => {
  expect(originalWay([...wishes('a', 0), ...wishes('b', 1)])).toEqual({
    calls: 2,
    attempts: 2,
    lost: 0,
  });
  // Taken again at 30 s by the attempt of 29, it is still there at 59.
  expect(originalWay(wishes('a', 0, 29, 57))).toEqual({ calls: 2, attempts: 6, lost: 1 });
});

const usual = { lockMs: 30_000, callMs: 500, merges: false };

test('deferral makes a call for each event, a lock apart', () => {
  const { calls, lost, drainMs } = deferral({ ...usual, moments: [0, 100, 200] });
  expect({ calls, lost }).toEqual({ calls: 3, lost: 0 });
  // Three calls of 0.5 s, two locks of 30 s between them, and what rounding to seconds adds.
  expect(drainMs).toBeGreaterThanOrEqual(61_300);
  expect(drainMs).toBeLessThan(64_000);
});

test('deferral receives each waiting event again after each lock', () => {
  const { receives, maxReceives } = deferral({ ...usual, moments: [0, 0, 0, 0] });
  expect({ receives, maxReceives }).toEqual({
    receives: 4 + 3 + 2 + 1,
    maxReceives: 4,
  });
});

test('a merging deferral sends what one receive brings together', () => {
  const moments = Array.from({ length: 25 }, () => 0);
  const { calls, lost, maxReceives } = deferral({ ...usual, moments, merges: true });
  expect({ calls, lost, maxReceives }).toEqual({ calls: 3, lost: 0, maxReceives: 2 });
});

test('a quiet lead’s events go out at once in any way', () => {
  const moments = [0, 60_000, 120_000];
  expect(originalWay(moments.map((at) => ({ at, lead: 'a' }))).lost).toBe(0);
  expect(deferral({ ...usual, moments })).toMatchObject({ calls: 3, receives: 3, drainMs: 500 });
});
