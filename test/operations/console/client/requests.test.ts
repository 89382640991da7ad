import fc from 'fast-check';
import { expect, it } from 'vitest';
import { requestsOf } from '../../../../operations/console/client/requests.ts';
import { consoleLimits } from '../../../../operations/limits.ts';

it('every id is in one request, in order, and no request is more than the console takes', () => {
  // Characters of one to four bytes, and one that JSON escapes.
  const id = fc
    .tuple(fc.constantFrom('a', 'ä', '€', '😀', '"'), fc.integer({ min: 1, max: 700 }))
    .map(([character, times]) => character.repeat(times));
  fc.assert(
    fc.property(fc.array(id, { maxLength: 200 }), (ids) => {
      const requests = requestsOf(ids);
      expect(requests.flat()).toEqual(ids);
      for (const one of requests) {
        expect(one.length).toBeLessThanOrEqual(consoleLimits.ids);
        const bytes = Buffer.byteLength(JSON.stringify({ ids: one }));
        expect(bytes).toBeLessThanOrEqual(consoleLimits.bodyBytes);
      }
    }),
    { numRuns: 50 },
  );
});

it('short ids fill a request to the number that the console takes', () => {
  const ids = Array.from({ length: consoleLimits.ids + 1 }, (_, place) => `dead#${place}`);
  expect(requestsOf(ids).map(({ length }) => length)).toEqual([consoleLimits.ids, 1]);
});
