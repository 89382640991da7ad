import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyIdOf, leadIdOf } from '../../lambdas/digest.ts';
import type { NormalizedEvent, States } from '../../lambdas/lead/absorb.ts';
import { absorb, takeOver } from '../../lambdas/lead/absorb.ts';
import { eraseKey, eraseLead } from '../../lambdas/lead/erasure.ts';
import { hasHeld } from '../../lambdas/lead/keys.ts';
import { bytesOf } from '../../lambdas/lead/itemSize.ts';
import { lock } from '../../lambdas/lead/lock.ts';
import { hasPending, isBlank, opened } from '../../lambdas/lead/mailbox.ts';
import { withoutMarketoState } from '../../lambdas/lead/sentContent.ts';
import { settle } from '../../lambdas/lead/settle.ts';
import type { Mailbox } from '../../lambdas/lead/leadTypes.ts';
import { leadLimits, leadTiming } from '../../lambdas/limits.ts';
import { digestOf } from '../../lambdas/digest.ts';
import { normalized, at, context, noStates, order } from '../support/mailboxes.ts';

const [jane, joe] = ['jane@example.com', 'joe@example.com'] as const;
const lead = leadIdOf(jane);
const absorbAll = (normalizedEvents: readonly NormalizedEvent[], states: States = noStates) =>
  absorb(states, normalizedEvents, context(100));
const leadIn = (states: States, email: string = jane): Mailbox => {
  const mailbox = states.leads.get(leadIdOf(email));
  if (!mailbox) throw new Error('no such lead');
  return mailbox;
};

type Keys = Partial<Record<'userId' | 'anonymousId' | 'cookie' | 'email', string>>;
const all: Keys = { userId: 'u', anonymousId: 'a', cookie: 'c', email: jane };
const someKeys: fc.Arbitrary<Keys> = fc
  .subarray(Object.entries(all), { minLength: 1 })
  .map((entries) => Object.fromEntries(entries) as Keys);

interface Step {
  readonly keys: Keys;
  readonly isRefusal: boolean;
  readonly does: 'says' | 'acts';
}

const step: fc.Arbitrary<Step> = fc.record({
  keys: someKeys,
  isRefusal: fc.boolean(),
  does: fc.constantFrom('says', 'acts'),
});

/** The event at this second of a person's life. */
const eventOf = ({ keys, isRefusal, does }: Step, second: number): NormalizedEvent => {
  if (isRefusal) return normalized(second, { ...keys, withdrawal: true });
  const text = `v${second}`;
  return normalized(second, {
    ...keys,
    ...(does === 'says' ? { fields: { Plan: text } } : { activity: text }),
  });
};

