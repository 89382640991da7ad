import { describe, expect, it } from 'vitest';
import { keyIdOf, leadIdOf } from '../../lambdas/digest.ts';
import type { NormalizedEvent } from '../../lambdas/lead/absorb.ts';
import { gapOrder } from '../../lambdas/lead/identity.ts';
import { applyTombstones } from '../../lambdas/lead/applyTombstones.ts';
import { emptyMailbox } from '../../lambdas/lead/mailbox.ts';
import type { KeyId, IdentityRecord, LeadId, Link } from '../../lambdas/lead/leadTypes.ts';
import { normalized, context, order } from '../support/mailboxes.ts';

const [jane, joe] = ['jane@example.com', 'joe@example.com'] as const;
const user = keyIdOf('userId', 'u');
const cookie = keyIdOf('cookie', 'c');
const device = keyIdOf('anonymousId', 'a');
const linkTo = (email: string, seconds: number, before?: string): Link => ({
  lead: leadIdOf(email),
  email,
  order: order(seconds),
  ...(before !== undefined && { before: { lead: leadIdOf(before), email: before } }),
});
const item = (more: Partial<IdentityRecord> = {}): IdentityRecord => ({
  fields: {},
  cookies: {},
  ...more,
});
const gone = item({ deleted: order(5) });
const fields = { Plan: 'x' };

/** What becomes of events where these keys are known and Jane was deleted at second 5. */
const becomes = (
  keys: Readonly<Partial<Record<KeyId, IdentityRecord>>>,
  ...normalizedEvents: readonly NormalizedEvent[]
) =>
  applyTombstones(
    {
      states: {
        leads: new Map(),
        keys: new Map(Object.entries(keys) as [KeyId, IdentityRecord][]),
      },
      deletedLead: (lead: LeadId) => (lead === leadIdOf(jane) ? order(5) : undefined),
    },
    normalizedEvents,
    context(100),
  );
const isLate = ({ absorbed }: ReturnType<typeof becomes>): boolean =>
  absorbed[0]?.because === 'the user was deleted';

