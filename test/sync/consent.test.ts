import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shortHashOf } from '../../lambdas/digest.ts';
import { cookie, identify, leadOf, syncsOf, troubles } from '../support/scenario.ts';
import type { World } from '../support/world.ts';
import { apis, createWorld } from '../support/world.ts';

const consent = { categories: ['Advertising'], whenAbsent: 'drop' } as const;

const preferring = (preference: unknown) => ({
  consent: { categoryPreferences: { Advertising: preference, Analytics: true } },
});
const granted = { context: preferring(true) };
const refused = { context: preferring(false) };
const update = { type: 'track', event: 'Segment Consent Preference Updated' };
const email = 'jane@example.com';

/** One event of one of two people, who grants, refuses or says nothing, at any time. */
const event = fc.record({
  type: fc.constantFrom('identify', 'track', 'page'),
  user: fc.constantFrom('jane', 'joe'),
  preference: fc.constantFrom(true, false, undefined),
  isUpdate: fc.boolean(),
  /** Seconds before it came in. */
  ago: fc.nat(5),
});

it('no event without consent reaches a lead or a visit, and none that consent was withdrawn after', async () => {
  let reachedFields = 0;
  let reachedVisits = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 8 }), async (events) => {
      const world = await createWorld({ api: 'rest', consent });
      try {
        const now = world.at();
        await world.post(
          ...events.map(({ type, user, preference, isUpdate, ago }, place) => ({
            type,
            userId: user,
            messageId: `m${place}`,
            timestamp: new Date(now - ago * 1_000).toISOString(),
            ...(preference !== undefined && { context: preferring(preference) }),
            ...(type === 'identify' && {
              traits: { email: `${user}@example.com`, company: `m${place}` },
            }),
            ...(type === 'page' && { properties: { path: `/m${place}` } }),
            ...(type === 'track' && { event: isUpdate ? update.event : `m${place}` }),
          })),
        );
        await world.run(120);
        for (const user of ['jane', 'joe']) {
          const own = events
            .map((one, place) => ({ ...one, place }))
            .filter((one) => one.user === user)
            // Of one second the later in the request is the later one.
            .sort((a, b) => b.ago - a.ago || a.place - b.place);
          const last = own.findLastIndex(({ preference }) => preference === false);
          const said = own.slice(last + 1).filter(({ preference }) => preference === true);
          const company = said.findLast(({ type }) => type === 'identify')?.place;
          const wanted = company === undefined ? undefined : `m${company}`;
          expect(leadOf(world, `${user}@example.com`)?.fields.Company).toBe(wanted);
          if (wanted) reachedFields += 1;
        }
        const visits = JSON.stringify(world.simulator.visits());
        expect(visits).not.toContain('Segment-Consent-Preference');
        events.forEach(({ type, user, preference, ago }, place) => {
          const isThere = new RegExp(`\\bm${place}\\b`).test(visits);
          if (isThere) reachedVisits += 1;
          const isWithdrawn = events
            .slice(0, place)
            .some((one) => one.user === user && one.preference === false && one.ago < ago);
          if (type === 'identify' || preference !== true || isWithdrawn)
            expect(isThere).toBe(false);
        });
        const dropped = world.lines.filter(({ because }) => because === 'no consent');
        expect(dropped.length).toBeGreaterThanOrEqual(
          events.filter(({ preference }) => preference !== true).length,
        );
      } finally {
        await world.close();
      }
    }),
    { numRuns: 25 },
  );
  // What is granted is found where it is looked for.
  expect(reachedFields).toBeGreaterThan(0);
  expect(reachedVisits).toBeGreaterThan(0);
});

/** The last line about an event, as everybody finds it who asks for it. */
const endOf = ({ lines }: World, messageId: string) =>
  lines.findLast(({ messages }) => messages?.includes(shortHashOf(messageId)));

