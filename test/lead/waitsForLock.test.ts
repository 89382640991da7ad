import { describe, expect, it } from 'vitest';
import { waitsForLock } from '../../lambdas/lead/lock.ts';
import { emptyMailbox } from '../../lambdas/lead/mailbox.ts';
import { at, order } from '../support/mailboxes.ts';

const quiet = emptyMailbox('jane@example.com', order(0));
const pending = { ...quiet, fields: { Plan: { order: order(1), value: 'pro' } } };

describe('a lead waits for its lock', () => {
  it('while it has something to say and is locked', () => {
    expect(waitsForLock({ ...pending, lockedUntil: at(30) }, at(29))).toBe(true);
  });

  it('no longer once the lock has ended, or where there is none', () => {
    expect(waitsForLock({ ...pending, lockedUntil: at(30) }, at(30))).toBe(false);
    expect(waitsForLock(pending, at(30))).toBe(false);
  });

  it('not with nothing to say', () => {
    expect(waitsForLock({ ...quiet, lockedUntil: at(30) }, at(29))).toBe(false);
  });
});
