import { describe, expect, it } from 'vitest';
import { keyIdOf, leadIdOf } from '../../lambdas/digest.ts';
import {
  afterDeletion,
  restore,
  isGone,
  noteKeys,
  unlessBlank,
  staleSince,
  withoutGone,
} from '../../lambdas/lead/tombstone.ts';
import {
  eraseKey,
  eraseLead,
  isEmptyWaiting,
  isFirst,
  together,
} from '../../lambdas/lead/erasure.ts';
import { gapOrder } from '../../lambdas/lead/identity.ts';
import { emptyMailbox } from '../../lambdas/lead/mailbox.ts';
import type { KeyId, IdentityRecord, LeadId, Link, Mailbox } from '../../lambdas/lead/leadTypes.ts';
import { activityAt, at, order } from '../support/mailboxes.ts';

const [jane, joe] = ['jane@example.com', 'joe@example.com'] as const;
const [lead, other] = [leadIdOf(jane), leadIdOf(joe)];
const user = keyIdOf('userId', 'u');
const blank = { fields: {}, cookies: {}, address: { text: '', order: gapOrder } };
const gone: Mailbox = { ...blank, deleted: order(5) };
const back: Mailbox = { ...emptyMailbox(jane, order(9)), deleted: order(5) };
const linkTo = (to: LeadId, place = order(1), before?: LeadId): Link => ({
  lead: to,
  email: to === lead ? jane : joe,
  order: place,
  ...(before && { before: { lead: before, email: before === lead ? jane : joe } }),
});
const keyWith = (more: Partial<IdentityRecord>): IdentityRecord => ({
  fields: {},
  cookies: {},
  ...more,
});
const field = (seconds: number, value = 'x') => ({ order: order(seconds), value });
const told = (name: string, seconds: number, value = 'x') => ({ name, ...field(seconds, value) });
const [early, late] = [activityAt(order(2), 'early'), activityAt(order(8), 'late')];

describe('a lead', () => {
  it('is gone when it was deleted and nobody named it since', () => {
    expect(
      [gone, back, emptyMailbox('', order(1)), emptyMailbox(jane, order(1))].map(isGone),
    ).toEqual([true, false, false, false]);
    expect([unlessBlank(gone), unlessBlank(undefined), unlessBlank(back)]).toEqual([
      undefined,
      undefined,
      back,
    ]);
  });

  it('that comes back keeps lock and deletion, and forgets the keys of the time before', () => {
    const locked: Mailbox = { ...gone, lockedUntil: at(40), keys: [user] };
    const fresh = emptyMailbox(jane, order(9));
    expect(restore(locked, fresh)).toEqual({
      ...fresh,
      lockedUntil: at(40),
      deleted: order(5),
      keys: [],
    });
    expect(restore(locked, { ...fresh, keys: [user] }).keys).toEqual([user]);
    expect(restore(undefined, fresh)).toBe(fresh);
    expect(restore(back, fresh)).toBe(fresh);
  });

  it('that nobody knew is remembered as deleted', () => {
    expect(eraseLead(undefined, order(5))).toEqual({
      mailbox: gone,
      removed: { fields: [] },
      left: { fields: [] },
    });
  });
});

