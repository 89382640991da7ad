import { describe, expect, it } from 'vitest';
import { keyIdOf, leadIdOf } from '../../lambdas/digest.ts';
import { keyOf } from '../../lambdas/lead/activities.ts';
import {
  emptied,
  emptyKey,
  expireHeld,
  hasHeld,
  heldIn,
  hold,
  holdEndsAt,
  linkTo,
  noEmail,
} from '../../lambdas/lead/keys.ts';
import { gapOrder } from '../../lambdas/lead/identity.ts';
import type { IdentityRecord } from '../../lambdas/lead/leadTypes.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { activityAt, at, order } from '../support/mailboxes.ts';

const holds = { holdMs: 60_000, endedHoldKeepMs: 90_000 };

const [jane, joe, ann] = ['jane@example.com', 'joe@example.com', 'ann@example.com'] as const;
const linked = (key: IdentityRecord, email: string, seconds: number): IdentityRecord =>
  linkTo(key, leadIdOf(email), email, order(seconds));
const activity = activityAt(order(1));
const activities = { [keyOf(activity)]: activity };
const plan = { name: 'Plan', value: 'pro', order: order(1) };
const fields = { Plan: { order: order(1), value: 'pro' } };
const cookies = { c: { order: order(1) } };

describe('the alias of a key', () => {
  it('names the lead of the latest event, and remembers only whom it named before', () => {
    const first = linked(emptyKey, jane, 1);
    expect(first).toEqual({
      ...emptyKey,
      link: { lead: leadIdOf(jane), email: jane, order: order(1) },
    });
    const before = { lead: leadIdOf(jane), email: jane };
    const second = linked(first, joe, 2);
    expect(second.link).toEqual({ lead: leadIdOf(joe), email: joe, order: order(2), before });
    // Naming the same lead again forgets nobody.
    expect(linked(second, joe, 3).link).toEqual({ ...second.link, order: order(3) });
    expect(linked(second, ann, 3).link?.before).toEqual({ lead: leadIdOf(joe), email: joe });
  });

  it('stays as it is for an event that is older, or that comes again', () => {
    const key = linked(emptyKey, jane, 5);
    expect(linked(key, joe, 4)).toBe(key);
    expect(linked(key, jane, 5)).toBe(key);
    expect(linked(emptyKey, jane, 1)).not.toHaveProperty('link.before');
  });
});

it('the alias of an event that is decided anew, after a lost race, names the lead that it found then', () => {
  const [first, half] = [linked(emptyKey, ann, 1), linked(linked(emptyKey, ann, 1), jane, 5)];
  expect(linked(half, joe, 5)).toEqual(linked(first, joe, 5));
  const gap = linkTo(emptyKey, leadIdOf(jane), jane, gapOrder);
  expect(linkTo(gap, leadIdOf(joe), joe, gapOrder)).toBe(gap);
});

describe('a key that holds', () => {
  const holding = (key: IdentityRecord, more: Partial<Parameters<typeof hold>[1]>, seconds = 9) =>
    hold(key, { incoming: [], cookies: {}, activities: [], now: at(seconds), ...more });

  it('values or activities knows since when, from the first on', () => {
    const first = holding(emptyKey, { incoming: [plan] });
    expect(first.key).toEqual({ fields, cookies: {}, heldSince: at(9) });
    expect(first.outcomes).toEqual(new Map([['Plan', 'absorbed']]));
    const next = holding(first.key, { activities: [activity], cookies }, 20);
    expect(next.key).toEqual({ fields, cookies, heldSince: at(9), activities });
    expect(next.activityOutcomes).toEqual(['absorbed']);
    expect(holding(emptyKey, { activities: [activity] }).key.heldSince).toBe(at(9));
  });

  it('cookies alone holds them for as long as it lives', () => {
    const { key } = holding(emptyKey, { cookies });
    expect(key).toEqual({ fields: {}, cookies });
    expect(holdEndsAt(key, 60_000)).toBeUndefined();
  });

  it('something is told from one that holds nothing, and tells what it is', () => {
    expect(hasHeld(emptyKey)).toBe(false);
    expect(hasHeld({ ...emptyKey, activities: {} })).toBe(false);
    expect(hasHeld({ ...emptyKey, fields: { Plan: { order: order(1) } } })).toBe(false);
    for (const more of [{ fields }, { cookies }, { activities }])
      expect(hasHeld({ ...emptyKey, ...more })).toBe(true);
    expect(heldIn({ fields, cookies })).toEqual({ fields: [plan] });
    expect(heldIn({ fields, cookies, activities })).toEqual({
      fields: [plan],
      activities: [activity],
    });
  });

  it('gives all of it away with the move to its lead', () => {
    const key = linked({ fields, cookies, activities, heldSince: at(1) }, jane, 2);
    expect(emptied(key)).toEqual({ link: key.link, fields: {}, cookies: {} });
  });

  it('gives up values and activities when the hold ends, and keeps its cookies', () => {
    const id = keyIdOf('userId', 'u');
    const key: IdentityRecord = { fields, cookies, activities, heldSince: at(1) };
    expect(holdEndsAt(key, 60_000)).toBe(at(61));
    expect(expireHeld(key, id, epochMs(at(61) - 1), holds)).toBeUndefined();
    expect(expireHeld(key, id, at(61), holds)).toEqual({
      key: { fields: {}, cookies },
      // Anybody who knows a browser key can make such a letter, so it has an end.
      dead: {
        because: noEmail,
        key: id,
        fields: [plan],
        activities: [activity],
        until: at(61 + 90),
      },
    });
    expect(expireHeld({ fields: {}, cookies }, id, at(61), holds)).toBeUndefined();
    // What a linked key holds is on its way to the lead.
    expect(expireHeld(linked(key, jane, 2), id, at(99), holds)).toBeUndefined();
    expect(noEmail).toBe('no e-mail is known for this person');
  });

  it('keeps what a server key said as a dead letter without an end, and says so', () => {
    const key: IdentityRecord = { fields, cookies, heldSince: at(1), heldBy: 'server' };
    expect(expireHeld(key, keyIdOf('userId', 'u'), at(61), holds)?.dead).toEqual({
      because: 'no server key has named an e-mail for this person',
      key: keyIdOf('userId', 'u'),
      fields: [plan],
    });
  });
});
