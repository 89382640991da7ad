import { describe, expect, it } from 'vitest';
import { keyIdOf, leadIdOf } from '../../lambdas/digest.ts';
import type { NormalizedEvent, States } from '../../lambdas/lead/absorb.ts';
import { absorb, takeOver } from '../../lambdas/lead/absorb.ts';
import { noEmail } from '../../lambdas/lead/keys.ts';
import { tooMuch } from '../../lambdas/lead/itemSize.ts';
import { emptyMailbox } from '../../lambdas/lead/mailbox.ts';
import type { IdentityRecord, Mailbox } from '../../lambdas/lead/leadTypes.ts';
import { normalized, at, context, noStates, order } from '../support/mailboxes.ts';

const [jane, joe] = ['jane@example.com', 'joe@example.com'] as const;
const lead = leadIdOf(jane);
const user = keyIdOf('userId', 'u');
const all = (
  normalizedEvents: readonly NormalizedEvent[],
  states: States = noStates,
  limits = {},
) =>
  absorb(
    states,
    normalizedEvents,
    context(100, {
      limits: { fields: 3, cookies: 3, activities: 1, itemBytes: 10_000, ...limits },
    }),
  );
const withLead = (mailbox: Mailbox, more: Partial<States> = {}): States => ({
  ...noStates,
  ...more,
  leads: new Map([[lead, mailbox]]),
});
const nothing = { replaced: [], moved: [], movedActivities: [] };

describe('what becomes of an event', () => {
  it('is told with its lead and of each of its values', () => {
    const event = normalized(1, { email: jane, fields: { Plan: 'pro' } });
    expect(all([event]).absorbed).toEqual([
      { ...nothing, lead, outcomes: new Map([['Plan', 'absorbed']]) },
    ]);
  });

  it('without an e-mail is told with where it is held, and why', () => {
    const event = normalized(1, { userId: 'u', fields: { Plan: 'pro' }, cookie: 'c' });
    const { absorbed, states } = all([event]);
    expect(absorbed[0]).not.toHaveProperty('activity');
    expect(absorbed).toEqual([
      { ...nothing, heldAt: user, because: noEmail, outcomes: new Map([['Plan', 'absorbed']]) },
    ]);
    expect(states.keys.get(user)).toEqual({
      fields: { Plan: { order: event.order, value: 'pro' } },
      cookies: { c: { order: event.order } },
      heldSince: at(100),
    });
  });

  it('that says nothing, or that no key could hold, is held nowhere', () => {
    const outcomes = new Map();
    expect(all([normalized(1, { userId: 'u', cookie: 'c' })])).toEqual({
      states: noStates,
      absorbed: [{ ...nothing, outcomes }],
    });
    expect(all([normalized(1, { fields: { Plan: 'pro' } })])).toEqual({
      states: noStates,
      absorbed: [{ ...nothing, outcomes }],
    });
  });

  it('tells what was held and comes too late from what moves along', () => {
    const held = all([normalized(3, { userId: 'u', fields: { Plan: 'old', Title: 'Dr' } })]).states;
    const known = all([normalized(5, { email: jane, fields: { Plan: 'new' } })], held).states;
    const naming = normalized(9, { email: jane, userId: 'u', fields: { Plan: 'newest' } });
    const [absorbed] = all([naming], known).absorbed;
    expect(absorbed?.moved).toMatchObject([{ name: 'Title', value: 'Dr' }]);
    expect(absorbed?.replaced).toMatchObject([
      { name: 'Plan', value: 'old' },
      { name: 'Plan', value: 'new' },
    ]);
    expect(absorbed?.outcomes).toEqual(new Map([['Plan', 'absorbed']]));
  });
});

describe('the e-mail of a lead', () => {
  const written = (...normalizedEvents: readonly NormalizedEvent[]) =>
    all(normalizedEvents).states.leads.get(lead)?.address;

  it('is spelt as the latest event that names it spells it', () => {
    const [plain, loud] = [
      normalized(1, { email: jane }),
      normalized(2, { email: 'JANE@example.com' }),
    ];
    expect(written(plain, loud)).toEqual({ text: 'JANE@example.com', order: loud.order });
    expect(written(loud, plain)).toEqual({ text: 'JANE@example.com', order: loud.order });
    const asUserId = normalized(3, { userId: 'Jane@Example.com', userIdEmail: 'Jane@Example.com' });
    expect(written(plain, asUserId)?.text).toBe('Jane@Example.com');
  });

  it('is not spelt by an event that finds the lead by another key', () => {
    const naming = normalized(1, { email: jane, userId: 'JANE@example.com' });
    const later = normalized(2, {
      userId: 'JANE@example.com',
      userIdEmail: joe,
      fields: { Plan: 'x' },
    });
    expect(written(naming, later)).toEqual({ text: jane, order: naming.order });
  });
});

