import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planRestCalls } from '../../../lambdas/marketo/rest/restPlan.ts';
import { defaultRules } from '../../../lambdas/marketo/rest/leadRules.ts';
import {
  lookupOf,
  needsNoRecord,
  recordText,
  upsertBody,
} from '../../../lambdas/marketo/rest/record.ts';
import type { Update } from '../../../lambdas/marketo/marketoTypes.ts';
import { updateOf } from '../soap/updates.ts';

const cookie = '_mch-example.com-1-abcd';
const sizes = (calls: readonly (readonly Update[])[]) => calls.map(({ length }) => length);
const names = (calls: readonly (readonly Update[])[]) =>
  calls.map((call) => call.map(({ email, cookie }) => (cookie ? `${email}+` : email)));
const many = (count: number, of: (name: string) => Update) =>
  Array.from({ length: count }, (_, index) => of(`lead${index}`));
const bodyBytes = (call: readonly Update[], partition?: string): number => {
  const written = call.filter((update) => !needsNoRecord(update));
  const lookup = written[0] ? lookupOf(written[0], 'email') : 'email';
  const records = written.map((update) => recordText(update, lookup));
  return Buffer.byteLength(upsertBody(records, { lookup, rules: { ...defaultRules, partition } }));
};

const someUpdates = (maxLength: number, callMost: number) =>
  fc
    .array(
      fc.record(
        {
          cookie: fc.constant(cookie),
          marketoId: fc.integer({ min: 1, max: 9 }),
          callMost: fc.integer({ min: 0, max: callMost }),
          notes: fc.oneof(
            fc.string({ unit: 'binary', maxLength: 5 }),
            fc.integer({ min: 1, max: 1_200_000 }).map((length) => 'ü'.repeat(length / 2)),
          ),
        },
        { requiredKeys: [] },
      ),
      { maxLength },
    )
    .map((list) =>
      list.map(({ notes, ...rest }, index) =>
        updateOf(`lead${index}`, notes === undefined ? {} : { Notes: notes }, rest),
      ),
    );

