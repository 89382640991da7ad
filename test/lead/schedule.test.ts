import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyMailbox, hasPending } from '../../lambdas/lead/mailbox.ts';
import { entryOf, isReady, nextAtOf, rested, waitsForLock } from '../../lambdas/lead/schedule.ts';
import type { Mailbox } from '../../lambdas/lead/leadTypes.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { activityAt, at, order } from '../support/mailboxes.ts';

const empty = emptyMailbox('jane@example.com', order(0));
const withField: Mailbox = { ...empty, fields: { Plan: { order: order(0), value: 'pro' } } };
const withCookie: Mailbox = { ...empty, cookies: { token: { order: order(0) } } };
const pending = { m: activityAt(order(0)) };
const withActivity: Mailbox = { ...empty, activities: { pending, done: [] } };
const kinds = [
  ['a field', withField],
  ['a cookie', withCookie],
  ['an activity', withActivity],
] as const;

describe.each(kinds)('the next call of a lead that has %s to tell', (_what, mailbox) => {
  it('is at once where nothing is waited for', () => {
    expect(nextAtOf(mailbox)).toBe(0);
    expect(isReady(mailbox, epochMs(0))).toBe(true);
  });

  it('is when the last of lock and backoff has passed', () => {
    const waits = { lockedUntil: at(10), retryAt: at(20) };
    expect(nextAtOf({ ...mailbox, ...waits })).toBe(at(20));
    expect(nextAtOf({ ...mailbox, ...waits, lockedUntil: at(25) })).toBe(at(25));
    expect(isReady({ ...mailbox, ...waits }, epochMs(at(20) - 1))).toBe(false);
    expect(isReady({ ...mailbox, ...waits }, at(20))).toBe(true);
  });

  it('is held back by the lock until that moment', () => {
    const locked = { ...mailbox, lockedUntil: at(10) };
    expect(waitsForLock(locked, epochMs(at(10) - 1))).toBe(true);
    expect(waitsForLock(locked, at(10))).toBe(false);
    expect(waitsForLock(mailbox, at(0))).toBe(false);
  });
});

describe('the next call of a lead', () => {
  it('does not come where it has nothing to tell, locked or not', () => {
    for (const quiet of [empty, { ...empty, lockedUntil: at(10), retryAt: at(20) }]) {
      expect(nextAtOf(quiet)).toBeUndefined();
      expect(isReady(quiet, at(60))).toBe(false);
      expect(waitsForLock(quiet, at(0))).toBe(false);
      expect(entryOf(quiet, { nextAt: at(5) }, at(60))).toBeUndefined();
    }
  });

  it('waits for the backoff of activities only where it brings nothing else', () => {
    const activities = { pending, done: [], retryAt: at(40) };
    expect(nextAtOf({ ...empty, activities })).toBe(at(40));
    expect(nextAtOf({ ...withCookie, activities, retryAt: at(30) })).toBe(at(30));
    expect(nextAtOf({ ...withField, activities })).toBe(0);
    expect(nextAtOf({ ...empty, activities, lockedUntil: at(50) })).toBe(at(50));
    expect(nextAtOf({ ...empty, activities, retryAt: at(60) })).toBe(at(60));
  });
});

describe('the entry of a lead in the index', () => {
  it('stands in the lane of those with fields, or of the rest', () => {
    expect(entryOf(withField, undefined, at(0))).toEqual({ lane: 'fields', nextAt: at(0) });
    const both = { ...withField, cookies: withCookie.cookies };
    expect(entryOf(both, undefined, at(0))?.lane).toBe('fields');
    expect(entryOf(withCookie, undefined, at(0))).toEqual({ lane: 'rest', nextAt: at(0) });
    expect(entryOf(withActivity, undefined, at(0))?.lane).toBe('rest');
  });

  it('is due from the write on where nothing is waited for', () => {
    expect(entryOf(withField, undefined, at(7))?.nextAt).toBe(at(7));
    expect(entryOf({ ...withField, lockedUntil: at(5) }, undefined, at(7))?.nextAt).toBe(at(7));
  });

  it('keeps its place where the lead was due already, also as it goes to another lane', () => {
    expect(entryOf(withField, { nextAt: at(3) }, at(7))?.nextAt).toBe(at(3));
    const wasRest = entryOf(withCookie, undefined, at(3));
    const both = { ...withField, cookies: withCookie.cookies };
    expect(entryOf(both, wasRest, at(7))).toEqual({ lane: 'fields', nextAt: at(3) });
  });

  it('begins anew after a lock or a backoff that is later than its place', () => {
    const backedOff = { ...withField, retryAt: at(40) };
    expect(entryOf(backedOff, { nextAt: at(3) }, at(7))?.nextAt).toBe(at(40));
    expect(entryOf(backedOff, { nextAt: at(3) }, at(50))?.nextAt).toBe(at(40));
  });

  it('comes forward to now where what it waited for is gone', () => {
    expect(entryOf(withField, { nextAt: at(40) }, at(7))?.nextAt).toBe(at(7));
  });

  const moment = fc.integer({ min: 0, max: 1_000 }).map(at);
  const maybe = fc.option(moment, { nil: undefined });
  const mailbox = fc
    .record({ field: fc.boolean(), cookie: fc.boolean(), activity: fc.boolean() })
    .chain(({ field, cookie, activity }) =>
      fc.record({ lock: maybe, retry: maybe, activities: maybe }).map((waits): Mailbox => ({
        ...empty,
        ...(field && { fields: withField.fields }),
        ...(cookie && { cookies: withCookie.cookies }),
        ...((activity || waits.activities !== undefined) && {
          activities: {
            pending: activity ? pending : {},
            done: [],
            ...(waits.activities !== undefined && { retryAt: waits.activities }),
          },
        }),
        ...(waits.lock !== undefined && { lockedUntil: waits.lock }),
        ...(waits.retry !== undefined && { retryAt: waits.retry }),
      })),
    );

  it('is there if and only if something is pending, and never before lock or backoff', () => {
    fc.assert(
      fc.property(mailbox, maybe, moment, (one, before, now) => {
        const entry = entryOf(one, before && { nextAt: before }, now);
        expect(entry !== undefined).toBe(hasPending(one));
        if (entry === undefined) return;
        expect(entry.nextAt).toBeGreaterThanOrEqual(
          Math.max(one.lockedUntil ?? 0, one.retryAt ?? 0),
        );
        // Nor is it later than it must be: a lead that may go is due.
        expect(entry.nextAt <= now).toBe(isReady(one, now));
      }),
    );
  });

  it('stays the same however often it is written again', () => {
    fc.assert(
      fc.property(mailbox, maybe, moment, fc.nat(100), (one, before, now, later) => {
        const entry = entryOf(one, before && { nextAt: before }, now);
        const again = entryOf(one, entry, epochMs(now + later * 1_000));
        expect(again).toEqual(entry);
      }),
    );
  });
});

describe('a lead that has told everything', () => {
  const waits = { retryAt: at(3_600), lockedUntil: at(32) };

  it('waits no more, and keeps its lock', () => {
    expect(rested({ ...empty, ...waits })).toEqual({ ...empty, lockedUntil: at(32) });
    const next = { ...rested({ ...empty, ...waits }), fields: withField.fields };
    expect(nextAtOf(next)).toBe(at(32));
  });

  it('and one that has not is left as it is', () => {
    const waiting = { ...withField, ...waits };
    expect(rested(waiting)).toBe(waiting);
    const quiet = { ...empty, lockedUntil: at(10) };
    expect(rested(quiet)).toBe(quiet);
  });
});
