import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestOf, keyIdOf, leadIdOf } from '../../lambdas/digest.ts';
import type { NormalizedEvent } from '../../lambdas/lead/absorb.ts';
import { absorb } from '../../lambdas/lead/absorb.ts';
import {
  afterDeletion,
  restore,
  isGone,
  noteKeys,
  unlessBlank,
  staleSince,
  withoutGone,
} from '../../lambdas/lead/tombstone.ts';
import { eraseKey, eraseLead, newerPart } from '../../lambdas/lead/erasure.ts';
import { applyTombstones } from '../../lambdas/lead/applyTombstones.ts';
import { emptyMailbox } from '../../lambdas/lead/mailbox.ts';
import type { KeyId, IdentityRecord, LeadId, Mailbox } from '../../lambdas/lead/leadTypes.ts';
import { activityAt, normalized, at, context, noStates, order } from '../support/mailboxes.ts';

const jane = 'jane@example.com';
const joe = 'joe@example.com';
const lead = leadIdOf(jane);

const mailboxOf = (...normalizedEvents: readonly NormalizedEvent[]): Mailbox => {
  const found = absorb(noStates, normalizedEvents, context(100)).states.leads.get(lead);
  if (!found) throw new Error('nobody named the lead');
  return found;
};
const keyOf = (userId: string, ...normalizedEvents: readonly NormalizedEvent[]): IdentityRecord => {
  // An e-mail that is new names another lead.
  const { keys } = absorb(
    noStates,
    normalizedEvents,
    context(100, { emailChange: 'newLead' }),
  ).states;
  const found = keys.get(keyIdOf('userId', userId));
  if (!found) throw new Error('no such key');
  return found;
};

describe('a mailbox whose user is deleted', () => {
  const full: Mailbox = {
    ...mailboxOf(
      normalized(1, {
        email: jane,
        userId: 'u',
        cookie: 'c',
        fields: { Plan: 'pro', Title: 'Dr' },
      }),
    ),
    lockedUntil: at(40),
    owner: 'call',
    marketoId: 17,
    attempts: 2,
    keys: [keyIdOf('userId', 'u')],
  };

  it('keeps its lock and the order of the deletion, and nothing else', () => {
    const { mailbox, removed } = eraseLead(full, order(5));
    expect(mailbox).toEqual({
      fields: {},
      cookies: {},
      address: { text: '', order: '' },
      lockedUntil: at(40),
      deleted: order(5),
    });
    expect(isGone(mailbox)).toBe(true);
    expect(unlessBlank(mailbox)).toBeUndefined();
    expect(removed.fields.map(({ name }) => name)).toEqual(['Plan', 'Title']);
  });

  it('takes no answer of the call that was in flight', () => {
    expect(eraseLead(full, order(5)).mailbox.owner).toBeUndefined();
  });

  it('keeps what came since, when an e-mail came with it', () => {
    const since = absorb(
      { leads: new Map([[lead, full]]), keys: new Map() },
      [normalized(8, { email: jane, fields: { Title: 'Prof' } })],
      context(100),
    ).states.leads.get(lead);
    const { mailbox, removed, left } = eraseLead(since, order(5));
    expect(mailbox.fields).toEqual({ Title: { order: since?.fields.Title?.order, value: 'Prof' } });
    expect(mailbox.address.text).toBe(jane);
    expect(removed.fields).toMatchObject([{ name: 'Plan', value: 'pro' }]);
    expect(left.fields).toEqual([]);
  });

  it('hands over what came since without an e-mail', () => {
    const since: Mailbox = {
      ...full,
      fields: { ...full.fields, Role: { order: order(8), value: 'lead' } },
    };
    const { mailbox, left } = eraseLead(since, order(5));
    expect(isGone(mailbox)).toBe(true);
    expect(left.fields).toEqual([{ name: 'Role', order: order(8), value: 'lead' }]);
  });

  it('remembers nothing of the values that it sent before', () => {
    const sent: Mailbox = {
      ...mailboxOf(normalized(8, { email: jane })),
      fields: {
        Plan: { order: order(8), value: 'new', digest: 'of the old', sentAt: at(2) },
        Title: { order: order(2), digest: 'of the old', sentAt: at(2) },
      },
    };
    expect(eraseLead(sent, order(5)).mailbox.fields).toEqual({
      Plan: { order: order(8), value: 'new' },
    });
  });

  it('tells what comes since the deletion whole, because it no longer knows its lead in Marketo', () => {
    const token = 'id&token:since';
    const synced: Mailbox = {
      ...mailboxOf(normalized(8, { email: jane })),
      fields: { Plan: { order: order(8), digest: digestOf('new'), sentAt: at(9) } },
      cookies: { [token]: { order: order(8), associated: true } },
      marketoId: 7,
    };
    const { mailbox } = eraseLead(synced, order(5));
    expect(mailbox.marketoId).toBeUndefined();
    expect(mailbox.cookies).toEqual({ [token]: { order: order(8) } });
    const again = absorb(
      { leads: new Map([[lead, mailbox]]), keys: new Map() },
      [normalized(10, { email: jane, fields: { Plan: 'new' } })],
      context(100),
    ).states.leads.get(lead);
    expect(again?.fields.Plan).toEqual({ order: again?.fields.Plan?.order, value: 'new' });
  });

  it('comes back under the same lock', () => {
    const gone = eraseLead(full, order(5)).mailbox;
    const back = restore(gone, emptyMailbox(jane, order(9)));
    expect(back).toMatchObject({
      address: { text: jane },
      lockedUntil: at(40),
      deleted: order(5),
    });
    expect(isGone(back)).toBe(false);
    expect(restore(full, back)).toBe(back);
  });

  it('lets nothing older in again, as from a key that held it', () => {
    const back: Mailbox = {
      ...emptyMailbox(jane, order(9)),
      deleted: order(5),
      fields: {
        Plan: { order: order(3), value: 'held' },
        Title: { order: order(9), value: 'Dr' },
      },
    };
    const { next, removed } = afterDeletion(back);
    expect(Object.keys(next.fields)).toEqual(['Title']);
    expect(removed.fields).toMatchObject([{ name: 'Plan' }]);
  });
});

