import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gapsOf, identify, leadOf, syncsOf } from '../support/scenario.ts';
import type { World } from '../support/world.ts';
import { apis, createWorld } from '../support/world.ts';

const jane = 'jane@example.com';
describe.each(apis)('over %s:', (api) => {
  let world: World;

  beforeEach(async () => {
    // Without a UserId field every first sync costs a refusal, which is another file's subject.
    world = await createWorld({ api, fieldMap: { userId: false } });
  });
  afterEach(async () => {
    expect(world.simulator.lockFaults).toBe(0);
    await world.close();
  });

  describe('the lock of a lead', () => {
    it('lets a quiet lead go within two seconds', async () => {
      await world.post(identify(jane, { firstName: 'Jane', plan: 'pro' }));
      await world.run(2);
      expect(leadOf(world, jane)?.fields).toMatchObject({ FirstName: 'Jane', Plan: 'pro' });
    });

    it('makes a hundred identifies of one second two calls, and the last values win', async () => {
      await world.post(identify(jane, { plan: '0', firstName: 'Jane' }));
      await world.run(0.1);
      for (let n = 1; n <= 100; n += 1) {
        world.pass(0.009);
        await world.post(identify(jane, { plan: String(n) }));
      }
      await world.run(120);
      const calls = syncsOf(world, jane);
      expect(calls).toHaveLength(2);
      expect(gapsOf(calls)[0]).toBeGreaterThanOrEqual(30);
      expect(gapsOf(calls)[0]).toBeLessThanOrEqual(36);
      expect(leadOf(world, jane)?.fields).toMatchObject({ Plan: '100', FirstName: 'Jane' });
    });

    it('keeps the last of several identifies of one millisecond', async () => {
      const timestamp = new Date(world.at()).toISOString();
      const plans = ['first', 'second', 'third'];
      await world.post(...plans.map((plan) => identify(jane, { plan }, { timestamp })));
      await world.run(60);
      expect(leadOf(world, jane)?.fields.Plan).toBe('third');
    });

    it('holds while a call takes long, and what came meanwhile goes out after it', async () => {
      world.whileCalling(80_000, async () => {
        await world.post(identify(jane, { plan: 'later' }));
        await world.absorbTurn();
      });
      await world.post(identify(jane, { plan: 'sooner', firstName: 'Jane' }));
      await world.run(300);
      const calls = syncsOf(world, jane);
      expect(calls).toHaveLength(2);
      expect((calls[0]?.endedAt ?? 0) - (calls[0]?.at ?? 0)).toBe(80_000);
      expect(gapsOf(calls)[0]).toBeGreaterThanOrEqual(30);
      expect(leadOf(world, jane)?.fields).toMatchObject({ Plan: 'later', FirstName: 'Jane' });
    });

    it('costs no second call when the same values come again during the first', async () => {
      world.whileCalling(5_000, async () => {
        await world.post(identify(jane, { plan: 'pro' }));
        await world.absorbTurn();
      });
      await world.post(identify(jane, { plan: 'pro' }));
      await world.run(120);
      expect(syncsOf(world, jane)).toHaveLength(1);
    });

    it('is one for all keys of a lead, whatever its FIFO group', async () => {
      await world.post(
        { type: 'identify', userId: 'u-1', traits: { email: jane, plan: 'a' } },
        { type: 'identify', anonymousId: 'a-1', traits: { email: 'JANE@example.com', plan: 'b' } },
        { type: 'identify', anonymousId: 'a-2', traits: { email: ` ${jane} `, plan: 'c' } },
      );
      await world.run(120);
      expect(world.simulator.leads()).toHaveLength(1);
      expect(leadOf(world, jane)?.fields.Plan).toBe('c');
    });

    it('is not taken for values that Marketo already has', async () => {
      for (let n = 0; n < 5; n += 1) {
        await world.post(identify(jane, { plan: 'pro', firstName: 'Jane' }));
        await world.run(60);
      }
      expect(syncsOf(world, jane)).toHaveLength(1);
      expect(world.stepsOf('unchanged')).toHaveLength(4);
    });

    it('loses a late old event to what is newer', async () => {
      await world.post(identify(jane, { plan: 'new' }));
      await world.run(60);
      const timestamp = new Date(world.at() - 3_600_000).toISOString();
      await world.post(identify(jane, { plan: 'old', firstName: 'Jane' }, { timestamp }));
      await world.run(60);
      expect(leadOf(world, jane)?.fields).toMatchObject({ Plan: 'new', FirstName: 'Jane' });
      expect(world.stepsOf('superseded')).toMatchObject([
        { fields: expect.arrayContaining(['Plan']) as unknown },
      ]);
    });

    it('is not frozen by a date in the far future', async () => {
      await world.post(
        identify(jane, { plan: 'from 2099' }, { timestamp: '2099-01-01T00:00:00Z' }),
      );
      await world.run(60);
      await world.post(identify(jane, { plan: 'from today' }));
      await world.run(60);
      expect(leadOf(world, jane)?.fields.Plan).toBe('from today');
    });
  });

  describe('many leads', () => {
    it('travel together, as many in a call as SOAP takes', async () => {
      const emails = Array.from({ length: 60 }, (_, n) => `person-${n}@example.com`);
      await world.post(...emails.map((email) => identify(email, { plan: email })));
      while ((await world.absorbTurn()) > 0);
      await world.run(10);
      expect(world.simulator.leads()).toHaveLength(60);
      expect(syncsOf(world)).toHaveLength(1);
      for (const email of emails) expect(leadOf(world, email)?.fields.Plan).toBe(email);
    });
  });
});
