import { describe, expect, it } from 'vitest';
import { epochMs } from '../../lambdas/segment/time.ts';
import { explore } from './explore.ts';
import type { Rules } from './rules.ts';
import { rules, timing } from './rules.ts';
import type { Faults } from './state.ts';

const none: Faults = { crashes: 0, delays: 0, silences: 0 };

const kinds: readonly [string, Faults, number][] = [
  ['nothing else fails', none, 5_000],
  ['one worker dies at any of its steps', { ...none, crashes: 1 }, 50_000],
  ['time passes between any two steps', { ...none, delays: 1 }, 25_000],
  ['one answer is lost, or comes while Marketo still works', { ...none, silences: 1 }, 20_000],
];

const patienceMs = 120_000;

describe('with one lead, two events, two dispatchers, any tick lost and a stale index', () => {
  it.each(kinds)(
    'every order of steps keeps the rules of the schedule, where %s',
    (_, faults, least) => {
      const { states, ends, wrong } = explore(faults);
      expect(wrong).toBeUndefined();
      expect(ends).toBeGreaterThan(0);
      expect(states).toBeGreaterThan(least);
    },
    patienceMs,
  );
});

/** What somebody could make of the rules, and what the model says of it. */
const plants: readonly [string, Faults, string, Partial<Rules>][] = [
  [
    'a put without nextAt',
    none,
    'something is pending and has no entry',
    { put: (before, mailbox, now) => rules.put(before, mailbox, now, () => undefined) },
  ],
  [
    'a nextAt before the end of the lock',
    none,
    'it is due before its lock ends',
    {
      put: (before, mailbox, now) =>
        rules.put(before, mailbox, now, () => ({ lane: 'fields', nextAt: epochMs(now) })),
    },
  ],
  [
    'an entry that outlives its content',
    none,
    'an entry outlives its content',
    {
      put: (before, mailbox, now) => {
        const item = rules.put(before, mailbox, now);
        return before?.entry && !item.entry ? { ...item, entry: before.entry } : item;
      },
    },
  ],
  [
    'a nextAt that never comes',
    none,
    'it is due for too long',
    {
      isReady: () => false,
    },
  ],
  ['a lock that nobody asks for', none, 'two calls at once', { isReady: () => true }],
  [
    'a lease that ends with the call',
    { ...none, silences: 1 },
    'two calls too close',
    { leaseMs: timing.callTimeoutMs },
  ],
  [
    'a call that was not answered taken as one that was not sent',
    { ...none, silences: 1 },
    'two calls at once',
    {
      settle: (mailbox, snapshot, heard, at) =>
        rules.settle(mailbox, snapshot, heard === 'nothing' ? 'not sent' : heard, at),
    },
  ],
];

describe('the model finds', () => {
  it.each(plants)(
    '%s',
    (_, faults, what, change) => {
      expect(explore(faults, change).wrong?.what).toBe(what);
    },
    patienceMs,
  );
});