describe('deleting a lead', () => {
  const full: Mailbox = {
    ...emptyMailbox(jane, order(7)),
    fields: {
      Old: field(1),
      Kept: { ...field(8), digest: 'd', sentAt: at(3), aside: { because: 'no' } },
      Sent: { order: order(8), digest: 'd', sentAt: at(8) },
      Same: field(5),
    },
    cookies: { old: { order: order(1) }, new: { order: order(5) } },
    activities: { pending: { early, late }, done: ['done'], attempts: 2 },
    owner: 'me',
    lastOwner: 'before',
    marketoId: 7,
    lockedUntil: at(40),
  };

  it('that was named since keeps what is newer, or as old, and not what Marketo has of it', () => {
    const { mailbox, removed, left } = eraseLead(full, order(5));
    expect(mailbox).toEqual({
      address: { text: jane, order: order(7) },
      fields: {
        Kept: field(8),
        Sent: { order: order(8) },
        Same: field(5),
      },
      cookies: { new: { order: order(5) } },
      activities: { pending: { late }, done: ['done'], attempts: 2 },
      lockedUntil: at(40),
      deleted: order(5),
    });
    expect(removed).toEqual({ fields: [told('Old', 1)], activities: [early] });
    expect(left).toEqual({ fields: [] });
  });

  it('in that very moment counts as named since', () => {
    expect(
      eraseLead({ ...full, address: { text: jane, order: order(5) } }, order(5)).mailbox,
    ).toMatchObject({ address: { text: jane } });
  });

  it('takes nothing from a call that began since, when the same deletion comes again', () => {
    const again: Mailbox = { ...full, deleted: order(5) };
    const { mailbox } = eraseLead(again, order(5));
    expect(mailbox).toMatchObject({ owner: 'me', lastOwner: 'before', marketoId: 7 });
    expect(mailbox.fields.Kept).toEqual(full.fields.Kept);
    const older = eraseLead({ ...full, deleted: order(6) }, order(5)).mailbox;
    expect([older.deleted, older.owner]).toEqual([order(6), 'me']);
  });

  it('that was not named since leaves what is newer to be held, and the lock', () => {
    const unnamed = { ...full, address: { text: jane, order: order(4) } };
    expect(eraseLead(unnamed, order(5))).toEqual({
      mailbox: { ...gone, lockedUntil: at(40) },
      removed: { fields: [told('Old', 1)], activities: [early] },
      left: { fields: [told('Kept', 8), told('Same', 5)], activities: [late] },
    });
    const quiet = emptyMailbox(jane, order(4));
    expect(eraseLead(quiet, order(5))).toStrictEqual({
      mailbox: gone,
      removed: { fields: [] },
      left: { fields: [] },
    });
    expect(eraseLead({ ...quiet, deleted: order(6) }, order(5)).mailbox.deleted).toBe(order(6));
  });

  it('that was deleted before takes what came into it from before, and what was held', () => {
    const held = { ...back, fields: { Old: field(3), New: field(9) } };
    expect(afterDeletion(held)).toEqual({
      next: { ...held, fields: { New: field(9) } },
      removed: { fields: [told('Old', 3)], activities: [] },
    });
    const unnamed: Mailbox = { ...gone, fields: { Old: field(3), New: field(9) } };
    expect(afterDeletion(unnamed)).toEqual({
      next: gone,
      removed: { fields: [told('Old', 3), told('New', 9)], activities: [] },
    });
    const never = emptyMailbox(jane, order(1));
    expect(afterDeletion(never)).toEqual({ next: never, removed: { fields: [] } });
  });
});

describe('deleting a key', () => {
  const leads = new Set([lead]);
  const deleted = (key: IdentityRecord | undefined, place = order(5)) =>
    eraseKey(key, leads, place);

  it('that nobody knew remembers the deletion', () => {
    expect(deleted(undefined)).toEqual({
      key: keyWith({ deleted: order(5) }),
      removed: { fields: [] },
    });
  });

  it('of the user takes all from before, and keeps what is newer', () => {
    const key = keyWith({
      link: linkTo(lead, order(5), other),
      fields: { Old: field(1), New: field(8) },
      cookies: { old: { order: order(1) }, new: { order: order(8) } },
      activities: { early, late },
      heldSince: at(1),
      deleted: order(4),
    });
    expect(deleted(key)).toEqual({
      key: {
        link: linkTo(lead, order(5), other),
        fields: { New: field(8) },
        cookies: { new: { order: order(8) } },
        activities: { late },
        heldSince: at(1),
        deleted: order(5),
      },
      removed: { fields: [told('Old', 1)], activities: [early] },
    });
    // Whom it named before was another person of the same user.
    expect(deleted({ ...key, link: linkTo(lead, order(8), lead) }).key.link).toEqual(
      linkTo(lead, order(8)),
    );
    expect(deleted({ ...key, link: linkTo(lead, order(4)) }).key).not.toHaveProperty('link');
  });

  it('that holds nothing newer does not go on holding', () => {
    const key = keyWith({ fields: { Old: field(1) }, activities: { early }, heldSince: at(1) });
    expect(deleted(key).key).toEqual(keyWith({ deleted: order(5) }));
    const some = deleted({ ...key, activities: { early, late } }).key;
    expect(some).toEqual(keyWith({ activities: { late }, heldSince: at(1), deleted: order(5) }));
    expect(deleted({ ...key, fields: { New: field(8) } }).key.heldSince).toBe(at(1));
  });

  it('of somebody else takes only the time when it was the user’s, or nobody’s', () => {
    const held = { fields: { Plan: field(1) } };
    const named = (link: Link, more: Partial<IdentityRecord> = {}) =>
      keyWith({ ...held, link, ...more });
    expect(deleted(named(linkTo(other, order(8)))).key).toEqual(
      named(linkTo(other, order(8)), { deleted: order(5) }),
    );
    expect(deleted(named(linkTo(other, order(3), lead)))).toEqual({
      key: named(linkTo(other, order(3)), { deleted: order(3) }),
      removed: { fields: [] },
    });
    expect(deleted(named(linkTo(other, order(8), lead), { deleted: order(6) })).key).toEqual(
      named(linkTo(other, order(8)), { deleted: order(6) }),
    );
    const never = named(linkTo(other, order(8), leadIdOf('ann@example.com')));
    expect(deleted(never)).toEqual({ key: never, removed: { fields: [] } });
    expect(deleted(never).key).toBe(never);
  });

  it('finds a link that was the first and is not older than the deletion', () => {
    expect(isFirst(linkTo(other, order(5)), order(5))).toBe(true);
    expect(isFirst(linkTo(other, order(4)), order(5))).toBe(false);
    expect(isFirst(linkTo(other, order(8), lead), order(5))).toBe(false);
  });
});

