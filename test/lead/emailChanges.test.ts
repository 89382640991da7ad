import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leadIdOf } from '../../lambdas/digest.ts';
import type { NormalizedEvent, States } from '../../lambdas/lead/absorb.ts';
import { applyTombstones } from '../../lambdas/lead/applyTombstones.ts';
import { lock } from '../../lambdas/lead/lock.ts';
import { hasFields } from '../../lambdas/lead/mailbox.ts';
import { settle } from '../../lambdas/lead/settle.ts';
import type { FieldValue, LeadId } from '../../lambdas/lead/leadTypes.ts';
import { leadTiming } from '../../lambdas/limits.ts';
import type { SourceKind } from '../../lambdas/segment/source.ts';
import { normalized, at, context } from '../support/mailboxes.ts';

/** A lead as Marketo has it; its place in the list is its id. */
interface MarketoLead {
  email: string;
  readonly fields: Map<string, FieldValue>;
}

/** The leads table and a Marketo that finds leads by their ids, or else by their e-mails. */
const createPipeline = () => {
  let states: States = { leads: new Map(), keys: new Map() };
  const marketo: MarketoLead[] = [];
  let calls = 0;

  const arrive = (one: NormalizedEvent): void => {
    states = applyTombstones({ states, deletedLead: () => undefined }, [one], context(100)).states;
  };

  const call = (lead: LeadId): void => {
    const before = states.leads.get(lead);
    if (before === undefined || !hasFields(before)) return;
    calls += 1;
    const { mailbox, snapshot } = lock(before, { owner: `call-${calls}`, lockedUntil: at(200) });
    const { email, byId, fields } = snapshot;
    const found = marketo.findIndex((one) => one.email === email);
    const isCreated = !byId && found < 0;
    const id = byId ? (before.marketoId ?? -1) : isCreated ? marketo.length : found;
    const target = (marketo[id] ??= { email, fields: new Map() });
    target.email = email;
    // The field Email goes nowhere: the record's own e-mail is what counts.
    for (const { name, value } of fields) if (name !== 'Email') target.fields.set(name, value);
    const verdict = { kind: 'synced', marketoId: id, ...(isCreated && { isCreated }) } as const;
    const settled = settle(mailbox, snapshot, verdict, {
      ...context(100),
      lead,
      callSize: 1,
      random: 0,
      doneActivities: 100,
      timing: leadTiming,
    });
    states = { ...states, leads: new Map(states.leads).set(lead, settled?.mailbox ?? mailbox) };
  };

  return { arrive, call, states: () => states, marketo };
};

type Step = { readonly arrives: NormalizedEvent } | { readonly calls: number };

/** What Marketo has after all this and a last call for each lead. */
const marketoAfter = (steps: readonly Step[]) => {
  const { arrive, call, states, marketo } = createPipeline();
  for (const step of steps) {
    const leads = [...states().leads.keys()];
    if ('arrives' in step) arrive(step.arrives);
    else if (leads.length > 0) call(leads[step.calls % leads.length] as LeadId);
  }
  for (const lead of states().leads.keys()) call(lead);
  return { states: states(), marketo };
};

/** Leads without their ids, which say in which order they were made. */
const contentOf = (marketo: readonly MarketoLead[]) =>
  marketo
    .map(({ email, fields }) => [email, [...fields].sort(([a], [b]) => (a < b ? -1 : 1))] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));

const oneOf = <T>(...values: readonly T[]) => fc.constantFrom(...values);

/** What an event may carry besides what says whose it is: devices are shared. */
const device = {
  cookie: oneOf(undefined, 'c1', 'c2'),
  anonymousId: oneOf(undefined, 'a1', 'a2'),
};
const emailsOf = (who: number) => ['x', 'y', 'z'].map((name) => `${name}${who}@example.com`);

interface Said {
  readonly email: string;
  readonly userId?: string | undefined;
  readonly cookie?: string | undefined;
  readonly anonymousId?: string | undefined;
}

const given = (keys: Said) =>
  Object.fromEntries(Object.entries(keys).filter(([, value]) => value !== undefined));

/**
 * Events in the order of their time. An identify says a field that all say, and one of its own; a track
 * names the e-mail and says nothing.
 */
const eventsOf = (one: fc.Arbitrary<Said>, kinds: readonly SourceKind[]) =>
  fc
    .array(fc.record({ said: one, isTrack: fc.boolean(), by: oneOf(...kinds) }), {
      minLength: 1,
      maxLength: 7,
    })
    .map((all) =>
      all.map(({ said, isTrack, by }, second) => {
        const fields = { Email: said.email, Plan: second, [`Only${second}`]: second };
        return { ...normalized(second, { ...given(said), ...(!isTrack && { fields }) }), by };
      }),
    );