describe('a key whose user is deleted', () => {
  const leads = new Set<LeadId>([lead]);

  it('loses its alias and what it holds', () => {
    const linked = keyOf('u', normalized(1, { email: jane, userId: 'u' }));
    expect(eraseKey(linked, leads, order(5)).key).toEqual({
      fields: {},
      cookies: {},
      deleted: order(5),
    });
    const held = keyOf('u', normalized(1, { userId: 'u', fields: { Plan: 'x' } }));
    const { key, removed } = eraseKey(held, leads, order(5));
    expect(key).toEqual({ fields: {}, cookies: {}, deleted: order(5) });
    expect(removed.fields).toMatchObject([{ name: 'Plan', value: 'x' }]);
  });

  it('keeps an alias and held values from after it, and how long they have been held', () => {
    const linked = keyOf('u', normalized(8, { email: jane, userId: 'u' }));
    expect(eraseKey(linked, leads, order(5)).key.link?.email).toBe(jane);
    const held = keyOf('u', normalized(8, { userId: 'u', fields: { Plan: 'x' } }));
    expect(eraseKey(held, leads, order(5)).key).toEqual({ ...held, deleted: order(5) });
  });

  it('that names somebody else by now forgets only whom it named before', () => {
    // Both are leads already, so that the second e-mail is no new name of the first.
    const moved = keyOf(
      'u',
      normalized(0, { email: joe }),
      normalized(1, { email: jane, userId: 'u' }),
      normalized(3, { email: joe, userId: 'u' }),
    );
    const { key } = eraseKey(moved, leads, order(5));
    expect(key.link).toMatchObject({ email: joe });
    expect(JSON.stringify(key)).not.toContain(jane);
    // What came before it named somebody else belonged to the deleted user.
    expect(key.deleted).toBe(moved.link?.order);
  });

  it('that never named the user is left alone', () => {
    const others = keyOf('u', normalized(1, { email: joe, userId: 'u' }));
    expect(eraseKey(others, leads, order(5)).key).toBe(others);
  });
});

