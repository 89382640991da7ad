import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { activitiesBody, activityText } from '../../../lambdas/marketo/rest/addActivities.ts';
import { planRestCalls } from '../../../lambdas/marketo/rest/restPlan.ts';
import type { Update } from '../../../lambdas/marketo/marketoTypes.ts';
import { callLimits } from '../../../lambdas/limits.ts';
import { activityAt, order } from '../../support/mailboxes.ts';
import { updateOf } from '../soap/updates.ts';

const cookie = '_mch-example.com-1-abcd';
const marketoId = 7;
const many = (count: number, characters = 1) =>
  Array.from({ length: count }, (_, index) =>
    activityAt(order(index), 'p', { notes: 'x'.repeat(characters) }),
  );
/** `name:3+`: three activities and a cookie. */
const shown = (calls: readonly (readonly Update[])[]) =>
  calls.map((call) =>
    call.map(
      ({ email, cookie: token, activities }) =>
        `${email}${activities ? `:${activities.length}` : ''}${token ? '+' : ''}`,
    ),
  );
/** Requests that a call makes: records, activities, and each cookie. */
const requestsOf = (call: readonly Update[]): number =>
  Number(call.some(({ fields, marketoId: id }) => fields.length > 0 || id === undefined)) +
  Number(call.some(({ activities }) => activities !== undefined)) +
  call.filter(({ cookie: token }) => token !== undefined).length;

describe('the plan of calls with activities', () => {
  it('sends those of leads that Marketo has in calls of their own, after fields', () => {
    const updates = [
      updateOf('known', {}, { marketoId, activities: many(2) }),
      updateOf('new', {}, { activities: many(1) }),
      updateOf('both', { A: 1 }, { marketoId, activities: many(3) }),
    ];
    expect(shown(planRestCalls(updates))).toEqual([['new:1', 'both:3'], ['known:2']]);
  });

  it('puts 300 into a call; of a lead with more, the first ones', () => {
    const one = updateOf('a', {}, { marketoId, activities: many(1_000) });
    const [call = []] = planRestCalls([one]);
    expect(call[0]?.activities).toEqual(one.activities?.slice(0, 300));
    const leads = Array.from({ length: 301 }, (_, index) =>
      updateOf(`lead${index}`, {}, { marketoId, activities: many(1) }),
    );
    expect(planRestCalls(leads).map(({ length }) => length)).toEqual([300, 1]);
  });

  it('lets fields go without activities that have no room', () => {
    const updates = [
      updateOf('a', { A: 1 }, { activities: many(200) }),
      updateOf('b', { A: 1 }, { activities: many(101) }),
      updateOf('c', { A: 1 }, { activities: many(100) }),
    ];
    expect(shown(planRestCalls(updates))).toEqual([['a:200', 'b', 'c:100']]);
  });

  it('counts their request among the three for cookies', () => {
    const updates = [
      ...Array.from({ length: 4 }, (_, index) => updateOf(`lead${index}`, { A: 1 }, { cookie })),
      updateOf('z', { A: 1 }, { activities: many(1) }),
    ];
    const [call = [], ...others] = planRestCalls(updates);
    expect(others).toEqual([]);
    expect(shown([call])).toEqual([['lead0+', 'lead1+', 'lead2', 'lead3', 'z:1']]);
    expect(requestsOf(call)).toBe(4);
  });

  it('keeps small what was refused in company', () => {
    const updates = [
      updateOf('a', {}, { marketoId, activities: many(5), maxActivitiesPerRequest: 2 }),
      updateOf('b', {}, { marketoId, activities: many(1) }),
      updateOf('c', {}, { marketoId, activities: many(5) }),
    ];
    expect(shown(planRestCalls(updates))).toEqual([['a:2'], ['b:1', 'c:5']]);
  });

  it('has every lead in one call, activities in their order, and no request above its bounds', () => {
    const update = fc.record(
      {
        fields: fc.boolean(),
        cookie: fc.boolean(),
        known: fc.boolean(),
        most: fc.integer({ min: 0, max: 40 }),
        count: fc.oneof(fc.nat(5), fc.nat(400)),
        characters: fc.oneof(fc.constant(1), fc.constant(30_000)),
      },
      { requiredKeys: ['count', 'characters'] },
    );
    fc.assert(
      fc.property(fc.array(update, { maxLength: 12 }), (list) => {
        const updates = list.map((one, index) =>
          updateOf(`lead${index}`, one.fields ? { A: 1 } : {}, {
            ...(one.cookie && { cookie }),
            ...(one.known && { marketoId }),
            ...(one.most !== undefined && { maxActivitiesPerRequest: one.most }),
            ...(one.count > 0 && { activities: many(one.count, one.characters) }),
          }),
        );
        const calls = planRestCalls(updates);
        expect(
          calls
            .flat()
            .map(({ email }) => email)
            .sort(),
        ).toEqual(updates.map(({ email }) => email).sort());
        for (const call of calls) {
          expect(requestsOf(call)).toBeLessThanOrEqual(callLimits.rest.perWindow);
          const going = call.flatMap(({ activities = [] }) => activities);
          const mosts = call.flatMap(({ activities, maxActivitiesPerRequest: maxActivities }) =>
            activities && maxActivities !== undefined ? [Math.max(1, maxActivities)] : [],
          );
          expect(going.length).toBeLessThanOrEqual(Math.min(300, ...mosts));
          const body = activitiesBody(going.map((one) => activityText(one, 2 ** 53 - 1)));
          expect(Buffer.byteLength(body)).toBeLessThanOrEqual(1_000_000);
          for (const { email, fields, activities, cookie: token } of call) {
            const given = updates.find((one) => one.email === email);
            const { length } = activities ?? [];
            expect(activities ?? []).toEqual(given?.activities?.slice(0, length) ?? []);
            // Without fields a lead is only there for what it has besides.
            if (fields.length === 0 && given?.activities) expect(length).toBeGreaterThan(0);
            if (fields.length === 0) expect(token).toBe(given?.cookie);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});
