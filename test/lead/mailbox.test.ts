import { describe, expect, it } from 'vitest';
import {
  emptyMailbox,
  hasWaited,
  needAt,
  pendingCookie,
  rested,
  visitorCookie,
  waitingUntil,
} from '../../lambdas/lead/mailbox.ts';
import type { Mailbox } from '../../lambdas/lead/types.ts';
import { orderOf } from '../../lambdas/segment/order.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { activityAt, at, order } from '../support/mailboxes.ts';

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

describe('the earliest next call', () => {
  const activities = { pending: { m: activityAt(order(0)) }, done: [], notBefore: at(40) };

  it('is when the last of what the lead waits for has passed', () => {
    const waits = { lockedUntil: at(10), notBefore: at(20), extrasNotBefore: at(30), activities };
    expect(needAt({ ...empty, ...waits })).toBe(at(40));
    expect(needAt({ ...withCookie, ...waits })).toBe(at(30));
    expect(needAt({ ...withField, ...waits })).toBe(at(20));
    expect(needAt({ ...withField, ...waits, lockedUntil: at(25) })).toBe(at(25));
    expect(needAt({ ...empty, ...waits, lockedUntil: at(50) })).toBe(at(50));
  });

  it('is at once where nothing is waited for, and never where nothing is to be said', () => {
    expect(needAt(withCookie)).toBe(0);
    expect(needAt({ ...empty, activities: { pending: activities.pending, done: [] } })).toBe(0);
    expect(needAt({ ...empty, lockedUntil: at(10) })).toBeUndefined();
  });
});

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
    const later = { order: orderOf(far, far, 0, 'm'), derived: true as const };
    expect(visitorCookie({ a: early, later })).toBe('a');
    expect(visitorCookie({ later, z: { order: later.order } })).toBe('z');
    const first = { order: orderOf(epochMs(0), epochMs(0), 0, 'm') };
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

it('a lead that waited for its lock alone has waited for nothing', () => {
  expect(hasWaited({ ...withField, lockedUntil: at(10) })).toBe(false);
  expect(hasWaited({ ...withField, notBefore: at(10) })).toBe(true);
  expect(hasWaited({ ...withField, extrasNotBefore: at(10) })).toBe(true);
  const quiet = { ...empty, lockedUntil: at(10) };
  expect(rested(quiet)).toBe(quiet);
});
