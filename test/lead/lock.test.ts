import { describe, expect, it } from 'vitest';
import { digestOf } from '../../lambdas/digest.ts';
import { lock, unlock } from '../../lambdas/lead/lock.ts';
import { emptyMailbox } from '../../lambdas/lead/mailbox.ts';
import type { Mailbox } from '../../lambdas/lead/leadTypes.ts';
import { without } from '../../lambdas/lead/without.ts';
import { at, order } from '../support/mailboxes.ts';

const told = { order: order(0), digest: digestOf('Dr'), sentAt: at(0) };
const waiting: Mailbox = {
  ...emptyMailbox('jane@example.com', order(0)),
  fields: {
    Plan: { order: order(1), value: 'pro', digest: digestOf('basic'), sentAt: at(0) },
    Title: told,
  },
  lockedUntil: at(10),
};

describe('a call for a lead', () => {
  it('takes what is pending, and believes no digest of what it takes', () => {
    const { mailbox, snapshot } = lock(waiting, { owner: 'me', lockedUntil: at(142) });
    expect(mailbox).toStrictEqual({
      ...waiting,
      fields: { Plan: { order: order(1), value: 'pro' }, Title: told },
      owner: 'me',
      lockedUntil: at(142),
    });
    expect(snapshot).toStrictEqual({
      owner: 'me',
      email: 'jane@example.com',
      fields: [{ name: 'Plan', value: 'pro', order: order(1) }],
    });
    const withCookie = lock(waiting, { owner: 'me', lockedUntil: at(142), cookie: 'c' });
    expect(withCookie.snapshot.cookie).toBe('c');
  });
});

describe('the lock after a call', () => {
  const held = { ...waiting, owner: 'me', lockedUntil: at(142) };
  const end = { at: at(20), lockMs: 32_000 };
  const free = without(held, 'owner');

  it('counts from the answer', () => {
    expect(unlock(held, { ...end, worked: true, isOver: true })).toStrictEqual({
      ...free,
      lockedUntil: at(52),
      lastOwner: 'me',
    });
  });

  it('stays the lease where the call was broken off', () => {
    const broken = unlock(held, { ...end, worked: true, isOver: false });
    expect(broken).toStrictEqual({ ...free, lastOwner: 'me' });
  });

  it('is gone where Marketo did no work, and names no owner that there was not', () => {
    const never = without(free, 'lockedUntil');
    expect(unlock(held, { ...end, worked: false, isOver: false })).toStrictEqual({
      ...never,
      lastOwner: 'me',
    });
    expect(unlock(free, { ...end, worked: false, isOver: true })).toStrictEqual(never);
  });
});
