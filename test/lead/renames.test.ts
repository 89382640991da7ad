import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestOf, leadIdOf } from '../../lambdas/digest.ts';
import type { NormalizedEvent, States } from '../../lambdas/lead/absorb.ts';
import { applyTombstones } from '../../lambdas/lead/applyTombstones.ts';
import { isById, lock } from '../../lambdas/lead/lock.ts';
import { settle } from '../../lambdas/lead/settle.ts';
import { leadTiming } from '../../lambdas/limits.ts';
import { normalized, at, context } from '../support/mailboxes.ts';

const emails = ['a@example.com', 'b@example.com', 'c@example.com'];

const noStates: States = { leads: new Map(), keys: new Map() };

/** Events in the order in which they arrive, each absorbed on its own. */
const inOrder = (normalizedEvents: readonly NormalizedEvent[], from = noStates): States => {
  let states = from;
  for (const one of normalizedEvents)
    states = applyTombstones({ states, deletedLead: () => undefined }, [one], context(100)).states;
  return states;
};

const leadsIn = ({ leads }: States) => [...leads].filter(([, { alias }]) => alias === undefined);

/** What leads say, whatever their ids are. */
const content = (states: States) =>
  leadsIn(states).map(([, { address, fields }]) => [
    address.text,
    Object.entries(fields)
      .map(([name, { value }]) => [name, value])
      .sort(),
  ]);

const oneUser = fc
  .array(
    fc.record({ email: fc.constantFrom(undefined, ...emails), plan: fc.string({ maxLength: 3 }) }),
    { minLength: 1, maxLength: 6 },
  )
  .filter(([first]) => first?.email !== undefined)
  .map((events) =>
    events.map(({ email, plan }, second) =>
      normalized(second, {
        userId: 'u',
        ...(email !== undefined && { email }),
        fields: { Plan: plan, ...(email !== undefined && { Email: email }) },
      }),
    ),
  );

describe('one person’s identifies with changing e-mails', () => {
  it('end as one lead with the latest e-mail and the latest values, however they arrive', () => {
    fc.assert(
      fc.property(
        oneUser.chain((events) =>
          fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length })),
        ),
        ([events, shuffled]) => {
          // Without an e-mail nobody is known: the first to arrive names one.
          const named = shuffled.filter(({ keys }) => keys.named);
          const rest = shuffled.filter(({ keys }) => !keys.named);
          const states = inOrder([...named, ...rest]);
          expect(leadsIn(states)).toHaveLength(1);
          expect(content(states)).toEqual(content(inOrder(events)));
        },
      ),
    );
  });

  it('find the one lead by each of them', () => {
    fc.assert(
      fc.property(oneUser, (events) => {
        const states = inOrder(events);
        const [lead] = leadsIn(states)[0] ?? [];
        for (const { keys } of events.filter((one) => one.keys.named))
          expect([
            keys.named?.lead,
            states.leads.get(leadIdOf(keys.named?.email ?? ''))?.alias?.lead,
          ]).toContain(lead);
      }),
    );
  });
});

