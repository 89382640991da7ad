import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fewestCalls } from '../../bench/floor.ts';
import type { Happening } from '../../bench/workload.ts';

const terms = { patienceMs: 10, lockMs: 30, callMs: 5 };
const news = (at: number, who = at): Happening => ({ at, who, message: {}, isNews: true });

/** The least number of moments so that one lies in each span of `patienceMs`, by trying all sets. */
const leastOf = (moments: readonly number[]): number => {
  const ends = moments.map((at) => at + terms.patienceMs);
  const sets = Array.from({ length: 2 ** ends.length }, (_, bits) =>
    ends.filter((_end, place) => bits & (1 << place)),
  );
  const enough = sets.filter((calls) =>
    moments.every((from) => calls.some((call) => call >= from && call <= from + terms.patienceMs)),
  );
  return Math.min(...enough.map(({ length }) => length));
};

test('for leads that are free, the floor is what trying all sets of calls finds', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(80), { maxLength: 8 }), (moments) => {
      expect(
        fewestCalls(
          moments.map((at) => news(at)),
          terms,
        ),
      ).toBe(leastOf(moments));
    }),
  );
});

test('news that may wait for a lock may go with later news', () => {
  // The second of lead 1 may take a lock and a call longer: until 59 + 10.
  const happenings = [news(0, 1), news(24, 1), news(60, 2)];
  expect(fewestCalls(happenings, terms)).toBe(2);
  expect(
    fewestCalls(
      happenings.map((one, who) => ({ ...one, who })),
      terms,
    ),
  ).toBe(3);
});

test('what Marketo has already needs no call', () => {
  expect(fewestCalls([{ ...news(0), isNews: false }], terms)).toBe(0);
});