describe('the plan of calls', () => {
  it('of no updates is no call', () => {
    expect(planRestCalls([])).toEqual([]);
  });

  it('puts 300 leads into one call and the next into another', () => {
    expect(sizes(planRestCalls(many(301, (name) => updateOf(name))))).toEqual([300, 1]);
  });

  it('keeps three cookies in a call, the first ones; the leads of the others go without', () => {
    const updates = many(6, (name) => updateOf(name, { A: 1 }, { cookie }));
    expect(names(planRestCalls(updates))).toEqual([
      ['lead0+', 'lead1+', 'lead2+', 'lead3', 'lead4', 'lead5'],
    ]);
  });

  it('keeps as many cookies as it is told to', () => {
    const updates = many(3, (name) => updateOf(name, { A: 1 }, { cookie }));
    expect(names(planRestCalls(updates, { cookiesPerCall: 1 }))).toEqual([
      ['lead0+', 'lead1', 'lead2'],
    ]);
  });

  it('sends leads with only a cookie three a call, apart from those that need an upsert', () => {
    const updates = [
      updateOf('a', { A: 1 }, { cookie }),
      ...many(5, (name) => updateOf(name, {}, { cookie, marketoId: 7 })),
      updateOf('z', { A: 1 }),
    ];
    expect(names(planRestCalls(updates))).toEqual([
      ['a+', 'z'],
      ['lead0+', 'lead1+', 'lead2+'],
      ['lead3+', 'lead4+'],
    ]);
  });

  it('gives a lead that has nothing but its cookie to tell the cookie before all others', () => {
    const updates = [
      ...many(4, (name) => updateOf(name, { A: 1 }, { cookie })),
      updateOf('new', {}, { cookie }),
    ];
    expect(names(planRestCalls(updates))).toEqual([['lead0+', 'lead1+', 'lead2', 'lead3', 'new+']]);
  });

  it('sends calls that carry fields before those that only carry cookies, new leads’ too', () => {
    const updates = [
      updateOf('a', {}, { cookie, marketoId: 7 }),
      updateOf('b', {}, { cookie }),
      updateOf('c', { A: 'x'.repeat(900_000) }),
      updateOf('d', { A: 'x'.repeat(900_000) }),
    ];
    expect(names(planRestCalls(updates))).toEqual([['b+', 'c'], ['d'], ['a+']]);
    expect(names(planRestCalls(updates.slice(0, 2)))).toEqual([['a+'], ['b+']]);
  });

  it('keeps a lead that wants little company to it, in company that does not mind', () => {
    const updates = [
      updateOf('a'),
      updateOf('b', {}, { callMost: 2 }),
      updateOf('c', {}, { callMost: 1 }),
      updateOf('d', {}, { callMost: 2 }),
      updateOf('e'),
    ];
    expect(names(planRestCalls(updates))).toEqual([['a', 'e'], ['b', 'd'], ['c']]);
  });

  it('gives a lead beyond 1 MB a call of its own, where its refusal is its own', () => {
    const updates = [updateOf('a'), updateOf('b', { A: 'x'.repeat(1_000_000) }), updateOf('c')];
    expect(names(planRestCalls(updates))).toEqual([['a', 'c'], ['b']]);
  });

  it('has every update in exactly one call, in order, and no call above any limit in it', () => {
    fc.assert(
      fc.property(
        someUpdates(30, 12),
        fc.option(fc.string(), { nil: undefined }),
        fc.integer({ min: 1, max: 4 }),
        (updates, partition, cookiesPerCall) => {
          const calls = planRestCalls(updates, {
            cookiesPerCall,
            rules: { ...defaultRules, partition },
          });
          const placed = calls.map((call) =>
            call.map(({ lead }) => updates.findIndex((update) => update.lead === lead)),
          );
          expect(placed.flat().sort((a, b) => a - b)).toEqual(updates.map((_, index) => index));
          for (const [at, call] of calls.entries()) {
            expect(placed[at]).toEqual(placed[at]?.toSorted((a, b) => a - b));
            for (const { callMost } of call)
              expect(call.length).toBeLessThanOrEqual(Math.max(1, callMost ?? 300));
            if (call.length > 1) expect(bodyBytes(call, partition)).toBeLessThanOrEqual(1_000_000);
            expect(call.filter((update) => update.cookie).length).toBeLessThanOrEqual(
              cookiesPerCall,
            );
            for (const [index, update] of call.entries()) {
              const given = updates[placed[at]?.[index] ?? -1];
              expect({ ...given, cookie: update.cookie }).toEqual({
                ...update,
                cookie: update.cookie,
              });
              if (update.cookie !== undefined) expect(given?.cookie).toBe(update.cookie);
              // Without fields and without its cookie it would say nothing.
              else if (given?.fields.length === 0) expect(given.cookie).toBeUndefined();
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('keeps every cookie that there is room for', () => {
    fc.assert(
      fc.property(someUpdates(12, 6), (updates) => {
        for (const call of planRestCalls(updates)) {
          const has = (one: Update) =>
            updates.find(({ lead }) => lead === one.lead)?.cookie !== undefined;
          const kept = call.filter((update) => update.cookie !== undefined).length;
          expect(kept).toBe(Math.min(3, call.filter(has).length));
        }
      }),
      { numRuns: 40 },
    );
  });

  it('has a call for each partition; leads that their ids find go together, wherever they are', () => {
    const places = ['Europe', 'Asia', undefined] as const;
    const updates = Array.from({ length: 9 }, (_, n) => {
      const partition = places[n % 3];
      const isKnown = n < 3;
      return updateOf(
        `lead${n}`,
        { A: 1 },
        {
          ...(partition !== undefined && { partition }),
          ...(isKnown && { marketoId: n + 1, byId: true as const }),
        },
      );
    });
    const calls = planRestCalls(updates, { rules: { ...defaultRules, partition: 'Asia' } });
    expect(calls.map((call) => call.map(({ lead }) => lead.slice(-1)).join(''))).toEqual([
      '012',
      '36',
      // Those that name none go where the settings say.
      '4578',
    ]);
  });

  it('has no more calls than the best of all possible splits, where the limits are numbers of leads', () => {
    const updatesWith = fc
      .array(fc.record({ callMost: fc.integer({ min: 1, max: 4 }) }, { requiredKeys: [] }), {
        maxLength: 6,
      })
      .map((list) => list.map((rest, index) => updateOf(`lead${index}`, { A: 1 }, rest)));
    fc.assert(
      fc.property(updatesWith, (updates) => {
        const limits = updates.map(({ callMost }) => callMost ?? 300);
        expect(planRestCalls(updates)).toHaveLength(fewest(limits, []));
      }),
    );
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
