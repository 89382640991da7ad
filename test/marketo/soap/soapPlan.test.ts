import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { syncRequest } from '../../../lambdas/marketo/soap/params.ts';
import { planSoapCalls } from '../../../lambdas/marketo/soap/soapPlan.ts';
import type { Update } from '../../../lambdas/marketo/marketoTypes.ts';
import { soapLimits } from '../../../lambdas/limits.ts';
import { updateOf } from './updates.ts';

const emails = (calls: readonly (readonly Update[])[]) =>
  calls.map((call) => call.map(({ email }) => email));

const someUpdates = (maxLength: number, callMost: number) =>
  fc
    .array(
      fc.record(
        {
          cookie: fc.constant('_mch-example.com-1-abcd'),
          callMost: fc.integer({ min: 0, max: callMost }),
        },
        { requiredKeys: [] },
      ),
      { maxLength },
    )
    .map((list) => list.map((rest, index) => updateOf(`lead${index}`, {}, rest)));

const limitOf = ({ cookie, callMost }: Update, most: number): number =>
  cookie === undefined ? Math.max(1, Math.min(callMost ?? most, most)) : 1;

describe('the plan of calls', () => {
  it('of no updates is no call', () => {
    expect(planSoapCalls([])).toEqual([]);
  });

  it('puts 300 leads into one call and the next into another', () => {
    const updates = Array.from({ length: 301 }, (_, index) => updateOf(`lead${index}`));
    expect(planSoapCalls(updates).map(({ length }) => length)).toEqual([300, 1]);
  });

  it('sends a lead with a cookie alone, and those around it together', () => {
    const cookie = '_mch-example.com-1-abcd';
    const updates = [updateOf('a'), updateOf('b', {}, { cookie }), updateOf('c')];
    expect(emails(planSoapCalls(updates))).toEqual([['a', 'c'], ['b']]);
  });

  it('keeps a lead that wants little company to it, in company that does not mind', () => {
    const updates = [
      updateOf('a'),
      updateOf('b', {}, { callMost: 2 }),
      updateOf('c', {}, { callMost: 1 }),
      updateOf('d', {}, { callMost: 2 }),
      updateOf('e'),
    ];
    expect(emails(planSoapCalls(updates))).toEqual([['a', 'e'], ['b', 'd'], ['c']]);
  });

  it('has every update in exactly one call, in order, and no call above any limit in it', () => {
    fc.assert(
      fc.property(someUpdates(40, 12), fc.integer({ min: 1, max: 10 }), (updates, most) => {
        const calls = planSoapCalls(updates, most);
        const place = (update: Update | undefined): number =>
          updates.findIndex((one) => one === update);
        const placed = calls.map((call) => call.map(place));
        expect(placed.flat().sort((a, b) => a - b)).toEqual(updates.map((_, index) => index));
        for (const call of calls) {
          expect(call.length).toBeGreaterThan(0);
          expect(call.map(place)).toEqual(call.map(place).sort((a, b) => a - b));
          for (const update of call) expect(call.length).toBeLessThanOrEqual(limitOf(update, most));
        }
        const firsts = calls.map(([first]) => place(first));
        expect(firsts).toEqual([...firsts].sort((a, b) => a - b));
      }),
    );
  });

  it('has no more calls than the best of all possible splits', () => {
    fc.assert(
      fc.property(someUpdates(6, 4), fc.integer({ min: 1, max: 6 }), (updates, most) => {
        const limits = updates.map((update) => limitOf(update, most));
        expect(planSoapCalls(updates, most)).toHaveLength(fewest(limits, []));
      }),
    );
  });
});

describe('the size of a call', () => {
  /** Texts of which each character takes another number of bytes in XML. */
  const text = fc
    .tuple(fc.constantFrom('a', '&', '"', '\n', 'é', '汉', '😀', '\u0001'), fc.nat(60_000))
    .map(([character, length]) => character.repeat(length));
  const heavy = fc
    .array(fc.dictionary(fc.constantFrom('A', 'Über', 'C&D'), text), {
      minLength: 2,
      maxLength: 12,
    })
    .map((list) => list.map((fields, index) => updateOf(`lead${index}`, fields)));
  const leadBytes = (update: Update): number => {
    const { params } = syncRequest([update], '561-HYG-937');
    // As the client sends it: an element for each key, one for each item of a list.
    const written = (name: string, value: unknown): string => {
      if (Array.isArray(value)) return value.map((one) => written(name, one)).join('');
      if (typeof value !== 'object' || value === null) return `<${name}>${String(value)}</${name}>`;
      const inner = Object.entries(value).map(([key, child]) => written(key, child));
      return `<${name}>${inner.join('')}</${name}>`;
    };
    return Buffer.byteLength(written('leadRecord', params.leadRecord));
  };

  it('stays below the limit, unless one lead alone is above it', () => {
    fc.assert(
      fc.property(heavy, (updates) => {
        for (const call of planSoapCalls(updates)) {
          const bytes = call.reduce((sum, update) => sum + leadBytes(update), 0);
          if (call.length > 1) expect(bytes).toBeLessThanOrEqual(soapLimits.bodyBytes);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('is used up: two calls in a row would not fit into one', () => {
    const updates = Array.from({ length: 30 }, (_, index) =>
      updateOf(`lead${index}`, { Notes: 'x'.repeat(90_000) }),
    );
    expect(planSoapCalls(updates).map(({ length }) => length)).toEqual([11, 11, 8]);
  });

  it('of 300 full mailboxes is many calls, each about as large as is allowed', () => {
    const notes = 'é'.repeat(140_000);
    const updates = Array.from({ length: 300 }, (_, index) => updateOf(`lead${index}`, { notes }));
    expect(planSoapCalls(updates)).toHaveLength(100);
  });
});

/** Tries every split: each next lead joins each of the calls so far, or opens one. */
const fewest = (limits: readonly number[], calls: readonly (readonly number[])[]): number => {
  const [limit, ...rest] = limits;
  if (limit === undefined) {
    return calls.every((call) => call.length <= Math.min(...call)) ? calls.length : Infinity;
  }
  const joined = calls.map((call, index) => fewest(rest, calls.with(index, [...call, limit])));
  return Math.min(fewest(rest, [...calls, [limit]]), ...joined);
};
