import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyIdOf, leadIdOf } from '../../lambdas/digest.ts';
import type { NormalizedEvent, States } from '../../lambdas/lead/absorb.ts';
import { absorb, takeOver } from '../../lambdas/lead/absorb.ts';
import {
  absorbActivities,
  hasActivities,
  inOrder,
  keyOf,
  readyActivities,
  withActivities,
} from '../../lambdas/lead/activities.ts';
import { partsOf, messagesIn } from '../../lambdas/lead/deadLetterParts.ts';
import { emptied, emptyKey, expireHeld, hasHeld } from '../../lambdas/lead/keys.ts';
import { bytesOf, tooMuch } from '../../lambdas/lead/itemSize.ts';
import { emptyMailbox, hasPending } from '../../lambdas/lead/mailbox.ts';
import { nextAtOf } from '../../lambdas/lead/schedule.ts';
import type { Activities, Activity, ActivityBox } from '../../lambdas/lead/leadTypes.ts';
import { leadLimits } from '../../lambdas/limits.ts';
import { activityAt, normalized, at, context, noStates, order } from '../support/mailboxes.ts';

const holds = { holdMs: 60_000, endedHoldKeepMs: 90_000 };

const jane = 'jane@example.com';
const all = (normalizedEvents: readonly NormalizedEvent[], states: States = noStates) =>
  absorb(states, normalizedEvents, context(100));
const boxOf = (states: States, email = jane) => states.leads.get(leadIdOf(email))?.activities;
const waiting = (states: States, email = jane) =>
  Object.values(boxOf(states, email)?.pending ?? {})
    .map(({ primary }) => primary)
    .sort();

/** Copies of one message may have come at different times, and say the same. */
const some: fc.Arbitrary<Activity[]> = fc.array(
  fc
    .tuple(fc.nat(9), fc.nat(5))
    .map(([message, seconds]) =>
      activityAt(order(seconds, 0, `message-${message}`), `p${message}`),
    ),
  { maxLength: 12 },
);
const ranks = fc.array(fc.nat(), { minLength: 12, maxLength: 12 });
const shuffledBy = <T>(list: readonly T[], by: readonly number[]): T[] =>
  list
    .map((one, index) => ({ one, rank: by[index] ?? 0 }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ one }) => one);
const plain = (activities: Activities) =>
  Object.entries(activities).sort(([a], [b]) => (a < b ? -1 : 1));
const doneOf = (activities: readonly Activity[]) => activities.map(keyOf);

describe('absorbing activities', () => {
  it('is commutative and associative: order and batches do not matter', () => {
    fc.assert(
      fc.property(some, some, some, ranks, fc.nat(12), (before, incoming, ended, by, cut) => {
        const done = doneOf(ended);
        const start = absorbActivities({}, before, done).pending;
        const straight = absorbActivities(start, incoming, done).pending;
        const mixed = shuffledBy(incoming, by);
        const first = absorbActivities(start, mixed.slice(0, cut), done).pending;
        const batched = absorbActivities(first, mixed.slice(cut), done).pending;
        expect(plain(batched)).toEqual(plain(straight));
      }),
    );
  });

  it('is idempotent: what comes twice changes nothing', () => {
    fc.assert(
      fc.property(some, some, (incoming, ended) => {
        const once = absorbActivities({}, incoming, doneOf(ended)).pending;
        expect(absorbActivities(once, incoming, doneOf(ended)).pending).toEqual(once);
      }),
    );
  });

  it('keeps one activity a message, the earliest copy, and none that is done', () => {
    fc.assert(
      fc.property(some, some, (incoming, ended) => {
        const { pending } = absorbActivities({}, incoming, doneOf(ended));
        const done = new Set(doneOf(ended));
        const expected = new Map<string, string>();
        for (const one of incoming) {
          const known = expected.get(keyOf(one));
          if (!done.has(keyOf(one)) && (known === undefined || one.order < known))
            expected.set(keyOf(one), one.order);
        }
        expect(new Map(plain(pending).map(([key, { order: of }]) => [key, of]))).toEqual(
          new Map([...expected].sort(([a], [b]) => (a < b ? -1 : 1))),
        );
      }),
    );
  });

  it('keeps the tries of an activity whose earlier copy comes', () => {
    const late = { ...activityAt(order(5)), attempts: 2 };
    const early = activityAt(order(1));
    const { pending } = absorbActivities({ [keyOf(late)]: late }, [early]);
    expect(pending[keyOf(early)]).toEqual({ ...early, attempts: 2 });
    const untried = absorbActivities({ [keyOf(early)]: activityAt(order(5)) }, [early]).pending;
    expect(untried[keyOf(early)]).not.toHaveProperty('attempts');
    const known = { [keyOf(late)]: late };
    expect(absorbActivities(known, [activityAt(order(5))])).toEqual({
      pending: known,
      outcomes: ['absorbed'],
      added: [],
    });
  });
});