describe('an event that is older than a deletion', () => {
  const deletedUser = new Map<KeyId, IdentityRecord>([
    [keyIdOf('userId', 'u'), { fields: {}, cookies: {}, deleted: order(5) }],
    [keyIdOf('anonymousId', 'a'), { fields: {}, cookies: {}, deleted: order(5) }],
  ]);
  const given = {
    states: { leads: new Map<LeadId, Mailbox>(), keys: deletedUser },
    deletedLead: (id: LeadId) => (id === lead ? order(5) : undefined),
  };
  const becomes = (...normalizedEvents: readonly NormalizedEvent[]) =>
    applyTombstones(given, normalizedEvents, context(100));
  const fields = { Plan: 'x' };

  it.each([
    ['userId', { userId: 'u', fields }, 1],
    ['e-mail', { email: jane, fields }, 1],
    ['userId that is the e-mail', { userId: jane, userIdEmail: jane, fields }, 1],
    ['device', { anonymousId: 'a', fields }, 0],
  ] as const)('is superseded, known by its %s', (_by, carrying, spread) => {
    const { absorbed, states, late } = becomes(normalized(3, carrying));
    expect(absorbed).toMatchObject([{ because: 'the user was deleted' }]);
    expect([...(absorbed[0]?.outcomes ?? [])]).toEqual([['Plan', 'superseded']]);
    expect(states).toBe(given.states);
    // The device may be somebody else's, so it says nothing of other keys.
    expect(late).toHaveLength(spread);
  });

  it('is absorbed where it names somebody else, on the same device', () => {
    const { absorbed } = becomes(normalized(3, { email: joe, anonymousId: 'a', fields }));
    expect(absorbed).toMatchObject([{ lead: leadIdOf(joe) }]);
  });

  it('is told from a later one of the same user', () => {
    const { states, absorbed } = becomes(
      normalized(8, { email: jane, userId: 'u', anonymousId: 'a', fields: { Plan: 'new' } }),
      normalized(3, { anonymousId: 'a', fields: { Title: 'old' } }),
    );
    expect(absorbed[1]?.because).toBe('the user was deleted');
    expect(Object.keys(states.leads.get(lead)?.fields ?? {})).toEqual(['Plan']);
  });

  it.each([
    ['nobody knew', {}],
    ['named somebody only since', { link: { lead: leadIdOf(joe), email: joe, order: order(7) } }],
  ])('may come yet from a device that %s, where the user turns up later', (_of, item) => {
    const device = keyIdOf('anonymousId', 'b');
    const keys = new Map(deletedUser).set(device, { fields: {}, cookies: {}, ...item });
    const { late } = applyTombstones(
      { ...given, states: { ...given.states, keys } },
      [normalized(8, { userId: 'u', anonymousId: 'b' })],
      context(100),
    );
    const user = keyIdOf('userId', 'u');
    expect(late).toEqual([{ order: order(5), keys: { userId: user, anonymousId: device } }]);
  });

  it('says nothing of a device that was somebody else’s already', () => {
    const device = keyIdOf('anonymousId', 'b');
    const link = { lead: leadIdOf(joe), email: joe, order: order(2) };
    const keys = new Map(deletedUser).set(device, {
      fields: {},
      cookies: {},
      link,
    });
    const { late } = applyTombstones(
      { ...given, states: { ...given.states, keys } },
      [normalized(8, { userId: 'u', anonymousId: 'b' })],
      context(100),
    );
    expect(late).toEqual([]);
  });

  it('sends no visit', () => {
    const { absorbed } = becomes(normalized(3, { userId: 'u', visit: true }));
    expect(absorbed[0]?.token).toBeUndefined();
  });
});

