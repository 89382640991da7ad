import fc from 'fast-check';
import { expect, it } from 'vitest';
import { shortHashOf } from '../../lambdas/digest.ts';
import type { JsonObject, QueuedEvent } from '../../lambdas/segment/event.ts';
import { sequenceKeyOf } from '../../lambdas/segment/order.ts';
import { composeAbsorb } from '../../lambdas/absorb/composeAbsorb.ts';
import { absorbTiming, leadLimits, leadTiming, indexLimits } from '../../lambdas/limits.ts';
import { at, noon } from '../support/mailboxes.ts';
import { createLeadsTableTwin } from '../twins/leadsTable.ts';
import { noMetrics } from '../twins/metrics.ts';

const jane = 'jane@example.com';
/** The user changes the e-mail more often than an alias remembers. */
const emails = [jane, 'jill@example.com', 'june@example.com'] as const;
const deletedAt = 10;

type EmailChange = 'rename' | 'newLead';

const createAbsorber = (emailChange: EmailChange) => {
  const { table, rows, dead } = createLeadsTableTwin(indexLimits.shards);
  const complaints: string[] = [];
  const absorb = composeAbsorb(
    {
      table,
      tickQueue: { send: () => Promise.resolve() },
      munchkin: { visit: () => Promise.resolve({ kind: 'visited' }) },
      clock: { now: () => at(60) },
      random: () => 0.5,
      logger: {
        call: () => undefined,
        delivery: () => undefined,
        warn: (message) => complaints.push(message),
        error: (message) => complaints.push(message),
      },
      metrics: noMetrics,
      timing: leadTiming,
      limits: leadLimits,
      visitTimeoutMs: absorbTiming.visitTimeoutMs,
      holdMs: 86_400_000,
      resendUnchangedAfterMs: 86_400_000,
      emailChange,
    },
    {
      fieldNames: 'segment',
      fieldMap: {},
      nulls: 'skip',
      rules: [
        {
          when: { event: 'Bought' },
          to: 'activity',
          typeId: 100_001,
          primary: 'properties.item',
        },
      ],
      events: 'all',
      visits: { page: 'all', track: 'all' },
      visitorDomain: 'segment',
    },
  );
  return {
    complaints,
    /** One batch of the events queue, in one group. */
    absorb: (events: readonly QueuedEvent[]) =>
      absorb(
        events.map((event) => ({
          id: event.messageId,
          group: 'g',
          body: JSON.stringify(event),
        })),
        noon + 3_600_000,
      ),
    everything: () => JSON.stringify([...rows.values(), ...dead.values()]),
  };
};

type Content = Pick<
  QueuedEvent,
  'type' | 'userId' | 'anonymousId' | 'traits' | 'event' | 'properties'
>;

const eventAt = (seconds: number, name: string, content: Content): QueuedEvent => {
  const messageHash = shortHashOf(name);
  const order = sequenceKeyOf(at(seconds), at(seconds), 0, messageHash);
  return {
    ...content,
    messageId: name,
    messageHash,
    order,
    timestamp: at(seconds),
    receivedAt: at(seconds),
  };
};

const deletionAt = (seconds: number): QueuedEvent =>
  eventAt(seconds, 'deletion', { type: 'delete', userId: 'u' });
const deletion = deletionAt(deletedAt);
/** From then on the device and the e-mail are the user's. */
const first = eventAt(0, 'first', {
  type: 'identify',
  userId: 'u',
  anonymousId: 'a',
  traits: { email: jane },
});

interface Said {
  readonly event: QueuedEvent;
  readonly value: string;
  /** Should stand in the table in the end. */
  readonly stays: boolean;
  /** The e-mail that it brings back after the deletion. */
  readonly names: string | undefined;
}

type Keys = Pick<Content, 'userId' | 'anonymousId'> & { readonly email?: string };

const ofAnother: Keys = { userId: 'j', anonymousId: 'c', email: 'joe@example.com' };
/** Each device comes with the user's e-mail. */
const named: readonly Keys[] = [
  { userId: 'u' },
  { userId: 'u', email: jane },
  { userId: 'u', anonymousId: 'b', email: jane },
  { userId: 'u', email: emails[1] },
  { userId: 'u', anonymousId: 'a', email: emails[1] },
  { userId: 'u', anonymousId: 'b', email: emails[2] },
  ofAnother,
];
/** A device may come alone: whose it is then depends on what came before. */
const any: readonly Keys[] = [
  ...named,
  { anonymousId: 'a' },
  { userId: 'u', anonymousId: 'a' },
  { anonymousId: 'a', email: jane },
];

const saidBy = (keys: readonly Keys[]) =>
  fc
    .tuple(fc.integer({ min: 1, max: 20 }), fc.constantFrom(...keys), fc.nat(1_000), fc.boolean())
    .filter(([seconds]) => seconds !== deletedAt)
    .map(([seconds, { email, ...ids }, number, isTrack]): Said => {
      const value = `value-${seconds}-${number}-end`;
      // A field of its own: whether a value stands has nothing to do with later ones.
      const traits: JsonObject = { [`f${seconds}x${number}`]: value, ...(email && { email }) };
      const track = { type: 'track', event: 'Bought', properties: { item: value } } as const;
      const content = isTrack && !email ? track : ({ type: 'identify', traits } as const);
      const isUsers = ids.userId !== 'j';
      return {
        event: eventAt(seconds, `${JSON.stringify(ids)}${value}`, { ...ids, ...content }),
        value,
        stays: !isUsers || seconds > deletedAt,
        names: isUsers && seconds > deletedAt ? email : undefined,
      };
    });