describe('an event with an activity', () => {
  const track = (seconds: number, primary: string, keys: object = { email: jane }) =>
    normalized(seconds, { ...keys, activity: primary });

  it('lets it wait at its lead, with the fields of other events', () => {
    const { states, absorbed } = all([
      normalized(1, { email: jane, fields: { Plan: 'pro' } }),
      track(2, 'a'),
      track(3, 'b'),
    ]);
    expect(waiting(states)).toEqual(['a', 'b']);
    expect(absorbed.map(({ activity }) => activity)).toEqual([undefined, 'absorbed', 'absorbed']);
  });

  it('that nobody’s e-mail is known for is held, and moves with the held fields', () => {
    const held = all([
      normalized(1, { userId: 'u', fields: { Plan: 'pro' } }),
      track(2, 'a', { userId: 'u' }),
    ]);
    expect(held.absorbed[1]).toMatchObject({
      heldAt: keyIdOf('userId', 'u'),
      activity: 'absorbed',
    });
    const { states, absorbed } = all([normalized(3, { email: jane, userId: 'u' })], held.states);
    expect(waiting(states)).toEqual(['a']);
    expect(absorbed[0]?.movedActivities.map(({ primary }) => primary)).toEqual(['a']);
    expect(hasHeld(states.keys.get(keyIdOf('userId', 'u')) ?? emptyKey)).toBe(false);
    expect(states.leads.get(leadIdOf(jane))?.fields.Plan?.value).toBe('pro');
  });

  it('is held where only a property hints at a person who is no lead yet', () => {
    const hinting = track(1, 'a', { anonymousId: 'd', hint: jane });
    const stranger = all([hinting]);
    expect(stranger.absorbed[0]?.heldAt).toBe(keyIdOf('anonymousId', 'd'));
    expect(stranger.states.leads.size).toBe(0);
    const known = all([normalized(0, { email: jane })]).states;
    expect(waiting(all([hinting], known).states)).toEqual(['a']);
  });

  it('end alike in any order, in any batches, and however often they come', () => {
    const keys = fc.constantFrom({ userId: 'u' }, { userId: 'u', email: jane }, { email: jane });
    const event = fc
      .tuple(fc.nat(9), keys)
      .map(([seconds, carrying]) => track(seconds, `p${seconds}`, carrying));
    const events = fc.uniqueArray(event, { selector: ({ order: of }) => of, maxLength: 8 });
    const naming = normalized(50, { email: jane, userId: 'u' });
    fc.assert(
      fc.property(events, ranks, fc.nat(8), (list, by, cut) => {
        const expected = waiting(all([...list, naming]).states);
        const mixed = shuffledBy(list, by);
        const first = all(mixed.slice(0, cut)).states;
        const then = all([naming, ...mixed.slice(cut)], first).states;
        expect(waiting(then)).toEqual(expected);
        expect(waiting(all(mixed, then).states)).toEqual(expected);
      }),
    );
  });

  it('that is done is unchanged when it comes again, as what was held for long may', () => {
    const event = track(1, 'a');
    const { states } = all([event]);
    const mailbox = states.leads.get(leadIdOf(jane));
    if (!mailbox || !event.activity) throw new Error('not absorbed');
    const activities: ActivityBox = { pending: {}, done: [keyOf(event.activity)] };
    const sent: States = {
      ...states,
      leads: new Map([[leadIdOf(jane), { ...mailbox, activities }]]),
    };
    const again = all([event], sent);
    expect(again.absorbed[0]?.activity).toBe('unchanged');
    expect(again.states).toEqual(sent);
  });
});