describe('an event from before a deletion', () => {
  it.each<[string, Readonly<Record<KeyId, IdentityRecord>>, Parameters<typeof normalized>[1]]>([
    ['whose cookie was the user’s', { [cookie]: gone }, { cookie: 'c' }],
    ['whose cookie names the lead', { [cookie]: item({ link: linkTo(jane, 1) }) }, { cookie: 'c' }],
    ['whose userId names the lead', { [user]: item({ link: linkTo(jane, 1) }) }, { userId: 'u' }],
    [
      'whose userId named the lead then',
      { [user]: item({ link: linkTo(joe, 4, jane) }) },
      { userId: 'u' },
    ],
    ['whose device was the user’s', { [device]: gone }, { anonymousId: 'a' }],
    [
      'whose device names the lead',
      { [device]: item({ link: linkTo(jane, 1) }) },
      { anonymousId: 'a' },
    ],
    [
      'whose device was the user’s, and names somebody else since',
      { [device]: item({ deleted: order(5), link: linkTo(joe, 7) }) },
      { anonymousId: 'a' },
    ],
    [
      'whose device was the user’s, though it has a cookie that nobody knows',
      { [device]: gone },
      { cookie: 'c', anonymousId: 'a' },
    ],
  ])('%s comes too late, and spreads to no other key', (_of, keys, carrying) => {
    const found = becomes(keys, normalized(3, { ...carrying, fields }));
    expect(isLate(found)).toBe(true);
    expect(found.absorbed).toEqual([
      {
        outcomes: new Map([['Plan', 'superseded']]),
        replaced: [],
        moved: [],
        movedActivities: [],
        because: 'the user was deleted',
      },
    ]);
    expect(found.late).toEqual([]);
    // The same event after the deletion is good.
    expect(isLate(becomes(keys, normalized(6, { ...carrying, fields })))).toBe(false);
  });

  it('that names the user is late, and so is what else it names', () => {
    const named = normalized(3, { email: jane, cookie: 'c', fields });
    expect(becomes({}, named).late).toEqual([{ order: order(5), keys: named.keys }]);
    const byUserId = normalized(3, { userId: 'u', anonymousId: 'a', fields });
    expect(becomes({ [user]: gone }, byUserId).late).toEqual([
      { order: order(5), keys: byUserId.keys },
    ]);
    const asUserId = normalized(3, { userId: 'x', userIdEmail: jane, anonymousId: 'a', fields });
    expect(becomes({}, asUserId).late).toEqual([{ order: order(5), keys: asUserId.keys }]);
  });

  it('is late for the first deletion since: a later one reaches only what was named in between', () => {
    const deletes = [order(2), order(5), order(9)];
    const twice = item({ deleted: order(9), deletes });
    const byUserId = normalized(3, { userId: 'u', anonymousId: 'a', fields });
    expect(becomes({ [user]: twice }, byUserId).late).toMatchObject([{ order: order(5) }]);
    // That of somebody whose key this was, too.
    const other = item({ deleted: order(9), deletes: [order(2)] });
    expect(becomes({ [user]: other }, byUserId).late).toMatchObject([{ order: order(9) }]);
  });

  it('is late for the deletion of the lead that it names, where that was before the user’s', () => {
    const named = normalized(3, { userId: 'u', email: jane, fields });
    const later = item({ deleted: order(9), deletes: [order(9)] });
    expect(becomes({ [user]: later }, named).late).toEqual([{ order: order(5), keys: named.keys }]);
    const earlier = item({ deleted: order(4), deletes: [order(4)] });
    expect(becomes({ [user]: earlier }, named).late).toMatchObject([{ order: order(4) }]);
    const elsewhere = normalized(3, { userId: 'u', email: joe, fields });
    expect(becomes({ [user]: later }, elsewhere).late).toMatchObject([{ order: order(9) }]);
  });

  it('that names the deleted e-mail is late, also where its own userId has a lead that would be renamed', () => {
    const keys = { [user]: item({ link: linkTo(joe, 4) }) };
    const named = normalized(3, { userId: 'u', email: jane, fields });
    const found = becomes(keys, named);
    expect(isLate(found)).toBe(true);
    expect(found.late).toEqual([{ order: order(5), keys: named.keys }]);
    expect(found.states.leads.size).toBe(0);
    expect(isLate(becomes(keys, normalized(6, { userId: 'u', email: jane, fields })))).toBe(false);
  });

  it('that names somebody else is good, on the user’s device and with the user’s cookie', () => {
    const other = normalized(3, { email: joe, cookie: 'c', anonymousId: 'a', fields });
    const found = becomes({ [cookie]: gone, [device]: gone }, other);
    expect(found.absorbed[0]?.lead).toBe(leadIdOf(joe));
  });

  it('that finds somebody else by its cookie is good, on the user’s device', () => {
    const keys = { [cookie]: item({ link: linkTo(joe, 1) }), [device]: gone };
    const found = becomes(keys, normalized(3, { cookie: 'c', anonymousId: 'a', fields }));
    expect(found.absorbed[0]?.lead).toBe(leadIdOf(joe));
  });

  it('is told by the very order: one that has the deletion’s own is not older', () => {
    const same = { ...normalized(3, { userId: 'u', fields }), order: order(5) };
    expect(isLate(becomes({ [user]: gone }, same))).toBe(false);
  });

  it('that only hints at the user, or names nobody, is good', () => {
    expect(isLate(becomes({}, normalized(3, { hint: jane, anonymousId: 'b', visit: true })))).toBe(
      false,
    );
    expect(isLate(becomes({}, normalized(3, { userId: 'v', cookie: 'd', fields })))).toBe(false);
  });
});