const worldOf = (keys: readonly Keys[]) =>
  fc.uniqueArray(saidBy(keys), { selector: ({ value }) => value, maxLength: 7 }).chain((all) => {
    const events = [first, deletion, ...all.map(({ event }) => event)];
    // Each comes at least once, some come again.
    const delivered = fc
      .tuple(
        fc.shuffledSubarray(events, { minLength: events.length }),
        fc.array(fc.constantFrom(...events), { maxLength: 6 }),
      )
      .map(([each, again]) => [...each, ...again]);
    return fc.record({
      all: fc.constant(all),
      delivered,
      cuts: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 20, maxLength: 20 }),
      together: fc.boolean(),
    });
  });

const batchesOf = (events: readonly QueuedEvent[], cuts: readonly number[]): QueuedEvent[][] => {
  const batches: QueuedEvent[][] = [];
  for (let from = 0; from < events.length;) {
    const size = cuts[batches.length] ?? 1;
    batches.push(events.slice(from, from + size));
    from += size;
  }
  return batches;
};

/** The e-mails that the user, and each of their devices, was last named with since the deletion. */
const lastNames = (all: readonly Said[]): readonly string[] => {
  const namedSince = all
    .filter(({ names }) => names !== undefined)
    .toSorted((one, other) => (one.event.order < other.event.order ? -1 : 1));
  const lasts = [
    namedSince.findLast(({ event }) => event.userId === 'u'),
    ...['a', 'b'].map((device) => namedSince.findLast(({ event }) => event.anonymousId === device)),
  ];
  return emails.filter((email) => lasts.some((last) => last?.names === email));
};

type World = ReturnType<typeof worldOf> extends fc.Arbitrary<infer W> ? W : never;

/** The e-mails that are left when all of it is delivered; fails where a value is not what it should be. */
const deliver = async (
  emailChange: EmailChange,
  { all, delivered, cuts, together }: World,
): Promise<readonly string[]> => {
  const { absorb, everything, complaints } = createAbsorber(emailChange);
  const batches = batchesOf(delivered, cuts);
  for (let at = 0; at < batches.length; at += together ? 2 : 1) {
    const some = batches.slice(at, at + (together ? 2 : 1));
    const failed = await Promise.all(some.map(absorb));
    expect([...failed.flat(), ...complaints]).toEqual([]);
  }
  const text = everything();
  for (const { value, stays } of all) expect([value, text.includes(value)]).toEqual([value, stays]);
  return emails.filter((email) => text.includes(email));
};

const namedIn = (all: readonly Said[]): readonly string[] =>
  emails.filter((email) => all.some(({ names }) => names === email));

const inAnyOrder =
  'in any order, in any batches, however often they come: what is older than the delete is gone, what is newer stays';

it(`where a new e-mail names a new lead, ${inAnyOrder}`, async () => {
  await fc.assert(
    fc.asyncProperty(worldOf(any), async (world) => {
      expect(await deliver('newLead', world)).toEqual(namedIn(world.all));
    }),
    { numRuns: 200 },
  );
});

it(`where it renames the lead, ${inAnyOrder}, and of the e-mails the last one`, async () => {
  await fc.assert(
    fc.asyncProperty(worldOf(named), async (world) => {
      const kept = await deliver('rename', world);
      if (world.together) {
        // Of two new e-mails at the same moment, one may become a lead of its own.
        expect(namedIn(world.all)).toEqual(expect.arrayContaining([...kept]));
        expect(kept).toEqual(expect.arrayContaining([...lastNames(world.all)]));
      } else expect(kept).toEqual(lastNames(world.all));
    }),
    { numRuns: 200 },
  );
});

it(`where it renames the lead of a device that also comes alone, ${inAnyOrder}`, async () => {
  await fc.assert(
    fc.asyncProperty(worldOf(any), async (world) => {
      const kept = await deliver('rename', world);
      // A device that fills a gap keeps the e-mail that it met, be it an earlier one.
      expect(namedIn(world.all)).toEqual(expect.arrayContaining([...kept]));
      expect(kept).toEqual(expect.arrayContaining([...lastNames(world.all)]));
    }),
    { numRuns: 200 },
  );
});

const settings: readonly EmailChange[] = ['rename', 'newLead'];

it.each(settings)(
  'with emailChange %s, a delete that comes again changes nothing, however much later',
  async (emailChange) => {
    await fc.assert(
      fc.asyncProperty(worldOf(any), fc.nat(30), async ({ delivered, cuts }, later) => {
        const { absorb, everything } = createAbsorber(emailChange);
        for (const batch of batchesOf(delivered, cuts)) await absorb(batch);
        await absorb([deletion]);
        const once = everything();
        await absorb([deletionAt(deletedAt + later)]);
        expect(everything()).toBe(once);
      }),
      { numRuns: 200 },
    );
  },
);