describe('the bounds of a mailbox', () => {
  const small = (more: object = {}) =>
    context(100, {
      limits: { fields: 3, cookies: 2, activities: 2, itemBytes: 10_000, ...more },
    });
  const full = all([1, 2].map((n) => normalized(n, { email: jane, activity: `p${n}` }))).states;

  it('refuse an activity that is too many, with a dead letter', () => {
    const { states, absorbed } = absorb(
      full,
      [normalized(3, { email: jane, activity: 'p3' })],
      small(),
    );
    expect(absorbed[0]?.dead).toMatchObject({
      because: tooMuch,
      lead: leadIdOf(jane),
      fields: [],
      activities: [{ primary: 'p3' }],
    });
    expect(waiting(states)).toEqual(['p1', 'p2']);
  });

  it('give up no field for an activity', () => {
    const held = all(
      [
        normalized(3, { userId: 'u', activity: 'p3' }),
        normalized(4, { userId: 'u', fields: { A: 1 } }),
      ],
      full,
    ).states;
    const naming = normalized(5, { userId: 'u', email: jane, fields: { B: 2 } });
    const { states, absorbed } = absorb(held, [naming], small());
    expect(absorbed[0]?.dead).toMatchObject({ fields: [], activities: [{ primary: 'p3' }] });
    const fields = states.leads.get(leadIdOf(jane))?.fields;
    expect([fields?.A?.value, fields?.B?.value]).toEqual([1, 2]);
  });

  it('hold for activities that are held, too', () => {
    const events = [1, 2, 3].map((n) => normalized(n, { userId: 'u', activity: `p${n}` }));
    const { absorbed } = absorb(noStates, events, small());
    expect(absorbed.map(({ dead }) => dead?.activities?.length)).toEqual([undefined, undefined, 1]);
  });

  it('forget what is done only when nothing else is left to forget', () => {
    const done = Array.from({ length: 300 }, (_, index) => `message-${index}`);
    const sent = { order: order(0), digest: 'd'.repeat(40), sentAt: at(0) };
    const fields = Object.fromEntries(['A', 'B', 'C'].map((name) => [name, sent]));
    const mailbox = {
      ...emptyMailbox(jane, order(0)),
      fields,
      activities: { pending: {}, done },
    };
    const states: States = { leads: new Map([[leadIdOf(jane), mailbox]]), keys: new Map() };
    const next = normalized(1, { email: jane, activity: 'a' });
    const after = (itemBytes: number) =>
      absorb(states, [next], small({ itemBytes })).states.leads.get(leadIdOf(jane));
    const whole = bytesOf(after(10_000));
    expect(Object.keys(after(whole - 1)?.fields ?? {})).toEqual([]);
    expect(after(whole - 1)?.activities?.done).toHaveLength(300);
    expect(after(1_000)?.activities?.done).toEqual([]);
    expect(Object.keys(after(1_000)?.activities?.pending ?? {})).toHaveLength(1);
  });

  it('leave room for as many activities as they allow', () => {
    const events = Array.from({ length: leadLimits.activities }, (_, n) =>
      normalized(n, { email: jane, activity: `order-${n}` }),
    );
    const { states, absorbed } = all(events);
    expect(absorbed.some(({ dead }) => dead !== undefined)).toBe(false);
    expect(waiting(states)).toHaveLength(1_000);
  });
});

describe('a held activity', () => {
  const key = keyIdOf('userId', 'u');
  const item =
    all([normalized(1, { userId: 'u', activity: 'a' })]).states.keys.get(key) ?? emptyKey;

  it('becomes a dead letter when its time ends, not before', () => {
    expect(expireHeld(item, key, at(100 + 59), holds)).toBeUndefined();
    const expired = expireHeld(item, key, at(100 + 60), holds);
    expect(expired?.dead).toMatchObject({ key, fields: [], activities: [{ primary: 'a' }] });
    expect(expired && hasHeld(expired.key)).toBe(false);
  });

  it('is moved by whoever finds the move half done, any number of times', () => {
    const once = takeOver(
      leadIdOf(jane),
      emptyMailbox(jane, order(0)),
      item,
      context(100),
    )?.mailbox;
    expect(Object.values(once?.activities?.pending ?? {})).toMatchObject([{ primary: 'a' }]);
    expect(once && takeOver(leadIdOf(jane), once, item, context(100))?.mailbox).toEqual(once);
    const done = Object.keys(once?.activities?.pending ?? {});
    const sent = { ...emptyMailbox(jane, order(0)), activities: { pending: {}, done } };
    expect(takeOver(leadIdOf(jane), sent, item, context(100))?.mailbox).toEqual(sent);
    expect(hasHeld(emptied(item))).toBe(false);
  });
});