describe('a mailbox that has no room', () => {
  const full: Mailbox = {
    ...emptyMailbox(jane, order(0)),
    fields: Object.fromEntries(
      ['A', 'B', 'C'].map((name) => [name, { order: order(0), value: name }]),
    ),
  };

  it('refuses what was held and what comes, with the visitor and the cookie kept', () => {
    const held = all([normalized(1, { userId: 'u', fields: { D: 1 }, activity: 'did' })]).states
      .keys;
    const event = normalized(2, {
      email: jane,
      userId: 'u',
      cookie: 'c',
      visit: true,
      fields: { E: 2 },
    });
    const { absorbed, states } = all([event], withLead(full, { keys: held }));
    const deadLetter = {
      because: tooMuch,
      lead,
      fields: [
        { name: 'D', value: 1, order: expect.any(String) as unknown },
        { name: 'E', value: 2, order: event.order },
      ],
      activities: [expect.objectContaining({ primary: 'did' })],
    };
    expect(absorbed).toEqual([
      { ...nothing, outcomes: new Map(), lead, because: tooMuch, dead: deadLetter, token: 'c' },
    ]);
    expect(states.leads.get(lead)).toEqual({
      ...full,
      address: { text: jane, order: event.order },
      cookies: { c: { order: event.order } },
    });
  });

  it('for a cookie either stays as it is', () => {
    const event = normalized(2, { email: jane, cookie: 'c', fields: { E: 2 } });
    const { absorbed, states } = all([event], withLead(full), { itemBytes: 1 });
    expect(absorbed[0]?.dead?.fields).toHaveLength(1);
    expect(absorbed[0]?.dead).not.toHaveProperty('activities');
    expect(states.leads.get(lead)).toBe(full);
    const known = all([normalized(1, { email: jane, cookie: 'c' })]).states;
    const again = all([event], known, { itemBytes: 1 }).states;
    expect(again.leads).toEqual(known.leads);
  });

  it('for an activity takes the fields, and says that the activity is dead', () => {
    const busy = all([normalized(0, { email: jane, activity: 'first' })]).states;
    const event = normalized(1, { email: jane, activity: 'second', visit: true, fields: { E: 1 } });
    const { absorbed, states } = all([event], busy);
    expect(absorbed).toEqual([
      {
        ...nothing,
        lead,
        outcomes: new Map([['E', 'absorbed']]),
        because: tooMuch,
        dead: { because: tooMuch, lead, fields: [], activities: [event.activity] },
        token: event.derived.token,
      },
    ]);
    const activities = states.leads.get(lead)?.activities?.pending ?? {};
    expect(Object.values(activities)).toMatchObject([{ primary: 'first' }]);
  });

  it('takes over nothing from a key', () => {
    const key: IdentityRecord = { fields: { D: { order: order(1), value: 1 } }, cookies: {} };
    const limits = { fields: 3, cookies: 3, activities: 1, itemBytes: 10_000 };
    expect(takeOver(lead, full, key, context(9, { limits }))).toBeUndefined();
    const cookies = { c: { order: order(1) } };
    const taken = takeOver(lead, full, { fields: {}, cookies }, context(9, { limits }));
    expect(taken?.mailbox).toEqual({ ...full, cookies });
  });

  it('is told of a key’s with the key and no lead', () => {
    const events = [1, 2].map((n) =>
      normalized(n, { userId: 'u', activity: `p${n}`, visit: true }),
    );
    const { absorbed, states } = all(events);
    const deadLetter = {
      because: tooMuch,
      key: user,
      fields: [],
      activities: [events[1]?.activity],
    };
    expect(absorbed[1]).toEqual({
      ...nothing,
      outcomes: new Map(),
      because: tooMuch,
      dead: deadLetter,
      token: '_mch-segment-u',
    });
    expect(Object.keys(states.keys.get(user)?.activities ?? {})).toHaveLength(1);
    const fields = { A: 1, B: 2, C: 3, D: 4 };
    const [large] = all([normalized(1, { userId: 'u', fields })]).absorbed;
    expect(large?.dead).not.toHaveProperty('activities');
  });
});
