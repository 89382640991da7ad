import { describe, expect, it } from 'vitest';
import { keyIdOf, leadIdOf } from '../../lambdas/digest.ts';
import type { NormalizedEvent, States } from '../../lambdas/lead/absorb.ts';
import { absorb } from '../../lambdas/lead/absorb.ts';
import { normalized, context, noStates, order } from '../support/mailboxes.ts';

const [jane, joe] = ['jane@example.com', 'joe@example.com'] as const;
const lead = leadIdOf(jane);
const user = keyIdOf('userId', 'u');
const all = (normalizedEvents: readonly NormalizedEvent[], states: States = noStates) =>
  absorb(states, normalizedEvents, context(100));

describe('the cookie of an event', () => {
  it('belongs to the lead that its alias names, not to one that an older event names', () => {
    const known = all([normalized(5, { email: joe, cookie: 'c' })]).states;
    const { states } = all([normalized(2, { email: jane, cookie: 'c' })], known);
    expect(states.leads.get(lead)?.cookies).toEqual({});
    expect(Object.keys(states.leads.get(leadIdOf(joe))?.cookies ?? {})).toEqual(['c']);
  });

  it('that moves to another lead leaves all else of the old one as it is', () => {
    const first = all([
      normalized(1, { email: joe, cookie: 'c', fields: { Plan: 'pro' } }),
      normalized(2, { email: joe, cookie: 'd' }),
    ]).states;
    const before = first.leads.get(leadIdOf(joe));
    const both = all([normalized(2, { email: jane })], first).states;
    const { states } = all([normalized(3, { email: jane, cookie: 'c' })], both);
    expect(states.leads.get(leadIdOf(joe))).toEqual({
      ...before,
      cookies: { d: before?.cookies.d },
    });
    expect(states.keys.get(keyIdOf('cookie', 'c'))).not.toHaveProperty('leads');
    // Of a lead that was not read, or that never had it, nothing is made.
    const leads = new Map([...both.leads].filter(([id]) => id === lead));
    const unread = all([normalized(3, { email: jane, cookie: 'c' })], { ...both, leads });
    expect([...unread.states.leads.keys()]).toEqual([lead]);
  });

  it('stays with its lead when a user who turns up with it is another one by now', () => {
    const known = all([
      normalized(3, { email: jane, userId: 'u' }),
      normalized(9, { email: jane, cookie: 'c' }),
    ]).states;
    const { states } = all([normalized(5, { email: joe, userId: 'u', cookie: 'c' })], known);
    expect(states.keys.get(user)?.link?.email).toBe(joe);
    expect(Object.keys(states.leads.get(lead)?.cookies ?? {})).toEqual(['c']);
  });

  it('that is another than the latest becomes the latest', () => {
    const known = all([
      normalized(1, { email: jane, userId: 'u', cookie: 'c' }),
      normalized(2, { email: jane, userId: 'u', cookie: 'd' }),
    ]).states;
    const event = normalized(3, { userId: 'u', cookie: 'c', visit: true });
    const { states } = all([event], known);
    expect(states.leads.get(lead)?.cookies.c?.order).toBe(event.order);
  });

  it('of somebody who is only hinted at is not the lead’s', () => {
    const stranger = all([normalized(2, { anonymousId: 'a', hint: joe, visit: true })]);
    expect(stranger.absorbed[0]).toMatchObject({ lead: leadIdOf(joe), token: '_mch-segment-a' });
    expect(stranger.states.leads.size).toBe(0);
    const known = all([normalized(1, { email: jane })]).states;
    const events = [
      normalized(2, { cookie: 'c', hint: jane, visit: true }),
      normalized(3, { anonymousId: 'a', hint: jane, visit: true }),
    ];
    const { absorbed, states } = all(events, known);
    expect(absorbed.map(({ token }) => token)).toEqual(['c', '_mch-segment-a']);
    expect(states.leads).toEqual(known.leads);
    // Seen again, nothing is written.
    expect(
      all([normalized(9, { anonymousId: 'a', hint: jane, visit: true })], states).states,
    ).toEqual(states);
    const held = all([normalized(1, { cookie: 'c', fields: { Plan: 'pro' } })], known).states;
    const seen = all([normalized(2, { cookie: 'c', hint: jane, visit: true })], held);
    expect(seen.absorbed[0]).toMatchObject({ lead, token: 'c' });
    expect(seen.states).toEqual(held);
  });
});

