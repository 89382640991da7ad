import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cookie, gapsOf, identify, leadOf, syncsOf } from '../support/scenario.ts';
import type { World } from '../support/world.ts';
import { apis, createWorld } from '../support/world.ts';

const jane = 'jane@example.com';
describe.each(apis)('over %s:', (api) => {
  let world: World;

  beforeEach(async () => {
    world = await createWorld({ api, fieldMap: { userId: false } });
  });
  afterEach(async () => {
    await world.close();
  });

  describe('a worker that dies', () => {
    it('before it has absorbed an event loses nothing', async () => {
      await world.post(identify(jane, { plan: 'pro' }));
      world.dieAfter(0);
      await world.absorbTurn();
      expect(world.hasDied()).toBe(true);
      await world.run(600);
      expect(leadOf(world, jane)?.fields.Plan).toBe('pro');
    });

    it('during a call holds the lock until its lease ends, and the lead goes out again', async () => {
      await world.post(identify(jane, { plan: 'pro' }));
      await world.absorbTurn();
      world.whileCalling(1_000, () => {
        world.dieAfter(0);
        return Promise.resolve();
      });
      await world.syncTurn();
      expect(world.hasDied()).toBe(true);
      await world.run(1_200);
      const calls = syncsOf(world, jane);
      expect(calls.length).toBeGreaterThanOrEqual(2);
      expect(Math.min(...gapsOf(calls))).toBeGreaterThanOrEqual(30);
      expect(leadOf(world, jane)?.fields.Plan).toBe('pro');
    });

    it('before any step of its work changes nothing of the outcome', async () => {
      const story = async (): Promise<void> => {
        await world.post(
          { type: 'page', anonymousId: 'a-1', properties: { url: 'https://example.com/first' } },
          { type: 'identify', anonymousId: 'a-1', userId: 'u-1', traits: { plan: 'held' } },
        );
        await world.run(5);
        await world.post(
          identify(jane, { firstName: 'Jane' }, { userId: 'u-1', anonymousId: 'a-1' }),
          identify(
            'joe@example.com',
            { plan: 'b' },
            { context: { Marketo: { marketoCookie: cookie('11111') } } },
          ),
          { type: 'track', event: 'Signed Up', userId: 'u-1' },
        );
        await world.run(3_000);
      };
      const outcome = () => ({
        leads: world.simulator
          .leads()
          .map(({ email, fields, cookies }) => ({ email, fields, cookies }))
          .sort((a, b) => ((a.email ?? '') < (b.email ?? '') ? -1 : 1)),
        paths: [
          ...new Set(world.simulator.visits().map(({ path, email }) => `${email} ${path}`)),
        ].sort(),
        dead: world.twin.dead.size,
        waiting: world.events.counts().visible + world.tickMessages.counts().visible,
      });
      await story();
      const reference = outcome();
      const steps = world.steps();
      expect(reference.leads).toMatchObject([
        { email: jane, fields: { FirstName: 'Jane', Plan: 'held' } },
        { email: 'joe@example.com', fields: { Plan: 'b' } },
      ]);
      expect(steps).toBeGreaterThan(30);
      for (let step = 0; step < steps; step += 1) {
        await world.close();
        world = await createWorld({ api, fieldMap: { userId: false } });
        world.dieAfter(step);
        await story();
        expect(outcome(), `when it dies before step ${step}`).toEqual(reference);
        expect(world.simulator.lockFaults).toBe(0);
      }
    }, 120_000);
  });

  describe('a tick that is lost', () => {
    it('costs a minute, not the lead', async () => {
      world.loseTicks(1);
      await world.post(identify(jane, { plan: 'pro' }));
      await world.run(59);
      expect(leadOf(world, jane)).toBeUndefined();
      await world.run(2);
      expect(leadOf(world, jane)?.fields.Plan).toBe('pro');
    });

    it('while the lead waits for its lock costs a minute, too', async () => {
      await world.post(identify(jane, { plan: 'a' }));
      await world.run(5);
      world.loseTicks(1);
      await world.post(identify(jane, { plan: 'b' }));
      await world.run(60);
      expect(leadOf(world, jane)?.fields.Plan).toBe('b');
    });
  });

  describe('a message that comes twice', () => {
    it('changes nothing', async () => {
      await world.post(identify(jane, { plan: 'a' }));
      const [copy] = world.events.receive(1);
      await world.run(60);
      await world.post(identify(jane, { plan: 'b' }));
      await world.run(60);
      if (copy) world.events.send({ body: copy.body, group: copy.group, deduplication: 'copy' });
      await world.run(600);
      expect(leadOf(world, jane)?.fields.Plan).toBe('b');
    });
  });

  describe('when all is said', () => {
    it('nothing is left on the queues and nothing in the index', async () => {
      await world.post(identify(jane, { plan: 'a' }), identify('joe@example.com', { plan: 'b' }));
      await world.run(1_200);
      expect([world.events.counts(), world.tickMessages.counts()]).toEqual([
        { visible: 0, delayed: 0, inFlight: 0 },
        { visible: 0, delayed: 0, inFlight: 0 },
      ]);
      const entries = [...world.twin.rows.values()].filter(({ item }) => item.entry !== undefined);
      expect(entries).toEqual([]);
    });
  });
});