describe('a new e-mail', () => {
  it('that a second lead was made of meanwhile is that lead’s', () => {
    const states = inOrder([
      normalized(1, { userId: 'u', email: 'a@example.com' }),
      normalized(2, { userId: 'v', email: 'b@example.com' }),
      normalized(3, { userId: 'u', email: 'b@example.com', fields: { Plan: 'x' } }),
    ]);
    expect(leadsIn(states)).toHaveLength(2);
    expect(states.leads.get(leadIdOf('b@example.com'))?.fields.Plan?.value).toBe('x');
  });

  it('is the latest of a server key, however late a browser key repeats the one before', () => {
    const says = (second: number, email: string, by: 'server' | 'browser') => ({
      ...normalized(second, { userId: 'u', email }),
      by,
    });
    const first = says(1, 'a@example.com', 'server');
    const latest = says(3, 'b@example.com', 'server');
    const repeated = says(5, 'a@example.com', 'browser');
    for (const rest of [
      [latest, repeated],
      [repeated, latest],
    ])
      expect(content(inOrder([first, ...rest]))).toEqual([['b@example.com', []]]);
  });

  it('of a server key waits for its call, whatever e-mail a browser key says meanwhile', () => {
    const [old, latest] = ['a@example.com', 'b@example.com'];
    const says = (second: number, email: string, fields: Readonly<Record<string, string>> = {}) =>
      normalized(second, { userId: 'u', email, fields });
    const first = inOrder([{ ...says(1, old, { Email: old }), by: 'server' }]);
    const [[id, lead] = []] = leadsIn(first);
    if (id === undefined || lead === undefined) throw new Error('there is no lead');
    const { mailbox, snapshot } = lock(lead, { owner: 'me', lockedUntil: at(127) });
    const verdict = { kind: 'synced', marketoId: 7 } as const;
    const told = settle(mailbox, snapshot, verdict, {
      ...{ lead: id, now: at(5), callSize: 1, random: 0.5, digestOf },
      ...{ timing: leadTiming, doneActivities: 3 },
    })?.mailbox;
    const leads = new Map(first.leads).set(id, told ?? mailbox);
    const renamed = inOrder([{ ...says(3, latest), by: 'server' }], { ...first, leads });
    const after = inOrder([{ ...says(4, old, { Email: old }), by: 'browser' }], renamed);
    expect(after.leads.get(id)?.fields.Email?.value).toBe(latest);
  });

  it('is told by the lead’s id only where Marketo may have the lead', () => {
    const states = inOrder([
      normalized(1, { userId: 'u', email: 'a@example.com' }),
      normalized(2, { userId: 'u', email: 'b@example.com' }),
    ]);
    expect(leadsIn(states).map(([, { renamed }]) => renamed)).toEqual([undefined]);
  });
});

describe('an e-mail that changes while a call is under way', () => {
  /** Tracks and identifies of one user, in any order of their times. */
  const naming = fc
    .array(fc.record({ email: fc.constantFrom(...emails), isTrack: fc.boolean() }), {
      minLength: 1,
      maxLength: 3,
    })
    .map((all) =>
      all.map(({ email, isTrack }) => ({ email, fields: isTrack ? {} : { Email: email } })),
    );

  const verdicts = fc.constantFrom(
    { kind: 'synced', marketoId: 7 } as const,
    // Somebody deleted or merged the lead in Marketo.
    { kind: 'synced', marketoId: 8, isCreated: true } as const,
    { kind: 'synced', marketoId: 8 } as const,
  );
  const timesOf = fc.shuffledSubarray([1, 2, 3, 4, 5, 6], { minLength: 6 });

  it('is told by the next call, by the lead’s id, unless this one told it', () => {
    fc.assert(
      fc.property(naming, naming, timesOf, verdicts, (earlier, meanwhile, times, verdict) => {
        const normalizedEvents = [...earlier, ...meanwhile].map(({ email, fields }, index) =>
          normalized(times[index] ?? 0, { userId: 'u', email, fields: { Plan: index, ...fields } }),
        );
        const before = inOrder(normalizedEvents.slice(0, earlier.length));
        const [[id, first] = []] = leadsIn(before);
        if (id === undefined || first === undefined) throw new Error('there is no lead');
        const known = { ...first, marketoId: 7 };
        const { mailbox, snapshot } = lock(known, { owner: 'me', lockedUntil: at(127) });
        const leads = new Map(before.leads).set(id, mailbox);
        const during = inOrder(normalizedEvents.slice(earlier.length), { ...before, leads });
        const now = during.leads.get(id) ?? mailbox;
        const after = settle(now, snapshot, verdict, {
          ...{ lead: id, now: at(5), callSize: 1, random: 0.5, digestOf },
          ...{ timing: leadTiming, doneActivities: 3 },
        })?.mailbox;
        if (after === undefined) throw new Error('not the owner');
        const { text } = after.address;
        if (snapshot.email === text) return;
        expect(after.fields.Email?.value).toBe(text);
        expect(isById(after)).toBe(true);
      }),
    );
  });
});