describe.each(apis)('over %s, when consent is withdrawn', (api) => {
  const inWorld = async (run: (world: World) => Promise<void>): Promise<void> => {
    const world = await createWorld({ api, consent });
    try {
      await run(world);
    } finally {
      await world.close();
    }
  };

  it('what waits for a lock is dropped, and what comes with consent goes', () =>
    inWorld(async (world) => {
      await world.post(identify(email, { company: 'first' }, granted));
      await world.run(5);
      await world.post(identify(email, { company: 'second' }, { ...granted, messageId: 'waits' }));
      await world.run(1);
      await world.post({ ...update, userId: 'jane', ...refused });
      await world.run(120);
      expect(leadOf(world, email)?.fields.Company).toBe('first');
      expect(endOf(world, 'waits')).toMatchObject({
        step: 'dropped',
        because: 'no consent',
        fields: ['Company'],
      });
      expect(syncsOf(world, email)).toHaveLength(1);
      await world.post(
        { ...update, userId: 'jane', ...granted },
        identify(email, { company: 'third' }, granted),
      );
      await world.run(60);
      expect(leadOf(world, email)?.fields.Company).toBe('third');
      expect(world.simulator.visits()).toEqual([]);
    }));

  it('on a device that nobody knew, what it held is dropped', () =>
    inWorld(async (world) => {
      const visitor = { anonymousId: 'a' };
      await world.post({ type: 'identify', ...visitor, traits: { company: 'held' }, ...granted });
      await world.run(5);
      await world.post({ type: 'page', ...visitor, ...refused });
      await world.run(5);
      await world.post(identify(email, { title: 'CTO' }, { ...visitor, ...granted }));
      await world.run(60);
      expect(leadOf(world, email)?.fields).toMatchObject({ Title: 'CTO' });
      expect(leadOf(world, email)?.fields.Company).toBeUndefined();
    }));

  it('a visit that waits for Munchkin is dropped', () =>
    inWorld(async (world) => {
      const page = { type: 'page', userId: 'jane', properties: { path: '/secret' } };
      world.inject({ target: 'munchkin', status: 503, count: 3 });
      await world.post({ ...page, messageId: 'visit', ...granted });
      await world.run(1);
      expect(endOf(world, 'visit')?.step).toBe('queued');
      expect(world.lines.at(-1)).toMatchObject({ step: 'waiting', messageId: 'visit' });
      await world.post({ ...update, userId: 'jane', ...refused });
      await world.run(300);
      expect(world.simulator.visits()).toEqual([]);
      expect(world.lines.at(-1)).toMatchObject({
        step: 'dropped',
        messageId: 'visit',
        because: 'no consent',
      });
      expect(
        [...world.twin.rows.values()].filter(({ item }) => item.entry?.lane === 'visits'),
      ).toEqual([]);
    }));

  it('a call under way is not recalled', () =>
    inWorld(async (world) => {
      await world.post(identify(email, { company: 'first' }, granted));
      world.whileCalling(1_000, async () => {
        await world.post({ ...update, userId: 'jane', ...refused });
        await world.absorbTurn();
      });
      await world.run(300);
      expect(leadOf(world, email)?.fields.Company).toBe('first');
      expect(syncsOf(world, email)).toHaveLength(1);
    }));

  it('a call that failed is not repeated', () =>
    inWorld(async (world) => {
      world.inject(troubles[api].internalError ?? {});
      await world.post(identify(email, { company: 'first' }, { ...granted, messageId: 'failed' }));
      await world.run(5);
      expect(endOf(world, 'failed')?.step).toBe('waiting');
      await world.post({ ...update, userId: 'jane', ...refused });
      await world.run(300);
      expect(leadOf(world, email)).toBeUndefined();
      expect(endOf(world, 'failed')).toMatchObject({ step: 'dropped', because: 'no consent' });
    }));

  it('a cookie that waits is not associated', () =>
    inWorld(async (world) => {
      world.inject(troubles[api].internalError ?? {});
      const context = { ...preferring(true), Marketo: { marketoCookie: cookie('12345') } };
      await world.post(identify(email, { company: 'first' }, { context }));
      await world.run(10);
      await world.post({ ...update, userId: 'jane', ...refused });
      await world.run(600);
      expect(leadOf(world, email)).toBeUndefined();
      await world.post(identify(email, { company: 'second' }, granted));
      await world.run(120);
      expect(leadOf(world, email)?.fields.Company).toBe('second');
      expect(JSON.stringify(leadOf(world, email))).not.toContain('12345');
    }));

  it('a worker that dies anywhere in between is replaced, and nothing that was held goes out', async () => {
    const visitor = { anonymousId: 'a' };
    for (let step = 0; ; step += 1) {
      const world = await createWorld({ api, consent });
      try {
        await world.post({ type: 'identify', ...visitor, traits: { company: 'held' }, ...granted });
        await world.run(5);
        await world.post({ ...update, ...visitor, ...refused });
        world.dieAfter(step);
        await world.absorbTurn();
        const hasDied = world.hasDied();
        await world.run(400);
        await world.post(identify(email, { title: 'CTO' }, { ...visitor, ...granted }));
        await world.run(60);
        expect(leadOf(world, email)?.fields.Title).toBe('CTO');
        expect(leadOf(world, email)?.fields.Company, `before step ${step}`).toBeUndefined();
        if (!hasDied) break;
      } finally {
        await world.close();
      }
    }
  });

  it('and the user is deleted, nothing of the refusal is left', () =>
    inWorld(async (world) => {
      await world.post(identify(email, {}, granted), { ...update, userId: 'jane', ...refused });
      await world.run(60);
      expect(JSON.stringify([...world.twin.rows])).toContain('withdrawn');
      await world.post({ type: 'delete', userId: 'jane' });
      await world.run(600);
      expect(JSON.stringify([...world.twin.rows])).not.toContain('withdrawn');
    }));
});

it('nothing is withdrawn where no category is set', async () => {
  const world = await createWorld({ api: 'rest' });
  try {
    await world.post(identify(email, { company: 'first' }, granted));
    await world.post({ ...update, userId: 'jane', ...refused });
    await world.run(60);
    expect(leadOf(world, email)?.fields.Company).toBe('first');
  } finally {
    await world.close();
  }
});
