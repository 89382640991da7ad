import { describe, expect, it } from 'vitest';
import { emptyMailbox } from '../../lambdas/lead/mailbox.ts';
import type { Mailbox } from '../../lambdas/lead/leadTypes.ts';
import { waitOf, waitText } from '../../operations/leadWait.ts';
import { at, noon, order } from '../support/mailboxes.ts';

const quiet = emptyMailbox('jane@example.com', order(0));
const pending: Mailbox = { ...quiet, fields: { Plan: { order: order(0), value: 'pro' } } };
const around = { now: noon, nextCallAt: noon, timeline: [] };

describe('a lead with something to tell waits', () => {
  it('for nothing but the next call, once it is due', () => {
    expect(waitOf(pending, around)).toEqual({ kind: 'now' });
    expect(waitOf({ ...pending, lockedUntil: noon }, around)).toEqual({ kind: 'now' });
    expect(waitOf(quiet, around)).toBeUndefined();
  });

  it('for the pace of the day, once it is due, while the calls are being spread', () => {
    const wait = waitOf(pending, { ...around, nextCallAt: at(90) });
    expect(wait).toEqual({ kind: 'pace', until: at(90) });
    expect(wait && waitText(wait, noon)).toMatch(/being spread .*; the next call is at 12:01:30/);
  });

  it('for its lock or its backoff first, whatever the pace says', () => {
    const paced = { ...around, nextCallAt: at(90) };
    expect(waitOf({ ...pending, lockedUntil: at(30) }, paced)).toEqual({
      kind: 'lock',
      until: at(30),
    });
    expect(waitOf({ ...pending, retryAt: at(40), attempts: 2 }, paced)).toEqual({
      kind: 'later',
      until: at(40),
      attempts: 2,
    });
  });

  it('for Marketo, where that is closed to all, and then for itself', () => {
    const closed = { until: at(60), because: 'no answer' };
    expect(waitOf(pending, { ...around, closed })).toEqual({ kind: 'closed', ...closed });
    expect(waitOf({ ...pending, retryAt: at(80) }, { ...around, closed })).toEqual({
      kind: 'closed',
      until: at(80),
      because: 'no answer',
    });
  });

  it('for the call that has it', () => {
    const called = { ...pending, owner: 'me', lockedUntil: at(132) };
    expect(waitOf(called, around)).toEqual({ kind: 'calling', until: at(132) });
    const imported = { ...called, owner: 'import-1' };
    expect(waitOf(imported, around)).toMatchObject({ kind: 'calling', isImport: true });
  });
});