describe('a mailbox with activities', () => {
  const withBox = (more: Partial<ActivityBox>) => ({
    ...emptyMailbox(jane, order(0)),
    activities: { pending: { m: activityAt(order(1)) }, done: [], ...more },
  });

  it('has something pending, and needs a call as soon as it may', () => {
    expect(hasPending(withBox({}))).toBe(true);
    expect(nextAtOf({ ...withBox({}), lockedUntil: at(30) })).toBe(at(30));
    expect(hasPending(withBox({ pending: {}, done: ['m'] }))).toBe(false);
    expect(nextAtOf(withBox({ pending: {} }))).toBeUndefined();
  });

  it('waits for their backoff, but its fields do not', () => {
    const waits = withBox({ retryAt: at(60) });
    expect(nextAtOf(waits)).toBe(at(60));
    const fields = { Plan: { order: order(0), value: 'pro' } };
    expect(nextAtOf({ ...waits, fields })).toBe(0);
    expect(readyActivities(waits, at(59)).ready).toEqual([]);
    expect(readyActivities(waits, at(60)).ready).toHaveLength(1);
  });

  it('has any at all, or stays as it is', () => {
    const empty = emptyMailbox(jane, order(0));
    expect(withActivities(empty, {})).toBe(empty);
    const pending = { m: activityAt(order(1)) };
    expect(withActivities(empty, pending).activities).toEqual({ pending, done: [] });
    const tired = withBox({ done: ['d'], attempts: 2, retryAt: at(9) });
    expect(withActivities(tired, {}).activities).toEqual({ ...tired.activities, pending: {} });
    expect([hasActivities(undefined), hasActivities({}), hasActivities(pending)]).toEqual([
      false,
      false,
      true,
    ]);
  });

  it('may take them along at any time where no time is asked for', () => {
    const waits = withBox({ retryAt: at(60) });
    expect(readyActivities(waits, undefined).ready).toHaveLength(1);
    expect(readyActivities(withBox({}), at(0))).toEqual({ ready: [activityAt(order(1))] });
    expect(readyActivities(emptyMailbox(jane, order(0)), at(0))).toEqual({ ready: [] });
    expect(readyActivities(withBox({}), at(0))).not.toHaveProperty('most');
    expect(inOrder(undefined)).toEqual([]);
    const [first, second, third] = [1, 2, 3].map((n) => activityAt(order(n))) as [
      Activity,
      Activity,
      Activity,
    ];
    for (const [x, y, z] of [
      [first, second, third],
      [third, second, first],
      [second, third, first],
    ] as const)
      expect(inOrder({ x, y, z })).toEqual([first, second, third]);
  });

  it('sends the earliest first, and last those that failed', () => {
    const pending = {
      a: { ...activityAt(order(1), 'failed'), attempts: 1 },
      b: activityAt(order(3), 'late'),
      c: activityAt(order(2), 'early'),
    };
    const { ready, most } = readyActivities(withBox({ pending, most: 2 }), at(0));
    expect(ready.map(({ primary }) => primary)).toEqual(['early', 'late', 'failed']);
    expect(most).toBe(2);
  });
});

describe('a dead letter', () => {
  it('with many activities is written in parts that fit, none of them lost', () => {
    const activities = Array.from({ length: 20 }, (_, n) =>
      activityAt(order(n, 0, `m${n}`), 'x'.repeat(100)),
    );
    const fields = [{ name: 'Plan', value: 'pro', order: order(0, 0, 'm0') }];
    const deadLetter = { because: 'x', lead: leadIdOf(jane), fields, activities };
    const parts = partsOf(deadLetter, 1_000);
    expect(parts.length).toBeGreaterThan(2);
    for (const part of parts) expect(bytesOf(part)).toBeLessThanOrEqual(1_300);
    expect(parts.flatMap((part) => part.fields)).toEqual(fields);
    expect(parts.flatMap((part) => part.activities ?? [])).toEqual(activities);
    expect(parts.every((part) => part.lead === leadIdOf(jane) && !('key' in part))).toBe(true);
    expect(messagesIn(deadLetter)).toHaveLength(20);
  });

  it('that fits stays one, with the lead or the key that it is of', () => {
    const field = { name: 'Plan', value: 'pro', order: order(0, 0, 'm0') };
    const deadLetter = { because: 'x', key: keyIdOf('userId', 'u'), fields: [field, field] };
    expect(partsOf(deadLetter, 10_000)).toStrictEqual([deadLetter]);
    expect(partsOf({ because: 'x', fields: [] }, 10_000)).toEqual([{ because: 'x', fields: [] }]);
    expect(messagesIn(deadLetter)).toEqual([keyOf(activityAt(order(0, 0, 'm0')))]);
  });

  it('is parted only where the next piece would be too much', () => {
    const field = { name: 'Plan', value: 'pro', order: order(0) };
    const bytes = bytesOf({ field });
    const deadLetter = { because: 'x', fields: [field, field, field, field] };
    const partedAt = (itemBytes: number) =>
      partsOf(deadLetter, itemBytes).map((part) => part.fields.length);
    expect(partedAt(2 * bytes)).toEqual([2, 2]);
    expect(partedAt(2 * bytes - 1)).toEqual([1, 1, 1, 1]);
    expect(partedAt(3 * bytes)).toEqual([3, 1]);
    // A piece that is too large by itself has a part of its own, and no empty one before it.
    expect(partedAt(1)).toEqual([1, 1, 1, 1]);
  });
});