describe('a visitor of whom no cookie is known', () => {
  it('is held at the key that the token is derived from, once', () => {
    const event = normalized(1, { anonymousId: 'a', visit: true });
    const { states } = all([event, normalized(2, { anonymousId: 'a', visit: true })]);
    expect(states.keys).toEqual(
      new Map([
        [
          keyIdOf('anonymousId', 'a'),
          { fields: {}, cookies: { '_mch-segment-a': { order: event.order, derived: true } } },
        ],
      ]),
    );
  });

  it('is held nowhere where there is no key', () => {
    const { states, absorbed } = all([normalized(1, { visit: true })]);
    expect(absorbed[0]?.token).toBe('_mch-segment-e');
    expect(states.keys.size).toBe(0);
  });

  it('is known by the cookies seen with the userId, else with the anonymousId', () => {
    const cookies = (name: string) => ({ [name]: { order: order(0) } });
    const keys = new Map([
      [user, { fields: {}, cookies: cookies('users') }],
      [keyIdOf('anonymousId', 'a'), { fields: {}, cookies: cookies('devices') }],
    ]);
    const tokenOf = (carrying: Parameters<typeof normalized>[1]) =>
      all([normalized(1, { ...carrying, visit: true })], { ...noStates, keys }).absorbed[0]?.token;
    expect(tokenOf({ userId: 'u', anonymousId: 'a' })).toBe('users');
    expect(tokenOf({ userId: 'v', anonymousId: 'a' })).toBe('devices');
    expect(tokenOf({ cookie: 'own', userId: 'u' })).toBe('own');
  });

  it('of a lead waits with the lead and not with the key', () => {
    const known = all([normalized(1, { email: jane, userId: 'u' })]).states;
    const event = normalized(2, { userId: 'u', visit: true });
    const { states, absorbed } = all([event], known);
    expect(absorbed[0]?.token).toBe('_mch-segment-u');
    expect(states.leads.get(lead)?.cookies).toEqual({
      '_mch-segment-u': { order: event.order, derived: true },
    });
    expect(states.keys.get(user)).toEqual(known.keys.get(user));
    // Only a visit makes one, and only where the lead has no cookie.
    const own = all([normalized(1, { email: jane, userId: 'u', cookie: 'c' }), event]).states;
    expect(Object.keys(own.leads.get(lead)?.cookies ?? {})).toEqual(['c']);
    const silent = all([normalized(2, { userId: 'u', fields: { A: 1 } })], known).states;
    expect(silent.leads.get(lead)?.cookies).toEqual({});
  });
});

describe('the keys of an event', () => {
  it('name the lead that a known one found, where they named nobody', () => {
    const known = all([
      normalized(1, { email: jane, userId: 'u' }),
      normalized(1, { email: joe, anonymousId: 'a' }),
    ]).states;
    const { states } = all([normalized(2, { userId: 'u', anonymousId: 'a', cookie: 'c' })], known);
    expect(states.keys.get(keyIdOf('cookie', 'c'))?.link).toEqual({ lead, email: jane, order: '' });
    expect(states.keys.get(keyIdOf('anonymousId', 'a'))?.link?.email).toBe(joe);
  });

  it('keep what they hold where nothing is linked, and give all of it where it is', () => {
    const held = all([
      normalized(1, { anonymousId: 'a', visit: true }),
      normalized(2, { anonymousId: 'a', fields: { Plan: 'pro' }, activity: 'did' }),
    ]).states;
    const { states, absorbed } = all([normalized(3, { email: jane, anonymousId: 'a' })], held);
    expect(states.leads.get(lead)).toMatchObject({
      fields: { Plan: { value: 'pro' } },
      cookies: { '_mch-segment-a': { derived: true } },
    });
    expect(absorbed[0]?.movedActivities).toMatchObject([{ primary: 'did' }]);
    expect(absorbed[0]).not.toHaveProperty('activity');
    expect(states.keys.get(keyIdOf('anonymousId', 'a'))).toEqual({
      fields: {},
      cookies: {},
      link: { lead, email: jane, order: expect.any(String) as unknown },
    });
  });

  it('of a user remember every lead that an event named with it, also late', () => {
    const late = normalized(1, { email: joe, userId: 'u' });
    const { states } = all([
      normalized(0, { email: joe }),
      normalized(5, { email: jane, userId: 'u' }),
      late,
    ]);
    expect(states.keys.get(user)?.leads).toEqual({ [leadIdOf(joe)]: late.order });
    const again = all([late], states).states;
    expect(again.keys.get(user)).toBe(states.keys.get(user));
  });
});
