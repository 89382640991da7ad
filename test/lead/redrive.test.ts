import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestOf, leadIdOf } from '../../lambdas/digest.ts';
import { failUpdate } from '../../lambdas/lead/failUpdate.ts';
import { keyOf } from '../../lambdas/lead/activities.ts';
import { tooMuch } from '../../lambdas/lead/itemSize.ts';
import { lock } from '../../lambdas/lead/lock.ts';
import { emptyMailbox, hasPending } from '../../lambdas/lead/mailbox.ts';
import { absorbFields, valuesOf } from '../../lambdas/lead/registers.ts';
import { eventsIn, redrive } from '../../lambdas/lead/redrive.ts';
import { settle } from '../../lambdas/lead/settle.ts';
import type { LeadVerdict } from '../../lambdas/lead/settle.ts';
import type { DeadLetter, FieldValue, Incoming, Mailbox } from '../../lambdas/lead/leadTypes.ts';
import { leadLimits, leadTiming } from '../../lambdas/limits.ts';
import { activityAt, at, context, order } from '../support/mailboxes.ts';

const jane = 'jane@example.com';
const lead = leadIdOf(jane);
const empty = emptyMailbox(jane, order(0));

const saying = (
  mailbox: Mailbox,
  seconds: number,
  values: Readonly<Record<string, FieldValue>>,
): Mailbox => absorbing(mailbox, seconds, toldAt(seconds, values));
const toldAt = (seconds: number, values: Readonly<Record<string, FieldValue>>): Incoming[] =>
  Object.entries(values).map(([name, value]) => ({ name, value, order: order(seconds) }));
const absorbing = (mailbox: Mailbox, now: number, incoming: readonly Incoming[]): Mailbox => ({
  ...mailbox,
  fields: absorbFields(mailbox.fields, incoming, context(now)).fields,
});

/** One call for all that waits, and what its answer makes of it. */
const called = (mailbox: Mailbox, now: number, verdict: LeadVerdict) => {
  const { cookies, activities } = mailbox;
  const { mailbox: locked, snapshot } = lock(mailbox, {
    owner: `call ${now}`,
    lockedUntil: at(now + 132),
    ...(cookies.c && cookies.c.aside === undefined && { cookie: 'c' }),
    ...(activities && { activities: Object.values(activities.pending) }),
  });
  const settled = settle(locked, snapshot, verdict, {
    lead,
    now: at(now),
    callSize: 1,
    random: 0.5,
    digestOf,
    doneActivities: 500,
    timing: leadTiming,
  });
  if (!settled) throw new Error('not the owner');
  return settled;
};
const deadOf = (settled: ReturnType<typeof called>): DeadLetter => {
  const dead = settled.dead ?? settled.refused?.[0];
  if (!dead) throw new Error('no dead letter');
  return dead;
};
const revived = (mailbox: Mailbox, deadLetter: DeadLetter, now = 100, mark = 'mark') => {
  const revival = redrive(mailbox, deadLetter, mark, { ...context(now), limits: leadLimits });
  if (!revival) throw new Error('no room');
  return revival;
};
/** Without when it was sent: a value that counted as unchanged is sent once more after a refusal. */
const knownOf = (mailbox: Mailbox): unknown =>
  Object.entries(mailbox.fields)
    .map(([name, field]) => [name, field.order, field.value, field.digest, field.aside])
    .sort();

const refusedField: LeadVerdict = {
  kind: 'field-refused',
  because: 'no such field',
  fields: ['Plan'],
  unknown: false,
};
const refusedLead: LeadVerdict = {
  kind: 'refused',
  because: 'bad lead',
  own: true,
  isOfLead: true,
};
const verdict = fc.constantFrom(refusedField, refusedLead);

const name = fc.constantFrom('Plan', 'Logins', '__proto__');
const value = fc.constantFrom('a', 'b', 1, null);
const place = fc.nat(9);
/** One event gives one field one value, so order and name decide the value. */
const events: fc.Arbitrary<Incoming[]> = fc
  .uniqueArray(fc.record({ name, place, value }), {
    selector: (one) => `${one.name}${one.place}`,
    maxLength: 6,
  })
  .map((all) => all.map((one) => ({ name: one.name, value: one.value, order: order(one.place) })));

