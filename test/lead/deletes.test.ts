import { describe, expect, it } from 'vitest';
import { leadIdOf } from '../../lambdas/digest.ts';
import { deleteKey } from '../../lambdas/lead/forget.ts';
import { emptyKey, linkTo } from '../../lambdas/lead/keys.ts';
import { beginDelete, endDelete, isOver, leadsOf, taken } from '../../lambdas/lead/user.ts';
import { order } from '../support/mailboxes.ts';

const [ann, bob] = ['ann@x.com', 'bob@x.com'].map(leadIdOf) as [
  ReturnType<typeof leadIdOf>,
  ReturnType<typeof leadIdOf>,
];
const begun = beginDelete(emptyKey, [ann], order(5));

describe('a delete of a user', () => {
  it('that was begun reaches whom it reached then, whoever is named since', () => {
    const named = linkTo(begun, bob, 'bob@x.com', order(7));
    expect(leadsOf(named, order(5))).toEqual([ann]);
    expect(leadsOf(named, order(9))).toEqual([bob]);
    expect(beginDelete(named, [ann, bob], order(5))).toBe(named);
  });

  it('is over when its last lead is written, and then nothing is begun again', () => {
    expect(isOver(undefined, order(5))).toBe(false);
    expect(isOver(emptyKey, order(5))).toBe(false);
    expect(isOver(begun, order(5))).toBe(false);
    const ended = endDelete(begun, order(5));
    expect(ended).toEqual({ ...emptyKey, deletes: [order(5)] });
    expect(isOver(ended, order(5))).toBe(true);
    expect(isOver(ended, order(6))).toBe(false);
    expect(beginDelete(ended, [bob], order(5))).toBe(ended);
    expect(endDelete(ended, order(5))).toBe(ended);
  });

  it('ends by itself, beside others', () => {
    const both = beginDelete(begun, [bob], order(6));
    expect(both.deletes).toEqual([order(5), order(6)]);
    const one = endDelete(both, order(5));
    expect(one.deleting).toEqual({ [order(6)]: [bob] });
    expect(isOver(one, order(5))).toBe(true);
    expect(isOver(one, order(6))).toBe(false);
  });
});

it('a user knows the leads whose alias another deletion took, until they are named anew', () => {
  const linked = linkTo(emptyKey, ann, 'ann@x.com', order(1));
  const { key } = deleteKey(linked, new Set([ann]), order(5));
  expect(key.link).toBeUndefined();
  expect(taken(key)).toEqual([ann]);
  // The next delete of the user reaches whom they named since; this lead is not theirs any more.
  expect(leadsOf(key, order(9))).toEqual([]);
  const later = deleteKey(key, new Set([ann]), order(7)).key;
  expect(taken(later)).toEqual([ann]);
  expect(taken(deleteKey(later, new Set([bob]), order(8)).key)).toEqual([]);
  expect(taken(emptyKey)).toEqual([]);
});
