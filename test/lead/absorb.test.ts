import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyIdOf, leadIdOf } from '../../lambdas/digest.ts';
import type { NormalizedEvent, States } from '../../lambdas/lead/absorb.ts';
import { absorb, takeOver } from '../../lambdas/lead/absorb.ts';
import { emptied, expireHeld, hasHeld } from '../../lambdas/lead/keys.ts';
import { emptyMailbox } from '../../lambdas/lead/mailbox.ts';
import { at, normalized, context, noStates, order } from '../support/mailboxes.ts';

const holds = { holdMs: 60_000, endedHoldKeepMs: 90_000 };

const jane = 'jane@example.com';
const joe = 'joe@example.com';
const all = (normalizedEvents: readonly NormalizedEvent[], states: States = noStates) =>
  absorb(states, normalizedEvents, context(100));
const leadOf = (states: States, email: string) => states.leads.get(leadIdOf(email));
const keyOf = (states: States, kind: 'cookie' | 'userId' | 'anonymousId', value: string) =>
  states.keys.get(keyIdOf(kind, value));
const planOf = (states: States, email: string) => leadOf(states, email)?.fields.Plan?.value;

describe('an event that names an e-mail', () => {
  it('links its other keys to that lead', () => {
    const { states } = all([
      normalized(1, { email: jane, userId: 'u', anonymousId: 'a', cookie: 'c' }),
    ]);
    for (const key of [
      keyOf(states, 'userId', 'u'),
      keyOf(states, 'anonymousId', 'a'),
      keyOf(states, 'cookie', 'c'),
    ])
      expect(key?.link).toMatchObject({
        lead: leadIdOf(jane),
        email: jane,
        order: expect.any(String) as unknown,
      });
  });

  it('takes along what its keys held', () => {
    const { states, absorbed } = all([
      normalized(1, { userId: 'u', fields: { Plan: 'held' } }),
      normalized(2, { email: jane, userId: 'u', fields: { FirstName: 'Jane' } }),
    ]);
    expect(planOf(states, jane)).toBe('held');
    expect(hasHeld(keyOf(states, 'userId', 'u') ?? { fields: {}, cookies: {} })).toBe(false);
    expect(absorbed[1]?.moved.map(({ value }) => value)).toEqual(['held']);
  });

  it('wins over an earlier one that comes later', () => {
    const early = normalized(1, { email: jane, userId: 'u' });
    const late = normalized(2, { email: joe, userId: 'u' });
    for (const events of [
      [early, late],
      [late, early],
    ])
      expect(keyOf(all(events).states, 'userId', 'u')?.link?.email).toBe(joe);
  });

  it('takes its cookie away from the lead that had it', () => {
    const { states } = all([
      normalized(0, { email: joe }),
      normalized(1, { email: jane, cookie: 'c' }),
      normalized(2, { email: joe, cookie: 'c' }),
    ]);
    expect(Object.keys(leadOf(states, jane)?.cookies ?? {})).toEqual([]);
    expect(Object.keys(leadOf(states, joe)?.cookies ?? {})).toEqual(['c']);
  });
});

describe('an event without an e-mail', () => {
  const known = all([
    normalized(1, { email: jane, cookie: 'c' }),
    normalized(1, { email: joe, userId: 'u' }),
    normalized(1, { email: 'ann@example.com', anonymousId: 'a' }),
  ]).states;
  const found = (carrying: Parameters<typeof normalized>[1]) =>
    all([normalized(5, carrying)], known).absorbed[0]?.lead;

  it('finds its lead through the cookie, then the userId, then the anonymousId', () => {
    expect(found({ cookie: 'c', userId: 'u', anonymousId: 'a' })).toBe(leadIdOf(jane));
    expect(found({ cookie: 'new', userId: 'u', anonymousId: 'a' })).toBe(leadIdOf(joe));
    expect(found({ cookie: 'new', userId: 'new', anonymousId: 'a' })).toBe(
      leadIdOf('ann@example.com'),
    );
  });

  it('believes a linked userId more than the e-mail that it looks like, and that more than a device', () => {
    expect(found({ userId: 'u', userIdEmail: 'old@example.com' })).toBe(leadIdOf(joe));
    expect(found({ userId: 'x', userIdEmail: 'x@example.com', anonymousId: 'a' })).toBe(
      leadIdOf('x@example.com'),
    );
  });

  it('finds a lead through its properties only when no key does, and links nothing', () => {
    expect(found({ anonymousId: 'a', hint: joe, visit: true })).toBe(leadIdOf('ann@example.com'));
    const { states, absorbed } = all(
      [normalized(5, { anonymousId: 'stranger', hint: joe, visit: true })],
      known,
    );
    expect(absorbed[0]?.lead).toBe(leadIdOf(joe));
    expect(keyOf(states, 'anonymousId', 'stranger')?.link).toBeUndefined();
  });

  it('makes no lead out of a hint', () => {
    const { states } = all([
      normalized(5, { anonymousId: 'stranger', hint: 'friend@example.com', visit: true }),
    ]);
    expect(leadOf(states, 'friend@example.com')).toBeUndefined();
  });

  it('links the device of a known userId, but no userId through a device', () => {
    const { states } = all(
      [
        normalized(5, { userId: 'u', anonymousId: 'phone' }),
        normalized(6, { anonymousId: 'a', userId: 'visitor' }),
      ],
      known,
    );
    expect(keyOf(states, 'anonymousId', 'phone')?.link?.email).toBe(joe);
    expect(keyOf(states, 'userId', 'visitor')?.link).toBeUndefined();
  });

  it('gives a link that any e-mail, however old, wins over', () => {
    const { states } = all([normalized(5, { userId: 'u', anonymousId: 'phone' })], known);
    const named = all([normalized(-1_000, { email: jane, anonymousId: 'phone' })], states).states;
    expect(keyOf(named, 'anonymousId', 'phone')?.link?.email).toBe(jane);
  });

  it('is held at its userId, else at its cookie, else at its anonymousId', () => {
    const fields = { Plan: 'pro' };
    const heldAt = (carrying: Parameters<typeof normalized>[1]) =>
      all([normalized(1, { ...carrying, fields })]).absorbed[0]?.heldAt;
    expect(heldAt({ userId: 'u2', cookie: 'c2', anonymousId: 'a2' })).toBe(keyIdOf('userId', 'u2'));
    expect(heldAt({ cookie: 'c2', anonymousId: 'a2' })).toBe(keyIdOf('cookie', 'c2'));
    expect(heldAt({ anonymousId: 'a2' })).toBe(keyIdOf('anonymousId', 'a2'));
  });
});

