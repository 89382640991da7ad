import { describe, expect, it } from 'vitest';
import { emptyMailbox, pendingCookie, visitorCookie } from '../../lambdas/lead/mailbox.ts';
import { sequenceKeyOf } from '../../lambdas/segment/order.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { order } from '../support/mailboxes.ts';

const empty = emptyMailbox('jane@example.com', order(0));

describe('the cookie', () => {
  const cookies = {
    'z-early': { order: order(1) },
    'a-late': { order: order(2) },
    'z-derived': { order: order(3), derived: true },
  } as const;
  const { 'z-early': early, 'a-late': late, 'z-derived': derived } = cookies;

  it('of a visitor is the latest, a real one before a derived one', () => {
    expect(visitorCookie(cookies)).toBe('a-late');
    expect(visitorCookie({ 'a-late': late, 'z-early': early })).toBe('a-late');
    expect(visitorCookie({ 'z-derived': derived, 'a-early': early })).toBe('a-early');
    expect(visitorCookie({ 'z-derived': derived })).toBe('z-derived');
    expect(visitorCookie({ b: early, a: early })).toBe('b');
    expect(visitorCookie({ a: early, b: early })).toBe('b');
    expect(visitorCookie({})).toBeUndefined();
  });

  it('of a visitor is a real one in any year', () => {
    const far = epochMs(Date.UTC(2200, 0, 1));
    const later = { order: sequenceKeyOf(far, far, 0, 'm'), derived: true as const };
    expect(visitorCookie({ a: early, later })).toBe('a');
    expect(visitorCookie({ later, z: { order: later.order } })).toBe('z');
    const first = { order: sequenceKeyOf(epochMs(0), epochMs(0), 0, 'm') };
    expect(visitorCookie({ a: first, z: derived })).toBe('a');
    expect(visitorCookie({ soon: derived, z: { order: later.order } })).toBe('z');
  });

  it('that goes next is the latest of those that Marketo was not told of', () => {
    const told = { ...cookies, 'a-late': { ...late, associated: true as const } };
    expect(pendingCookie({ ...empty, cookies: told })).toBe('z-early');
    const refused = { ...told, 'z-early': { ...early, aside: 'refused' } };
    expect(pendingCookie({ ...empty, cookies: refused })).toBe('z-derived');
  });
});
