import { expect, it } from 'vitest';
import { backoffMs } from '../../lambdas/lead/backoff.ts';

it('a backoff is a random part of a time that doubles with each attempt, up to the longest', () => {
  const after = (attempts: number, random = 0.5) =>
    backoffMs(attempts, random, { firstMs: 32_000, longestMs: 900_000 });
  expect([0, 1, 2, 4, 5, 40, 5_000].map((attempts) => after(attempts))).toEqual([
    16_000, 32_000, 64_000, 256_000, 450_000, 450_000, 450_000,
  ]);
  expect([after(0, 0), after(1, 0.25), after(0, 0.999_999)]).toEqual([0, 16_000, 31_999]);
});
