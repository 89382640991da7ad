import { expect, it } from 'vitest';
import { shortHashOf } from '../../lambdas/digest.ts';
import { bloomOf, mayHold } from '../../lambdas/history/bloom.ts';

const messages = Array.from({ length: 2_000 }, (_, nth) => shortHashOf(`message-${nth}`));

it('finds every message of which it was made, whatever its hash', () => {
  const bloom = bloomOf(messages);
  expect(messages.filter((message) => !mayHold(bloom, message))).toEqual([]);
});

it('takes hardly any message for one of them that is not', () => {
  const bloom = bloomOf(messages);
  const others = Array.from({ length: 5_000 }, (_, nth) => shortHashOf(`other-${nth}`));
  expect(others.filter((message) => mayHold(bloom, message)).length).toBeLessThan(5);
});

it('holds nothing where it was made of nothing', () => {
  expect(mayHold(bloomOf([]), shortHashOf('message'))).toBe(false);
});
