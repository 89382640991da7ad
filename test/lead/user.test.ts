import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leadIdOf } from '../../lambdas/digest.ts';
import { eraseKey } from '../../lambdas/lead/erasure.ts';
import { emptyKey, linkTo } from '../../lambdas/lead/keys.ts';
import type { IdentityRecord } from '../../lambdas/lead/leadTypes.ts';
import { leadsOf, noteDelete, noteLead, trimKey } from '../../lambdas/lead/user.ts';
import { order } from '../support/mailboxes.ts';

const [ann, bob, carl] = ['ann@x.com', 'bob@x.com', 'carl@x.com'].map(leadIdOf) as [
  ReturnType<typeof leadIdOf>,
  ReturnType<typeof leadIdOf>,
  ReturnType<typeof leadIdOf>,
];

type Naming = readonly [lead: typeof ann, seconds: number];

const named = (namings: readonly Naming[], from: IdentityRecord = emptyKey): IdentityRecord =>
  namings.reduce((key, [lead, seconds]) => {
    const place = order(seconds);
    return noteLead(key, linkTo(key, lead, 'an e-mail', place), lead, place);
  }, from);

describe('a userId', () => {
  it('knows every lead that it has named, the present one by its link', () => {
    const key = named([
      [ann, 1],
      [bob, 2],
      [carl, 3],
    ]);
    expect(key.link?.lead).toBe(carl);
    expect(key.leads).toEqual({ [ann]: order(1), [bob]: order(2) });
    expect(leadsOf(key)).toEqual([carl, ann, bob]);
  });

  it('that names one lead remembers nothing more', () => {
    expect(
      named([
        [ann, 1],
        [ann, 2],
      ]).leads,
    ).toBeUndefined();
  });

  it('knows the same leads in whatever order the events come, however often', () => {
    // No two events have one place.
    const naming = fc.tuple(fc.constantFrom(ann, bob, carl), fc.nat(9));
    const deliveries = fc
      .uniqueArray(naming, { selector: ([, seconds]) => seconds, minLength: 1 })
      .chain((all) =>
        fc.record({
          all: fc.constant(all),
          shuffled: fc.shuffledSubarray(all, { minLength: all.length }),
          again: fc.array(fc.constantFrom(...all), { maxLength: 4 }),
        }),
      );
    fc.assert(
      fc.property(deliveries, ({ all, shuffled, again }) => {
        const inOrder = named(all.toSorted(([, one], [, other]) => one - other));
        const { leads = {}, link } = named([...shuffled, ...again]);
        expect(leads).toEqual(inOrder.leads ?? {});
        expect(link?.lead).toBe(inOrder.link?.lead);
      }),
    );
  });
});

it('a key keeps the latest deletions', () => {
  const deletes = [order(1), order(2), order(3)];
  const key: IdentityRecord = { ...emptyKey, leads: { [ann]: order(1) }, deletes };
  expect(trimKey(key, { deletes: 2 })).toEqual({ ...key, deletes: [order(2), order(3)] });
  expect(trimKey(key, { deletes: 3 })).toBe(key);
  expect(trimKey(emptyKey, { deletes: 0 })).toBe(emptyKey);
});

describe('a lead that a userId names again', () => {
  it('stands at the link alone, and leaves the others as they are', () => {
    const key = named([
      [ann, 1],
      [bob, 2],
      [ann, 3],
    ]);
    expect(key.link?.lead).toBe(ann);
    expect(key.leads).toEqual({ [bob]: order(2) });
  });

  it('by an older event changes nothing, by a newer one when it was last', () => {
    const key = named([
      [ann, 3],
      [bob, 9],
    ]);
    expect(named([[ann, 2]], key)).toBe(key);
    expect(named([[ann, 3]], key)).toBe(key);
    expect(named([[ann, 5]], key).leads).toEqual({ [ann]: order(5) });
    expect(named([[carl, 4]], key).leads).toEqual({ [ann]: order(3), [carl]: order(4) });
  });
});

describe('the leads of a deleted user', () => {
  const deleted: IdentityRecord = { ...emptyKey, deleted: order(5), deletes: [order(5)] };

  it('are those that were named since the deletion before', () => {
    expect(leadsOf(named([[bob, 6]], { ...deleted, leads: { [ann]: order(4) } }))).toEqual([bob]);
    expect(
      leadsOf(
        named(
          [
            [bob, 7],
            [carl, 8],
          ],
          deleted,
        ),
      ),
    ).toEqual([carl, bob]);
    expect(leadsOf(undefined)).toEqual([]);
  });

  it('are all of them where only somebody with whom they shared one of them was deleted', () => {
    const key = named([
      [ann, 1],
      [bob, 2],
    ]);
    const reached = eraseKey(key, new Set([bob]), order(5)).key;
    expect(reached.deleted).toBe(order(5));
    expect(leadsOf(reached)).toEqual([ann]);
  });

  it('are also the one that it named when the deletion of another user reached it', () => {
    const key = named([
      [ann, 1],
      [bob, 6],
    ]);
    // A user who is known as Ann, too, is deleted: of this key goes what it was before it named Bob.
    const reached = eraseKey(key, new Set([ann]), order(9)).key;
    expect(leadsOf(named([[carl, 10]], reached))).toEqual([carl, bob]);
  });

  it('are forgotten by its key once they are erased, unless they are named again', () => {
    const key = named([
      [ann, 1],
      [bob, 2],
      [ann, 7],
      [carl, 8],
    ]);
    const after = eraseKey(key, new Set([ann, bob, carl]), order(5)).key;
    expect(after.leads).toEqual({ [ann]: order(7) });
    expect(after.link?.lead).toBe(carl);
    const all = eraseKey(key, new Set([ann, bob, carl]), order(9)).key;
    expect(all).toEqual({ ...emptyKey, deleted: order(9) });
  });

  it('keep the deletes in their order, each once', () => {
    const both = noteDelete(noteDelete(emptyKey, order(7)), order(6));
    expect(both.deletes).toEqual([order(6), order(7)]);
    expect(noteDelete(both, order(6))).toBe(both);
  });
});
