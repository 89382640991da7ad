import fc from 'fast-check';
import { expect, it } from 'vitest';
import { keysOf } from '../../../../operations/console/client/lineKeys.ts';
import { lineOf } from './fake/lines.ts';

/** Lines with many that say the same, latest first. */
const lines = fc
  .array(fc.nat(40), { maxLength: 60 })
  .map((places) => places.toSorted((left, right) => right - left).map((at) => lineOf(at % 8, at)));

it('every line has a key of its own', () => {
  fc.assert(
    fc.property(lines, (some) => {
      expect(new Set(keysOf(some)).size).toBe(some.length);
    }),
  );
});

it('a line keeps its key when newer ones come', () => {
  fc.assert(
    fc.property(lines, fc.nat(60), (all, newer) => {
      const before = all.slice(newer);
      expect(keysOf(all).slice(newer)).toEqual(keysOf(before));
    }),
  );
});