describe('a dead letter that goes back', () => {
  it('and is then synced leaves the mailbox as if nothing had been refused', () => {
    fc.assert(
      fc.property(events, events, verdict, (before, after, verdict) => {
        const later = after.map((one) => ({ ...one, order: order(10, 0, one.order) }));
        const first = absorbing(saying(empty, 0, { Plan: 'first' }), 0, before);
        const cookies = { c: { order: order(0) } };
        const settled = called({ ...first, cookies }, 20, verdict);
        const meanwhile = absorbing(settled.mailbox, 60, later);
        const back = revived(meanwhile, deadOf(settled)).mailbox;
        const synced = called(back, 200, { kind: 'synced' }).mailbox;
        const never = called({ ...absorbing(first, 60, later), cookies }, 200, { kind: 'synced' });
        expect(knownOf(synced)).toEqual(knownOf(never.mailbox));
        expect(synced.cookies).toEqual(never.mailbox.cookies);
        expect(hasPending(synced)).toBe(false);
      }),
    );
  });

  it('never beats a newer event, whatever the mailbox knows', () => {
    fc.assert(
      fc.property(events, fc.nat(63), fc.nat(63), fc.boolean(), (all, some, others, isSent) => {
        const subset = (bits: number) => all.filter((_, at) => ((bits >> at) & 1) === 1);
        const [present, told] = [subset(some), subset(others)];
        const held = absorbing(empty, 50, present);
        const mailbox = isSent ? called(held, 60, { kind: 'synced' }).mailbox : held;
        const deadLetter: DeadLetter = { because: tooMuch, lead, fields: told };
        const { mailbox: after } = revived(mailbox, deadLetter);
        for (const [field, register] of Object.entries(after.fields)) {
          const said = [...present, ...told].filter((one) => one.name === field);
          const last = said.reduce((a, b) => (a.order >= b.order ? a : b));
          expect(register.order).toBe(last.order);
          const has = register.value === undefined ? register.digest : digestOf(register.value);
          expect(has).toBe(digestOf(last.value));
        }
      }),
    );
  });

  it('ends with the last word of every field, in whatever order letters and events come', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('event' as const), name, value, place }),
      fc.record({ kind: fc.constant('call' as const), verdict }),
      fc.record({ kind: fc.constant('revive' as const), which: fc.nat(5) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        let mailbox: Mailbox = empty;
        const said = new Map<string, Incoming>();
        const letters: { letter: DeadLetter; mark: string }[] = [];
        const goBack = ({ letter: deadLetter, mark }: (typeof letters)[number]): void => {
          mailbox = revived(mailbox, deadLetter, 1_000, mark).mailbox;
        };
        steps.forEach((one, index) => {
          const now = 100 + index;
          if (one.kind === 'event') {
            const place = order(one.place, index, String(index));
            const incoming = { name: one.name, value: one.value, order: place };
            mailbox = absorbing(mailbox, now, [incoming]);
            const before = said.get(one.name);
            if (!before || before.order < place) said.set(one.name, incoming);
          } else if (one.kind === 'call') {
            if (valuesOf(mailbox.fields).length === 0) return;
            const settled = called(mailbox, now, one.verdict);
            ({ mailbox } = settled);
            if (settled.dead) letters.push({ letter: settled.dead, mark: String(index) });
          } else {
            const [deadLetter] = letters.splice(one.which, 1);
            if (deadLetter) goBack(deadLetter);
          }
        });
        letters.forEach(goBack);
        if (hasPending(mailbox)) mailbox = called(mailbox, 2_000, { kind: 'synced' }).mailbox;
        for (const [field, last] of said) {
          const register = new Map(Object.entries(mailbox.fields)).get(field);
          expect(register?.order, field).toBe(last.order);
          expect(register?.digest, field).toBe(digestOf(last.value));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('a second time changes nothing, synced or not', () => {
    const settled = called(saying(empty, 0, { Plan: 'pro' }), 20, refusedField);
    const once = revived(settled.mailbox, deadOf(settled)).mailbox;
    expect(revived(once, deadOf(settled))).toMatchObject({ mailbox: once, isAgain: true });
    const synced = called(once, 200, { kind: 'synced' }).mailbox;
    expect(revived(synced, deadOf(settled)).mailbox).toBe(synced);
  });

  it('is known again as one of the latest twenty', () => {
    const deadLetter: DeadLetter = { because: 'x', lead, fields: [] };
    let mailbox: Mailbox = empty;
    for (let n = 0; n < 25; n += 1) mailbox = revived(mailbox, deadLetter, 100, String(n)).mailbox;
    expect(mailbox.revived).toEqual(Array.from({ length: 20 }, (_, n) => String(n + 5)));
  });
});

describe('a value that goes back', () => {
  const settled = called(saying(empty, 0, { Plan: 'pro', Logins: 1 }), 20, refusedField);
  const dead = deadOf(settled);

  it('waits under its old order key, and nothing stands against it', () => {
    const { mailbox, back } = revived(settled.mailbox, dead);
    expect(mailbox.fields.Plan).toEqual({ order: order(0), value: 'pro' });
    expect(back).toEqual(dead.fields);
  });

  it('is superseded by a later event, and may come again all the same', () => {
    const { mailbox, back, superseded } = revived(
      saying(settled.mailbox, 30, { Plan: 'basic' }),
      dead,
    );
    expect(mailbox.fields.Plan).toEqual({ order: order(30), value: 'basic' });
    expect([back, superseded]).toEqual([[], dead.fields]);
    expect(saying(mailbox, 40, { Plan: 'pro' }).fields.Plan?.value).toBe('pro');
  });

  it('that a later event repeated while it was refused waits at the later place', () => {
    const again = saying(settled.mailbox, 30, { Plan: 'pro' });
    expect(again.fields.Plan?.value).toBeUndefined();
    const { mailbox, back } = revived(again, dead);
    expect(mailbox.fields.Plan).toEqual({ order: order(30), value: 'pro' });
    expect(back).toHaveLength(1);
  });

  it('that Marketo got meanwhile is not sent again', () => {
    const plan = { Plan: 'pro' };
    const sent = called(saying(empty, 30, plan), 40, { kind: 'synced' }).mailbox;
    const { mailbox, back, known } = revived(sent, {
      because: tooMuch,
      lead,
      fields: toldAt(35, plan),
    });
    expect([back, known]).toEqual([[], 1]);
    expect(hasPending(mailbox)).toBe(false);
  });

  it('is the same as ever where it waits already', () => {
    const waiting = saying(empty, 0, { Plan: 'pro' });
    const { mailbox, back } = revived(waiting, dead);
    expect(mailbox.fields).toEqual(waiting.fields);
    expect(back).toHaveLength(1);
  });

  it('finds no room in a mailbox that is full', () => {
    const fields = Object.fromEntries(
      Array.from({ length: leadLimits.fields }, (_, n) => [`F${n}`, n]),
    );
    const deadLetter: DeadLetter = { because: tooMuch, lead, fields: toldAt(1, { Other: 1 }) };
    const full = saying(empty, 0, fields);
    expect(redrive(full, deadLetter, 'mark', { ...context(), limits: leadLimits })).toBeUndefined();
  });

  it('of an update that failed goes with all the others of it', () => {
    const update = saying(empty, 0, { Plan: 'pro', Pants: 'blue' });
    const failed = failUpdate(update, ['Pants']);
    const { mailbox } = revived(failed.mailbox, { ...failed.dead, lead });
    expect(mailbox.fields).toEqual(update.fields);
  });
});

describe('an activity that goes back', () => {
  const order7 = activityAt(order(1), '7');
  const withBox = (done: readonly string[] = []): Mailbox => ({
    ...empty,
    marketoId: 42,
    activities: { pending: { [keyOf(order7)]: { ...order7, attempts: 3 } }, done },
  });
  const refused = called(withBox(), 20, {
    kind: 'synced',
    activities: [{ kind: 'refused', because: 'no such type' }],
  });

  it('waits again with all its tries, though its message counted as done', () => {
    expect(refused.mailbox.activities?.done).toEqual([keyOf(order7)]);
    const { mailbox, backActivities } = revived(refused.mailbox, deadOf(refused));
    expect(mailbox.activities).toMatchObject({ pending: { [keyOf(order7)]: order7 }, done: [] });
    expect(backActivities).toEqual([order7]);
  });

  it('does not go twice where it went back and was added before', () => {
    const once = revived(refused.mailbox, deadOf(refused)).mailbox;
    const added = called(once, 60, { kind: 'synced', activities: [{ kind: 'added' }] }).mailbox;
    expect(revived(added, deadOf(refused)).mailbox).toBe(added);
  });

  it('for want of room stays done, where its event came again and found some', () => {
    const deadLetter: DeadLetter = { because: tooMuch, lead, fields: [], activities: [order7] };
    const done: Mailbox = { ...empty, activities: { pending: {}, done: [keyOf(order7)] } };
    const { mailbox, known } = revived(done, deadLetter);
    expect([mailbox.activities, known]).toEqual([done.activities, 1]);
    expect(revived(empty, deadLetter).mailbox.activities?.pending).toEqual({
      [keyOf(order7)]: order7,
    });
  });
});

it('a dead letter is taken apart into its events, in their order', () => {
  const deadLetter: DeadLetter = {
    because: 'x',
    fields: [...toldAt(5, { Plan: 'b' }), ...toldAt(2, { Logins: 1 }), ...toldAt(5, { Age: 3 })],
    activities: [activityAt(order(3)), activityAt(order(5))],
  };
  expect(eventsIn(deadLetter)).toEqual([
    { order: order(2), incoming: toldAt(2, { Logins: 1 }) },
    { order: order(3), incoming: [], activity: activityAt(order(3)) },
    { order: order(5), incoming: toldAt(5, { Plan: 'b', Age: 3 }), activity: activityAt(order(5)) },
  ]);
});