describe('consent that is withdrawn', () => {
  it('keeps back exactly what is older, in whatever order all of it arrives', () => {
    let kept = 0;
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 7 }).chain((life) => {
          const events = life.map((one, second) => ({ one, event: eventOf(one, second) }));
          const arriving = fc.shuffledSubarray(events, {
            minLength: events.length,
            maxLength: events.length,
          });
          return fc.tuple(fc.constant(events), arriving, fc.array(fc.nat(6), { maxLength: 3 }));
        }),
        ([events, arriving, again]) => {
          const twice = again.flatMap((index) => arriving[index % arriving.length] ?? []);
          // In the end all keys are known to be one person's.
          const end = normalized(50, all);
          const states = [...arriving, ...twice].reduce(
            (before, { event }) => absorbAll([event], before).states,
            noStates,
          );
          const mailbox = leadIn(absorbAll([end], states).states);
          const refusals = events.flatMap(({ one, event }) => (one.isRefusal ? [event.order] : []));
          const latest = refusals.sort().at(-1) ?? '';
          const since = events.filter(({ one, event }) => !one.isRefusal && event.order > latest);
          const said = since.filter(({ one }) => one.does === 'says').at(-1)?.event.incoming[0];
          const did = since.flatMap(({ event }) => event.activity?.primary ?? []);
          kept += since.length;
          expect(mailbox.fields.Plan?.value).toBe(said?.value);
          expect(
            Object.values(mailbox.activities?.pending ?? {})
              .map(({ primary }) => primary)
              .sort(),
          ).toEqual(did.sort());
          expect(mailbox.withdrawn ?? '').toBe(latest);
        },
      ),
      { numRuns: 500 },
    );
    expect(kept).toBeGreaterThan(0);
  });

  it('lets nothing pass that comes after a newer refusal by one of its keys, whoever else uses them', () => {
    const people = fc.record({
      keys: fc
        .record({
          userId: fc.constantFrom('u', 'v', undefined),
          anonymousId: fc.constantFrom('a', 'b', undefined),
          cookie: fc.constantFrom('c', undefined),
          email: fc.constantFrom(jane, joe, undefined),
        })
        .map(
          (keys) => Object.fromEntries(Object.entries(keys).filter(([, value]) => value)) as Keys,
        ),
      isRefusal: fc.boolean(),
      does: fc.constantFrom<'says' | 'acts'>('says', 'acts'),
      second: fc.nat(9),
    });
    fc.assert(
      fc.property(fc.array(people, { maxLength: 9 }), (events) => {
        let states = noStates;
        const refused: NormalizedEvent[] = [];
        for (const one of events) {
          const event = eventOf(one, one.second);
          const { absorbed, states: next } = absorbAll([event], states);
          states = next;
          if (one.isRefusal) refused.push(event);
          const { cookie, userId, anonymousId } = event.keys;
          const isLate = refused.some(
            ({ keys, order: newer }) =>
              event.order < newer &&
              [
                [keys.cookie, cookie],
                [keys.userId, userId],
                [keys.anonymousId, anonymousId],
              ].some(([known, own]) => own !== undefined && known === own),
          );
          if (!isLate || one.isRefusal) continue;
          expect(absorbed[0]?.because).toBe('no consent');
          expect(absorbed[0]?.token).toBeUndefined();
        }
        // Nothing that is older than what an item knows waits in it.
        for (const mailbox of states.leads.values())
          for (const field of Object.values(mailbox.fields))
            if (field.value !== undefined)
              expect(field.order > (mailbox.withdrawn ?? '')).toBe(true);
        for (const key of states.keys.values())
          for (const field of Object.values(key.fields))
            expect(field.order > (key.withdrawn ?? '')).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('leaves what Marketo has known, so that the same value is not sent again', () => {
    const said = normalized(1, { ...all, fields: { Plan: 'basic' } });
    const { states } = absorbAll([said]);
    const sent = {
      ...leadIn(states),
      fields: { Plan: { order: said.order, digest: digestOf('basic'), sentAt: at(2) } },
      marketoId: 7,
    };
    const before = { ...states, leads: new Map([[lead, sent]]) };
    const { states: after } = absorbAll(
      [
        normalized(3, { userId: 'u', fields: { Plan: 'pro' } }),
        normalized(4, { anonymousId: 'a', withdrawal: true }),
      ],
      before,
    );
    expect(hasPending(leadIn(after))).toBe(false);
    expect(leadIn(after)).toMatchObject({ marketoId: 7, address: { text: jane } });
    const again = absorbAll([normalized(5, { userId: 'u', fields: { Plan: 'basic' } })], after);
    expect(again.absorbed[0]?.outcomes.get('Plan')).toBe('unchanged');
    const other = absorbAll([normalized(5, { userId: 'u', fields: { Plan: 'pro' } })], after);
    expect(leadIn(other.states).fields.Plan?.value).toBe('pro');
  });

  it('does not keep back what clears a field later', () => {
    const { states } = absorbAll([
      normalized(1, { ...all, fields: { Plan: 'pro' } }),
      normalized(2, { userId: 'u', withdrawal: true }),
      normalized(3, { userId: 'u', fields: { Plan: null } }),
      normalized(2.5, { userId: 'u', withdrawal: true }),
    ]);
    expect(leadIn(states).fields.Plan?.value).toBeNull();
  });

  it('says what it dropped, by lead and key', () => {
    const held = normalized(1, { userId: 'w', fields: { Plan: 'pro' }, activity: 'a' });
    const { absorbed } = absorbAll([held, normalized(2, { userId: 'w', withdrawal: true })]);
    expect(absorbed[1]?.withdrawn).toMatchObject([
      {
        at: keyIdOf('userId', 'w'),
        content: { fields: [{ name: 'Plan' }], activities: [{ primary: 'a' }] },
      },
    ]);
  });

  it('takes left-out values, cookies that wait, and values that Marketo refused and were repeated', () => {
    const aside = { because: 'Marketo has no such field', digest: 'd' };
    const { states } = absorbAll([normalized(1, all)]);
    const mailbox: Mailbox = {
      ...leadIn(states),
      fields: {
        Unknown: { order: order(2), aside: { ...aside, value: 'x', order: order(2) } },
        Refused: { order: order(2), aside: { ...aside, repeated: 'y' } },
      },
      cookies: { waits: { order: order(2) }, told: { order: order(2), associated: true } },
    };
    const { states: after } = absorbAll([normalized(3, { userId: 'u', withdrawal: true })], {
      ...states,
      leads: new Map([[lead, mailbox]]),
    });
    const { fields, cookies } = leadIn(after);
    expect(fields.Unknown?.aside).toBeUndefined();
    expect(fields.Refused?.aside).toEqual(aside);
    expect(Object.keys(cookies)).toEqual(['told']);
    // A lead that Marketo lost tells it nothing anew from before the refusal.
    expect(withoutMarketoState(leadIn(after)).cookies).toEqual({});
  });

  it('of nobody who is known leaves nothing but hashes and the order', () => {
    const refusal = normalized(5, { anonymousId: 'a', email: jane, withdrawal: true });
    const { states } = absorbAll([refusal]);
    expect(states.keys.get(keyIdOf('anonymousId', 'a'))).toEqual({
      fields: {},
      cookies: {},
      withdrawn: refusal.order,
    });
    expect(isBlank(leadIn(states))).toBe(true);
    expect(bytesOf([...states.leads])).toBeLessThan(250);
    expect(JSON.stringify([...states.leads, ...states.keys])).not.toContain('jane');
    const { states: later } = absorbAll(
      [normalized(6, { anonymousId: 'a', email: jane, fields: { Plan: 'pro' } })],
      states,
    );
    expect(leadIn(later)).toMatchObject({ address: { text: jane }, withdrawn: refusal.order });
    expect(leadIn(later).fields.Plan?.value).toBe('pro');
  });

  it('does not count as a lead that has the e-mail already', () => {
    const { states } = absorbAll([
      normalized(1, { userId: 'u', email: jane, fields: { Plan: 'pro' } }),
      normalized(2, { anonymousId: 'b', email: joe, withdrawal: true }),
      normalized(3, { userId: 'u', email: joe, fields: { Plan: 'max' } }),
    ]);
    expect(leadIn(states).address.text).toBe(joe);
    expect(leadIn(states, joe).alias?.lead).toBe(lead);
  });

  it('is gone with a deletion that is newer, and outlives one that is older', () => {
    const { states } = absorbAll([normalized(5, { ...all, withdrawal: true })]);
    const key = states.keys.get(keyIdOf('userId', 'u'));
    expect(eraseLead(leadIn(states), order(9)).mailbox.withdrawn).toBeUndefined();
    expect(eraseKey(key, new Set(), order(9)).key.withdrawn).toBeUndefined();
    expect(eraseLead(leadIn(states), order(1)).mailbox.withdrawn).toBe(key?.withdrawn);
    expect(eraseKey(key, new Set(), order(1)).key.withdrawn).toBe(key?.withdrawn);
    const { states: person } = absorbAll([normalized(6, all)], states);
    expect(eraseLead(leadIn(person), order(5, 9)).mailbox.withdrawn).toBeUndefined();
    expect(eraseLead(leadIn(person), order(1)).mailbox.withdrawn).toBe(key?.withdrawn);
  });

  it('is obeyed by whoever finishes a move that was left half done', () => {
    const { states } = absorbAll([
      normalized(1, { userId: 'u', fields: { Plan: 'old' } }),
      normalized(3, { anonymousId: 'a', email: jane, withdrawal: true }),
    ]);
    const item = states.keys.get(keyIdOf('userId', 'u'));
    if (!item) throw new Error('not held');
    const link = { lead, email: jane, order: order(4) };
    const home = opened(states.leads.get(lead), jane, order(4));
    const moved = takeOver(lead, home, { ...item, link }, context(100));
    expect(moved && hasPending(moved.mailbox)).toBe(false);
    expect(moved?.withdrawn).toMatchObject([{ at: lead, content: { fields: [{ name: 'Plan' }] } }]);
    const own = { ...item, link, fields: {}, withdrawn: order(9) };
    const told = takeOver(
      lead,
      { ...home, fields: { Plan: { order: order(8), value: 1 } } },
      own,
      context(100),
    );
    expect(told?.mailbox.withdrawn).toBe(order(9));
    expect(told && hasPending(told.mailbox)).toBe(false);
  });

  it('during a call keeps a try that fails from being repeated, and believes one that succeeds', () => {
    const { states } = absorbAll([normalized(1, { ...all, fields: { Plan: 'pro' } })]);
    const call = { owner: 'call', lockedUntil: at(130) };
    const { mailbox, snapshot } = lock(leadIn(states), call);
    const { states: after } = absorbAll([normalized(2, { userId: 'u', withdrawal: true })], {
      ...states,
      leads: new Map([[lead, mailbox]]),
    });
    const settling = {
      now: at(5),
      random: 0.5,
      lead,
      timing: leadTiming,
      digestOf,
      callSize: 1,
      doneActivities: leadLimits.doneActivities,
    };
    const retried = settle(
      leadIn(after),
      snapshot,
      { kind: 'retry', because: 'x', own: true },
      settling,
    );
    expect(retried && hasPending(retried.mailbox)).toBe(false);
    const synced = settle(leadIn(after), snapshot, { kind: 'synced', marketoId: 1 }, settling);
    expect(synced?.mailbox.fields.Plan).toMatchObject({ digest: digestOf('pro') });
    expect(synced && hasPending(synced.mailbox)).toBe(false);
  });

  it('ends the hold of what a key has, and no more than that', () => {
    const { states } = absorbAll([
      normalized(1, { userId: 'u', fields: { Plan: 'pro' } }),
      normalized(2, { userId: 'u', withdrawal: true }),
    ]);
    const item = states.keys.get(keyIdOf('userId', 'u'));
    expect(item && hasHeld(item)).toBe(false);
    expect(item).not.toHaveProperty('heldSince');
  });
});