describe('the visitor of a visit', () => {
  it('is the event’s own cookie before the lead’s', () => {
    const { absorbed } = all([
      normalized(1, { email: jane, userId: 'u', cookie: 'c' }),
      normalized(2, { userId: 'u', visit: true }),
      normalized(3, { userId: 'u', cookie: 'd', visit: true }),
    ]);
    expect(absorbed.map(({ token }) => token)).toEqual([undefined, 'c', 'd']);
  });

  it('without a cookie is a derived token, which the lead takes along', () => {
    const { states, absorbed } = all([
      normalized(1, { anonymousId: 'a', visit: true }),
      normalized(2, { anonymousId: 'a', email: jane, userId: 'u' }),
    ]);
    expect(absorbed[0]?.token).toBe('_mch-segment-a');
    expect(leadOf(states, jane)?.cookies).toEqual({
      '_mch-segment-a': { order: expect.any(String) as unknown, derived: true },
    });
  });

  it('costs no write while nothing about it is new', () => {
    const first = all([normalized(1, { anonymousId: 'a', visit: true })]).states;
    expect(all([normalized(2, { anonymousId: 'a', visit: true })], first).states).toEqual(first);
    const known = all([normalized(1, { email: jane, anonymousId: 'a', cookie: 'c' })]).states;
    expect(
      all([normalized(2, { anonymousId: 'a', cookie: 'c', visit: true })], known).states,
    ).toEqual(known);
  });
});

describe('an event from before a key changed its lead', () => {
  it('belongs to the lead of that time, so that redelivery changes nobody else', () => {
    const first = normalized(2, { userId: 'u', anonymousId: 'a', fields: { Plan: 'x' } });
    const states = all([
      normalized(1, { email: jane, anonymousId: 'a' }),
      first,
      normalized(3, { email: joe, anonymousId: 'a' }),
    ]).states;
    const again = all([first], states).states;
    expect(planOf(again, jane)).toBe('x');
    expect(planOf(again, joe)).toBeUndefined();
  });
});

describe('what is held', () => {
  it('says which of its values a later one has superseded, and which are held', () => {
    const late = normalized(1, { userId: 'u', fields: { Plan: 'old', FirstName: 'Jane' } });
    const { absorbed } = all([normalized(2, { userId: 'u', fields: { Plan: 'new' } }), late]);
    expect([...(absorbed[1]?.outcomes ?? [])]).toEqual([
      ['Plan', 'superseded'],
      ['FirstName', 'absorbed'],
    ]);
    const newer = all([late, normalized(2, { userId: 'u', fields: { Plan: 'new' } })]);
    expect(newer.absorbed[1]?.replaced).toMatchObject([{ name: 'Plan', value: 'old' }]);
  });

  it('makes no visitor out of an identify', () => {
    const known = all([normalized(1, { email: jane, anonymousId: 'a' })]).states;
    const { states } = all(
      [normalized(2, { userId: 'u', anonymousId: 'a', fields: { Plan: 'x' } })],
      known,
    );
    expect(keyOf(states, 'userId', 'u')?.cookies ?? {}).toEqual({});
  });
});

describe('a mailbox', () => {
  it('gives up the oldest cookies for new ones, and no trait for any of them', () => {
    const events = ['c1', 'c2', 'c3'].map((cookie, n) =>
      normalized(n, { email: jane, cookie, fields: { A: n } }),
    );
    const limits = { fields: 3, cookies: 2, activities: 2, itemBytes: 10_000 };
    const { states, absorbed } = absorb(noStates, events, context(100, { limits }));
    expect(Object.keys(leadOf(states, jane)?.cookies ?? {})).toEqual(['c2', 'c3']);
    expect(leadOf(states, jane)?.fields.A?.value).toBe(2);
    expect(absorbed.some(({ dead }) => dead !== undefined)).toBe(false);
  });
});

