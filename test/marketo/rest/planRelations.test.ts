import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { restLimits } from '../../../lambdas/limits.ts';
import { planRestCalls } from '../../../lambdas/marketo/rest/restPlan.ts';
import { groupOf } from '../../../lambdas/marketo/rest/relations/kinds.ts';
import { sequenceKeyOf } from '../../../lambdas/segment/order.ts';
import { epochMs } from '../../../lambdas/segment/time.ts';
import type { LeadId, Update } from '../../../lambdas/marketo/marketoTypes.ts';

const known = (n: number, relations: Update['relations'], more: Partial<Update> = {}): Update => ({
  lead: `lead-${n}` as LeadId,
  email: `lead-${n}@example.com`,
  fields: [],
  marketoId: n + 1,
  ...(relations && { relations }),
  ...more,
});
const inList = (list: number, value = true) => ({ name: `list:${list}`, value });
const requestsOf = (call: readonly Update[]): number =>
  new Set(call.flatMap(({ relations = [] }) => relations.map((one) => groupOf(one)?.group))).size;

describe('the plan of calls with relations', () => {
  it('has the largest group first, up to 300 leads of one list and direction', () => {
    const updates = Array.from({ length: 320 }, (_, n) => known(n, [inList(n < 10 ? 2 : 1)]));
    const calls = planRestCalls([...updates, known(400, [inList(1, false)])]);
    expect(calls.map((call) => call.length)).toEqual([300, 10, 10, 1]);
    expect(calls.every((call) => requestsOf(call) === 1)).toBe(true);
  });

  it('has the largest of the groups that have just come first, but lets nobody wait for ever', () => {
    const at = (seconds: number) => {
      const ms = epochMs(1_000_000_000_000 + seconds * 1_000);
      return sequenceKeyOf(ms, ms, 0, 'hash-of-one');
    };
    const waiting = (n: number, list: number, seconds: number): Update =>
      known(n, [{ ...inList(list), order: at(seconds) }]);
    const listsOf = (updates: readonly Update[]) =>
      planRestCalls(updates).map((call) => call[0]?.relations?.[0]?.name);
    const many = Array.from({ length: 8 }, (_, n) => waiting(n, 1, 600));
    const some = Array.from({ length: 5 }, (_, n) => waiting(10 + n, 2, 600));
    expect(listsOf([...some, ...many, waiting(20, 3, 590)])).toEqual([
      'list:1',
      'list:2',
      'list:3',
    ]);
    expect(listsOf([...some, ...many, waiting(20, 3, 300)])).toEqual([
      'list:3',
      'list:1',
      'list:2',
    ]);
  });

  it('takes those of a group first that have waited longest, where not all of them may go', () => {
    const ms = (n: number) => epochMs(1_000_000_000_000 + n);
    const updates = Array.from({ length: 310 }, (_, n) =>
      known(n, [
        { ...inList(1), order: sequenceKeyOf(ms(310 - n), ms(310 - n), 0, 'hash-of-one') },
      ]),
    );
    const [call = [], rest = []] = planRestCalls(updates);
    expect([call.length, rest.map(({ lead }) => lead)]).toEqual([
      300,
      updates.slice(0, 10).map(({ lead }) => lead),
    ]);
  });

  it('takes along what serves at least half of a call’s leads, and leaves the rest for later', () => {
    const updates = [
      known(0, [inList(1), inList(2)]),
      known(1, [inList(1), inList(2)]),
      known(2, [inList(1), inList(3)]),
    ];
    const [call = []] = planRestCalls(updates);
    expect(call).toHaveLength(3);
    expect(call.map(({ relations = [] }) => relations.map(({ name }) => name))).toEqual([
      ['list:1', 'list:2'],
      ['list:1', 'list:2'],
      ['list:1'],
    ]);
  });

  it('goes with the fields of a call where that is worth a request', () => {
    const field = { name: 'Plan', value: 'pro' };
    const both = planRestCalls([known(0, [inList(1)], { fields: [field] })]);
    expect(both[0]?.[0]?.relations).toEqual([inList(1)]);
    const many = [0, 1, 2].map((n) =>
      known(n, n === 0 ? [inList(1)] : undefined, { fields: [field] }),
    );
    expect(planRestCalls(many)[0]?.some(({ relations }) => relations)).toBe(false);
  });

  it('has every lead in one call, never more leads or requests than Marketo takes', () => {
    const list = fc.record({ list: fc.nat(3), value: fc.boolean() });
    const lead = fc.record({
      lists: fc.uniqueArray(list, { selector: (one) => one.list, minLength: 1, maxLength: 4 }),
      isKnown: fc.boolean(),
      hasField: fc.boolean(),
      most: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(lead, { maxLength: 40 }), (leads) => {
        const updates = leads.map(({ lists, isKnown, hasField, most }, n): Update => {
          const update = known(
            n,
            lists.map((one) => inList(one.list, one.value)),
            {
              fields: hasField ? [{ name: 'Plan', value: 'pro' }] : [],
              ...(most !== undefined && { maxRelationsPerRequest: most }),
            },
          );
          const { marketoId, ...unknown } = update;
          return isKnown ? { ...unknown, ...(marketoId !== undefined && { marketoId }) } : unknown;
        });
        const calls = planRestCalls(updates);
        expect(
          calls
            .flat()
            .map(({ lead: id }) => id)
            .sort(),
        ).toEqual(updates.map(({ lead: id }) => id).sort());
        for (const call of calls) {
          const groups = new Map<string, Update[]>();
          for (const update of call)
            for (const one of update.relations ?? []) {
              const name = groupOf(one)?.group ?? '';
              groups.set(name, [...(groups.get(name) ?? []), update]);
            }
          expect(groups.size).toBeLessThanOrEqual(restLimits.cookiesPerCall);
          for (const members of groups.values())
            for (const { maxRelationsPerRequest: maxRelations = 300 } of members)
              expect(members.length).toBeLessThanOrEqual(maxRelations);
        }
        // Nobody who has only relations to tell is in a call for nothing.
        for (const update of calls.flat())
          if (update.fields.length === 0 && update.marketoId !== undefined)
            expect(update.relations?.length).toBeGreaterThan(0);
      }),
    );
  });
});
