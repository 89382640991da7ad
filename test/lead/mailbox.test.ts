import { describe, expect, it } from 'vitest';
import { emptyMailbox, needAt, rested, waitingUntil } from '../../lambdas/lead/mailbox.ts';
import type { Mailbox } from '../../lambdas/lead/types.ts';
import { at, order } from '../support/mailboxes.ts';

const empty = emptyMailbox('jane@example.com', order(0));
const withField: Mailbox = { ...empty, fields: { Plan: { order: order(0), value: 'pro' } } };
const withCookie: Mailbox = { ...empty, cookies: { token: { order: order(0) } } };

describe('a lead that the quota keeps waiting', () => {
  it('with a cookie alone waits, and its news does not', () => {
    const waiting = waitingUntil(withCookie, at(3_600));
    expect(needAt(waiting)).toBe(at(3_600));
    expect(needAt({ ...waiting, fields: withField.fields })).toBe(0);
  });

  it('with news waits, and so does its cookie', () => {
    const waiting = waitingUntil(withField, at(3_600));
    expect(needAt(waiting)).toBe(at(3_600));
    expect(needAt({ ...waiting, cookies: withCookie.cookies })).toBe(at(3_600));
  });

  it('waits no more once it has nothing to say, and keeps its lock', () => {
    const waiting = { ...waitingUntil(withField, at(3_600)), lockedUntil: at(32) };
    expect(rested(waiting)).toBe(waiting);
    const silent = rested({ ...waiting, fields: {} });
    expect(needAt({ ...silent, fields: withField.fields })).toBe(at(32));
    const silentCookie = rested({ ...waitingUntil(withCookie, at(3_600)), cookies: {} });
    expect(needAt({ ...silentCookie, cookies: withCookie.cookies })).toBe(0);
  });
});