/** The same events in another order of arrival, with calls to Marketo in between. */
const interleaved = (events: fc.Arbitrary<NormalizedEvent[]>) =>
  events.chain((all) =>
    fc.record({
      all: fc.constant(all),
      steps: fc
        .tuple(
          fc.shuffledSubarray(all, { minLength: all.length }),
          fc.array(fc.array(fc.nat(3), { maxLength: 2 }), {
            minLength: all.length,
            maxLength: all.length,
          }),
        )
        .map(([normalizedEvents, calls]) =>
          normalizedEvents.flatMap((arrives, index): Step[] => [
            { arrives },
            ...(calls[index] ?? []).map((lead) => ({ calls: lead })),
          ]),
        ),
    }),
  );

const people = [1, 2];
const byUserId = fc.oneof(
  ...people.map((who) =>
    fc.record({
      userId: fc.constant(`user-${who}`),
      email: oneOf(...emailsOf(who)),
      ...device,
    }),
  ),
);
const byCookie = fc.oneof(
  ...people.map((who) =>
    fc.record({
      cookie: fc.constant(`own-${who}`),
      email: oneOf(...emailsOf(who)),
      anonymousId: device.anonymousId,
    }),
  ),
);
const byAny = fc.record({
  userId: oneOf(undefined, 'user-1', 'user-2'),
  ...device,
  email: oneOf(...emailsOf(0)),
});
const kinds = ['server', 'browser'] as const;

describe.each(kinds)('identifies of a %s key with changing e-mails', (by) => {
  it.each([
    ['each with its person’s userId, on shared devices', byUserId],
    ['each with its person’s cookie and no userId', byCookie],
  ])('%s, end with the same leads in Marketo in any interleaving', (_, one) => {
    fc.assert(
      fc.property(interleaved(eventsOf(one, [by])), ({ all, steps }) => {
        const inOrder = marketoAfter(all.map((arrives) => ({ arrives })));
        expect(contentOf(marketoAfter(steps).marketo)).toEqual(contentOf(inOrder.marketo));
      }),
    );
  });
});

it('with any keys, whoever speaks, each e-mail is one lead’s and nothing is lost', () => {
  fc.assert(
    fc.property(interleaved(eventsOf(byAny, kinds)), ({ all, steps }) => {
      const { states, marketo } = marketoAfter(steps);
      const addresses = marketo.map(({ email }) => email);
      expect(new Set(addresses).size).toBe(addresses.length);
      const leadOf = (email: string) => {
        const own = leadIdOf(email);
        return states.leads.get(states.leads.get(own)?.alias?.lead ?? own);
      };
      for (const { keys, incoming } of all) {
        const mailbox = leadOf(keys.named?.email ?? '');
        // A lead of whom nobody said anything is not told to Marketo.
        if (mailbox?.marketoId === undefined && incoming.length === 0) continue;
        const lead = marketo[mailbox?.marketoId ?? -1];
        expect(lead?.email).toBe(mailbox?.address.text);
        const only = incoming.find(({ name }) => name.startsWith('Only'));
        expect(lead?.fields.get(only?.name ?? '')).toBe(only?.value);
      }
    }),
  );
});

describe('arrival decides', () => {
  const says = (second: number, userId: string, email: string, by: SourceKind = 'server') => ({
    ...normalized(second, { userId, email, fields: { Email: email } }),
    by,
  });
  const leadsAfter = (...all: readonly NormalizedEvent[]) =>
    marketoAfter(all.map((arrives) => ({ arrives }))).marketo.map(({ email }) => email);
  const old = says(1, 'u', 'old@example.com');

  it('whose a new e-mail is that two people name', () => {
    const fresh = says(2, 'u', 'new@example.com');
    const friend = says(3, 'v', 'new@example.com');
    expect(leadsAfter(old, fresh, friend)).toEqual(['new@example.com']);
    expect(leadsAfter(old, friend, fresh)).toEqual(['old@example.com', 'new@example.com']);
  });

  it('whether a browser key may still rename, where a server key names the person, too', () => {
    const first = says(0, 'u', 'old@example.com', 'browser');
    const page = says(2, 'u', 'new@example.com', 'browser');
    expect(leadsAfter(first, page, old)).toEqual(['old@example.com']);
    expect(leadsAfter(old, page)).toEqual(['old@example.com', 'new@example.com']);
  });
});