describe('an alias', () => {
  const gone = eraseLead(undefined, order(5)).mailbox;
  const linkedAt = (seconds: number) =>
    keyOf('u', normalized(seconds, { email: jane, userId: 'u' }));

  it('that is older than the deletion of its lead is stale', () => {
    expect(staleSince(linkedAt(1), gone)).toBe(order(5));
    expect(staleSince(linkedAt(8), gone)).toBeUndefined();
    expect(staleSince(linkedAt(1), emptyMailbox(jane, order(0)))).toBeUndefined();
  });

  it('is noted at whom it named before, too', () => {
    const key = keyIdOf('userId', 'u');
    const moved = keyOf(
      'u',
      normalized(1, { email: jane, userId: 'u' }),
      normalized(3, { email: joe, userId: 'u' }),
    );
    const mailboxes = new Map([[lead, emptyMailbox(jane, order(1))]]);
    expect(noteKeys(mailboxes, [[key, moved]]).get(lead)?.keys).toEqual([key]);
  });

  it('forgets whom it named before once that person is gone', () => {
    const moved = keyOf(
      'u',
      normalized(1, { email: jane, userId: 'u' }),
      normalized(3, { email: joe, userId: 'u' }),
    );
    expect(JSON.stringify(withoutGone(moved, () => gone))).not.toContain(jane);
    expect(withoutGone(moved, () => emptyMailbox(jane, order(1)))).toBe(moved);
    expect(withoutGone(moved, () => undefined)).toBe(moved);
  });

  it('is noted in the mailbox of its lead, once', () => {
    const key = keyIdOf('userId', 'u');
    const noted = (mailbox: Mailbox) =>
      noteKeys(new Map([[lead, mailbox]]), [[key, linkedAt(1)]]).get(lead)?.keys;
    const other = keyIdOf('userId', 'v');
    expect(noted(emptyMailbox(jane, order(0)))).toEqual([key]);
    expect(noted({ ...emptyMailbox(jane, order(0)), keys: [key, other] })).toEqual([key, other]);
  });
});

it('deleting commutes with deleting and, done again, changes nothing', () => {
  const event = fc
    .tuple(fc.nat(20), fc.constantFrom('Plan', 'Title', 'Role'), fc.constantFrom('a', 'b'))
    .map(([seconds, name, value]) =>
      normalized(seconds, {
        email: jane,
        userId: 'u',
        cookie: `c${seconds}`,
        fields: { [name]: value },
      }),
    );
  fc.assert(
    fc.property(
      fc.array(event, { minLength: 1, maxLength: 8 }),
      fc.nat(22),
      fc.nat(22),
      (events, one, other) => {
        const mailbox = mailboxOf(...events);
        const twice = (first: number, second: number) =>
          eraseLead(eraseLead(mailbox, order(first)).mailbox, order(second)).mailbox;
        expect(twice(one, other)).toEqual(twice(other, one));
        expect(twice(one, one)).toEqual(eraseLead(mailbox, order(one)).mailbox);
        const key = keyOf('u', ...events);
        const twiceKey = (first: number, second: number) =>
          eraseKey(eraseKey(key, new Set([lead]), order(first)).key, new Set([lead]), order(second))
            .key;
        expect(twiceKey(one, other)).toEqual(twiceKey(other, one));
      },
    ),
  );
});

describe('a dead letter', () => {
  const field = (seconds: number) => ({ name: 'Plan', value: 'x', order: order(seconds) });
  const deadLetter = { because: 'Marketo refused it', lead, fields: [field(8)] };

  it('from after a deletion stays as it is', () => {
    expect(newerPart(deadLetter, order(5))).toBe(deadLetter);
  });

  it('of the very moment, or with a field and an activity since, stays as it is', () => {
    expect(newerPart({ ...deadLetter, fields: [field(5)] }, order(5))).toEqual({
      ...deadLetter,
      fields: [field(5)],
    });
    const both = { ...deadLetter, activities: [activityAt(order(5))] };
    expect(newerPart(both, order(5))).toBe(both);
    const some = { ...both, fields: [field(2), field(8)], activities: [activityAt(order(1))] };
    expect(newerPart(some, order(5))).toEqual({
      ...deadLetter,
      fields: [field(8)],
      activities: [],
    });
  });

  it('from before it goes, and so does an empty one', () => {
    expect(newerPart(deadLetter, order(9))).toBeUndefined();
    expect(newerPart({ ...deadLetter, fields: [] }, order(5))).toBeUndefined();
  });

  it('of which some is newer keeps that', () => {
    const activities = [activityAt(order(2)), activityAt(order(7))];
    expect(newerPart({ ...deadLetter, fields: [field(3)], activities }, order(5))).toEqual({
      ...deadLetter,
      fields: [],
      activities: [activities[1]],
    });
  });
});