describe('a mailbox that an event without its e-mail makes', () => {
  const dateOf = (
    keys: Readonly<Record<KeyId, IdentityRecord>>,
    carrying: Parameters<typeof normalized>[1],
    seconds = 9,
  ) => {
    const { states } = becomes(keys, normalized(seconds, { ...carrying, fields }));
    return states.leads.get(leadIdOf(joe))?.address;
  };

  it('has the e-mail and the date of the latest alias that names the lead', () => {
    const keys = {
      [cookie]: item({ link: linkTo(joe, 2) }),
      [user]: item({ link: linkTo(joe, 4) }),
      [device]: item({ link: linkTo(jane, 6) }),
    };
    const all = { cookie: 'c', userId: 'u', anonymousId: 'a' };
    expect(dateOf(keys, all)).toEqual({ text: joe, order: order(4) });
    expect(dateOf(keys, { cookie: 'c', anonymousId: 'a' })).toEqual({ text: joe, order: order(2) });
    const newer = { ...keys, [cookie]: item({ link: linkTo(joe, 7) }) };
    expect(dateOf(newer, all)).toEqual({ text: joe, order: order(7) });
    expect(dateOf({ [device]: item({ link: linkTo(joe, 3) }) }, { anonymousId: 'a' })).toEqual({
      text: joe,
      order: order(3),
    });
  });

  it('has no date where a key only named the lead before', () => {
    const keys = { [user]: item({ link: linkTo(jane, 8, joe) }) };
    expect(dateOf(keys, { userId: 'u' }, 7)).toEqual({ text: joe, order: gapOrder });
  });

  it('has the event’s date where that names it', () => {
    const named = normalized(9, { userId: 'u', email: joe, fields });
    const { states } = becomes({ [user]: item({ link: linkTo(joe, 2) }) }, named);
    expect(states.leads.get(leadIdOf(joe))?.address).toEqual({ text: joe, order: named.order });
  });

  it('is the only one: a mailbox that was there keeps its date', () => {
    const lead = leadIdOf(joe);
    const { states } = applyTombstones(
      {
        states: {
          leads: new Map([[lead, emptyMailbox(joe, order(1))]]),
          keys: new Map([[user, item({ link: linkTo(joe, 4) })]]),
        },
        deletedLead: () => undefined,
      },
      [normalized(9, { userId: 'u', fields })],
      context(100),
    );
    expect(states.leads.get(lead)?.address).toEqual({ text: joe, order: order(1) });
  });
});

describe('the devices on which a deleted user turns up', () => {
  const turnsUp = (keys: Readonly<Record<KeyId, IdentityRecord>>) =>
    becomes(
      { [user]: gone, ...keys },
      normalized(8, { userId: 'u', cookie: 'c', anonymousId: 'a' }),
    ).late;

  it('were the user’s before, as far as nobody knew whose they are', () => {
    const both = { userId: user, cookie, anonymousId: device };
    expect(turnsUp({})).toEqual([{ order: order(5), keys: both }]);
    expect(turnsUp({ [cookie]: item({ link: linkTo(joe, 6) }) })).toEqual([
      { order: order(5), keys: both },
    ]);
    expect(turnsUp({ [cookie]: item({ link: linkTo(joe, 2) }) })).toEqual([
      { order: order(5), keys: { userId: user, anonymousId: device } },
    ]);
    expect(turnsUp({ [device]: item({ link: linkTo(joe, 6, jane) }) })).toEqual([
      { order: order(5), keys: { userId: user, cookie } },
    ]);
  });

  it('are told once: not those that this deletion, or a later one, has reached', () => {
    expect(turnsUp({ [cookie]: gone, [device]: item({ deleted: order(6) }) })).toEqual([]);
    expect(turnsUp({ [cookie]: item({ deleted: order(4) }), [device]: gone })).toEqual([
      { order: order(5), keys: { userId: user, cookie } },
    ]);
  });

  it('are nobody’s news where no user was deleted, or none is named', () => {
    const here = { cookie: 'c', anonymousId: 'a' };
    expect(becomes({}, normalized(8, { ...here, userId: 'u' })).late).toEqual([]);
    expect(becomes({ [user]: gone }, normalized(8, here)).late).toEqual([]);
  });
});
