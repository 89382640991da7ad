import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SequenceKey } from '../../lambdas/segment/order.ts';
import { messageHashOf, sequenceKeyOf, receivedAtOf } from '../../lambdas/segment/order.ts';
import { epochMs } from '../../lambdas/segment/time.ts';

const noon = epochMs(Date.UTC(2026, 10, 23, 12));
type Place = readonly [timestamp: number, receivedAt: number, index: number, hash: string];
const place = ([timestamp, receivedAt, index, hash]: Place): string =>
  sequenceKeyOf(epochMs(timestamp), epochMs(receivedAt), index, hash);

describe('the place of an event among all events', () => {
  it('sorts as text like its parts, one after the other', () => {
    const moment = fc.integer({ min: 0, max: 40 }).map((ms) => noon + ms);
    const any: fc.Arbitrary<Place> = fc.tuple(
      moment,
      moment,
      fc.nat(40),
      fc.constantFrom('a', 'b'),
    );
    const partsOf = ([timestamp, receivedAt, index, hash]: Place) =>
      [Math.min(timestamp, receivedAt), receivedAt, index, hash] as const;
    const isBefore = (one: Place, other: Place): boolean => {
      const [mine, others] = [partsOf(one), partsOf(other)];
      const first = mine.findIndex((part, nth) => part !== others[nth]);
      return first >= 0 && (mine[first] ?? 0) < (others[first] ?? 0);
    };
    fc.assert(
      fc.property(any, any, (one, other) => {
        expect(place(one) < place(other)).toBe(isBefore(one, other));
      }),
    );
  });

  it('has one width, whatever the numbers are, so that texts stay comparable', () => {
    const usual = place([noon, noon, 0, 'hash']);
    expect(place([-1, -5, -7, 'hash'])).toBe(`${'0'.repeat(22)}hash`);
    expect(place([1e15, 1e15, 1e7, 'hash'])).toBe(`${'z'.repeat(22)}hash`);
    expect(place([36 ** 9, 36 ** 9, 36 ** 4, 'hash'])).toBe(`${'z'.repeat(22)}hash`);
    expect(place([noon + 0.5, noon + 0.9, 0.7, 'hash'])).toBe(usual);
    expect(usual).toHaveLength(26);
  });

  it('ends with the hash of its message', () => {
    expect(messageHashOf(sequenceKeyOf(noon, noon, 3, 'AbCdEfGhIjK'))).toBe('AbCdEfGhIjK');
  });
});

it('an order tells when its event was received, whatever its sender said; one of no event does not', () => {
  const [said, received] = [epochMs(1_700_000_000_000), epochMs(1_800_000_000_123)];
  expect(receivedAtOf(sequenceKeyOf(said, received, 3, 'hash'))).toBe(received);
  expect(receivedAtOf('' as SequenceKey)).toBeUndefined();
});