describe('an alias', () => {
  const named = (place = order(1)) => keyWith({ link: linkTo(lead, place) });

  it('is stale where it is older than the deletion of its lead', () => {
    expect(staleSince(named(order(4)), back)).toBe(order(5));
    expect(staleSince(named(order(5)), back)).toBeUndefined();
    expect(staleSince(keyWith({}), gone)).toBeUndefined();
    expect(staleSince(named(), undefined)).toBeUndefined();
    expect(staleSince(named(), emptyMailbox(jane, order(1)))).toBeUndefined();
  });

  it('that fills a gap is stale only while its lead is gone', () => {
    expect(staleSince(named(gapOrder), gone)).toBe(order(5));
    expect(staleSince(named(gapOrder), back)).toBeUndefined();
  });

  it('keeps whom it named before unless that person is gone', () => {
    const moved = keyWith({ link: linkTo(other, order(8), lead) });
    expect(withoutGone(moved, () => gone)).toEqual(keyWith({ link: linkTo(other, order(8)) }));
    expect(withoutGone(moved, (of) => (of === other ? gone : undefined))).toBe(moved);
    expect(withoutGone(named(), () => gone)).toEqual(named());
    expect(withoutGone(keyWith({}), () => gone)).toEqual(keyWith({}));
  });
});

describe('the keys that a mailbox notes', () => {
  const keys = ['a', 'b', 'c'].map((id) => keyIdOf('anonymousId', id)) as [KeyId, KeyId, KeyId];
  const empty = emptyMailbox(jane, order(1));

  it('are those that name its lead, or did', () => {
    const items = keys.map((key) => [key, keyWith({ link: linkTo(lead) })] as const);
    const noted = noteKeys(new Map([[lead, empty]]), items);
    expect(noted.get(lead)).toEqual({ ...empty, keys });
    const moved = keyWith({ link: linkTo(other, order(8), lead) });
    const both = new Map([
      [lead, empty],
      [other, emptyMailbox(joe, order(1))],
    ]);
    const found = noteKeys(both, [[user, moved]]);
    expect([found.get(lead)?.keys, found.get(other)?.keys]).toEqual([[user], [user]]);
  });

  it('change nothing where there is no link, no mailbox, or nothing new', () => {
    const known = { ...empty, keys: [user] };
    const noted = noteKeys(new Map([[lead, known]]), [
      [user, keyWith({ link: linkTo(lead) })],
      [keys[0], keyWith({})],
      [keys[1], keyWith({ link: linkTo(other) })],
    ]);
    expect(noted.get(lead)).toBe(known);
    expect(noted.size).toBe(1);
  });
});

it('an e-mail that has named another lead since its own was deleted is an alias, and not gone', () => {
  const alias: Mailbox = { ...emptyMailbox('', gapOrder), alias: { lead: other, order: order(9) } };
  const back = restore({ ...emptyMailbox('', gapOrder), deleted: order(5) }, alias);
  expect(isGone(back)).toBe(false);
  expect(afterDeletion(back).next).toMatchObject({ alias: alias.alias, deleted: order(5) });
  expect(eraseLead(back, order(7)).mailbox).toMatchObject({
    alias: alias.alias,
    deleted: order(7),
  });
});

it('what waits in two items is what waits in each, and nothing where both are empty', () => {
  const one = { fields: [told('A', 1)], activities: [early] };
  const two = { fields: [told('B', 2)] };
  expect(together(one, two)).toEqual({ fields: [told('A', 1), told('B', 2)], activities: [early] });
  expect(together(two, one).activities).toEqual([early]);
  expect(isEmptyWaiting({ fields: [] })).toBe(true);
  expect(isEmptyWaiting({ fields: [], activities: [] })).toBe(true);
  expect(isEmptyWaiting(two)).toBe(false);
  expect(isEmptyWaiting({ fields: [], activities: [early] })).toBe(false);
});