describe('a mailbox', () => {
  const small = (more: object) =>
    context(100, { limits: { fields: 3, cookies: 2, activities: 2, itemBytes: 10_000, ...more } });

  it('that is full refuses the event, with a dead letter, and keeps what it has', () => {
    const first = absorb(
      noStates,
      [normalized(1, { email: jane, fields: { A: 1, B: 2 } })],
      small({}),
    );
    const second = absorb(
      first.states,
      [normalized(2, { email: jane, fields: { C: 3, D: 4 } })],
      small({}),
    );
    expect(second.absorbed[0]?.dead).toMatchObject({ fields: [{ name: 'C' }, { name: 'D' }] });
    expect(Object.keys(leadOf(second.states, jane)?.fields ?? {})).toEqual(['A', 'B']);
  });

  it('that is full of memories forgets the oldest first', () => {
    const sent = (seconds: number) => ({ order: order(seconds), digest: 'd', sentAt: at(seconds) });
    const mailbox = { ...emptyMailbox(jane, order(0)), fields: { Old: sent(1), New: sent(2) } };
    const states: States = { leads: new Map([[leadIdOf(jane), mailbox]]), keys: new Map() };
    const after = absorb(
      states,
      [normalized(3, { email: jane, fields: { C: 3, D: 4 } })],
      small({}),
    ).states;
    expect(Object.keys(leadOf(after, jane)?.fields ?? {})).toEqual(['New', 'C', 'D']);
  });

  it('takes no value that makes it too large to store', () => {
    const huge = normalized(1, { email: jane, fields: { A: 'x'.repeat(20_000) } });
    expect(absorb(noStates, [huge], small({})).absorbed[0]?.dead?.because).toMatch(
      /more waiting than/,
    );
    const held = normalized(1, { userId: 'u', fields: { A: 'x'.repeat(20_000) } });
    expect(absorb(noStates, [held], small({})).absorbed[0]?.dead?.key).toBe(keyIdOf('userId', 'u'));
  });
});

describe('what is held', () => {
  const held = all([normalized(1, { userId: 'u', fields: { Plan: 'pro' } })]).states;
  const key = keyIdOf('userId', 'u');

  it('becomes a dead letter when its time ends, not before', () => {
    const item = keyOf(held, 'userId', 'u');
    if (!item) throw new Error('not held');
    expect(expireHeld(item, key, at(100 + 59), holds)).toBeUndefined();
    const expired = expireHeld(item, key, at(100 + 60), holds);
    expect(expired?.dead).toMatchObject({ key, fields: [{ name: 'Plan', value: 'pro' }] });
    expect(expired && hasHeld(expired.key)).toBe(false);
  });

  it('is moved by whoever finds the move half done, any number of times', () => {
    const item = keyOf(held, 'userId', 'u');
    if (!item) throw new Error('not held');
    const empty = emptyMailbox(jane, order(0));
    const once = takeOver(leadIdOf(jane), empty, item, context(100))?.mailbox;
    expect(once?.fields.Plan?.value).toBe('pro');
    expect(once && takeOver(leadIdOf(jane), once, item, context(100))?.mailbox).toEqual(once);
    expect(hasHeld(emptied(item))).toBe(false);
  });
});

describe('events of one lead', () => {
  const keys = fc.constantFrom(
    { userId: 'u' },
    { anonymousId: 'a' },
    { userId: 'u', anonymousId: 'a' },
    {},
  );
  const event = fc
    .tuple(fc.nat(20), keys, fc.constantFrom('a', 'b', 'c'), fc.constantFrom('Plan', 'FirstName'))
    .map(([seconds, some, value, name]) =>
      normalized(seconds, { ...some, email: jane, fields: { [name]: value } }),
    );
  const events = fc.uniqueArray(event, { selector: ({ order: place }) => place, maxLength: 8 });
  const essence = ({ leads, keys: links }: States) => ({
    fields: Object.entries(leads.get(leadIdOf(jane))?.fields ?? {}).sort(),
    links: [...links].map(([key, { link }]) => [key, link?.order]).sort(),
  });

  it('end alike in any order, in any batches, and however often they come', () => {
    fc.assert(
      fc.property(
        events,
        fc.array(fc.nat(), { minLength: 8, maxLength: 8 }),
        fc.nat(8),
        (some, ranks, cut) => {
          const straight = all(some).states;
          const shuffled = some
            .map((one, index) => ({ one, rank: ranks[index] ?? 0 }))
            .sort((a, b) => a.rank - b.rank)
            .map(({ one }) => one);
          const first = all(shuffled.slice(0, cut)).states;
          const batched = all(shuffled.slice(cut), first).states;
          expect(essence(batched)).toEqual(essence(straight));
          expect(essence(all(shuffled, batched).states)).toEqual(essence(straight));
        },
      ),
    );
  });
});
