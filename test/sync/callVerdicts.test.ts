import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { identify, leadOf, syncsOf, troubles } from '../support/scenario.ts';
import type { World } from '../support/world.ts';
import { apis, createWorld } from '../support/world.ts';

const jane = 'jane@example.com';
describe.each(apis)('over %s:', (api) => {
  let world: World;

  beforeEach(async () => {
    world = await createWorld({ api, fieldMap: { userId: false } });
  });
  afterEach(async () => {
    expect(world.simulator.lockFaults).toBe(0);
    await world.close();
  });

  const inject = (trouble: string, count = 1): void => {
    const fault = troubles[api][trouble];
    if (!fault) throw new Error(`no trouble is called ${trouble}`);
    world.inject({ ...fault, count });
  };

  const deadLetters = () => [...world.twin.dead.values()];

  const refusedFields = () =>
    world.stepsOf('refused').map(({ fields, because }) => [fields, because]);

  describe('a field that Marketo does not have', () => {
    it('is left out, with the reason, and costs no call and no lock', async () => {
      await world.post(identify(jane, { plan: 'pro', pants: 'blue' }));
      await world.run(2);
      expect(leadOf(world, jane)?.fields).toEqual({ Plan: 'pro' });
      expect(refusedFields()).toEqual([[['Pants'], 'Marketo has no such field']]);
      expect(syncsOf(world)).toHaveLength(1);
    });

    it('is not taken again, and the line says that this is not the first time', async () => {
      await world.post(identify(jane, { pants: 'blue' }));
      await world.run(2);
      await world.post(identify(jane, { pants: 'blue' }));
      await world.run(2);
      expect(refusedFields()).toEqual([
        [['Pants'], 'Marketo has no such field'],
        [['Pants'], 'the same value was rejected before'],
      ]);
    });

    it('is not asked about for every lead: Marketo describes its fields once a day', async () => {
      const asked = () =>
        world.simulator.calls().filter(({ operation }) => operation.startsWith('describe'));
      for (let hour = 0; hour < 23; hour += 1) {
        await world.post(identify(`p${hour}@example.com`, { pants: 'blue' }));
        await world.run(3_600);
      }
      expect(asked()).toHaveLength(1);
      await world.run(2 * 3_600);
      await world.post(identify(jane, { pants: 'blue' }));
      await world.run(60);
      expect(asked()).toHaveLength(2);
    });

    it('that the user makes in Marketo takes values a day later at the latest', async () => {
      await world.post(identify(jane, { pants: 'blue' }));
      await world.run(25 * 3_600);
      world.addField({ name: 'Pants', dataType: 'string' });
      await world.post(identify(jane, { pants: 'blue' }));
      await world.run(120);
      expect(leadOf(world, jane)?.fields).toEqual({ Pants: 'blue' });
    });
  });

  describe('a field that Marketo does not have any more, though it said so', () => {
    beforeEach(async () => {
      world.addField({ name: 'Pants', dataType: 'string' });
      await world.post(identify('eve@example.com', { plan: 'free' }));
      await world.run(60);
      world.simulator.removeField('Pants');
    });

    it('costs that field, not the lead', async () => {
      await world.post(identify(jane, { plan: 'pro', pants: 'blue' }));
      await world.run(120);
      expect(leadOf(world, jane)?.fields).toEqual({ Plan: 'pro' });
      expect(deadLetters()).toMatchObject([{ fields: [{ name: 'Pants', value: 'blue' }] }]);
    });

    it('is remembered, so that the next lead is not refused for it', async () => {
      await world.post(identify(jane, { plan: 'pro', pants: 'blue' }));
      await world.run(120);
      const before = world.simulator.calls().length;
      await world.post(identify('joe@example.com', { plan: 'basic', pants: 'red' }));
      await world.run(120);
      expect(world.simulator.calls()).toHaveLength(before + 1);
      expect(leadOf(world, 'joe@example.com')?.fields).toEqual({ Plan: 'basic' });
      expect(refusedFields()).toContainEqual([['Pants'], 'Marketo has no such field']);
    });

    it('delays the other leads of its call by one lock and costs them nothing', async () => {
      const emails = Array.from({ length: 10 }, (_, n) => `p${n}@example.com`);
      await world.post(
        ...emails.map((email, n) =>
          identify(email, { plan: email, ...(n === 4 && { pants: 'x' }) }),
        ),
      );
      await world.run(40);
      for (const email of emails) expect(leadOf(world, email)?.fields).toEqual({ Plan: email });
      expect(deadLetters()).toHaveLength(1);
    });
  });

  describe('a value that Marketo refuses', () => {
    it('gives up that lead after attempts of its own, and no other', async () => {
      const emails = Array.from({ length: 8 }, (_, n) => `p${n}@example.com`);
      await world.post(
        ...emails.map((email, n) =>
          identify(email, n === 3 ? { logins: '1,000' } : { plan: email }),
        ),
      );
      await world.run(4 * 3_600);
      expect(deadLetters()).toHaveLength(1);
      for (const [n, email] of emails.entries())
        if (n !== 3) expect(leadOf(world, email)?.fields).toEqual({ Plan: email });
    });

    it('does not stand in the way of the next event of its lead', async () => {
      await world.post(identify(jane, { logins: '1,000' }));
      await world.run(4 * 3_600);
      await world.post(identify(jane, { logins: 7 }));
      await world.run(120);
      expect(leadOf(world, jane)?.fields).toEqual({ Logins: '7' });
    });
  });

  describe('a refusal of a whole call that names nobody', () => {
    it('is halved until only the culprit is left', async () => {
      const emails = Array.from({ length: 16 }, (_, n) => `p${n}@example.com`);
      await world.post(...emails.map((email) => identify(email, { plan: email })));
      // The call of all, then one half, then one quarter …: whoever is with the culprit is refused.
      inject('badCall');
      await world.run(40);
      await world.run(400);
      for (const email of emails) expect(leadOf(world, email)?.fields.Plan).toBe(email);
      expect(deadLetters()).toEqual([]);
    });
  });

  describe('while Marketo cannot be used', () => {
    const outages = [
      ['is unreachable', 'unreachable'],
      ['cuts the connection', 'cut'],
      ['is throttled', 'throttled'],
      ['refuses our credentials', 'badCredentials'],
    ] as const;

    it.each(outages)(
      'because it %s, leads wait, few probes go out, and all arrive afterwards',
      async (_why, trouble) => {
        inject(trouble, 1_000);
        const emails = Array.from({ length: 30 }, (_, n) => `p${n}@example.com`);
        for (const email of emails) {
          await world.post(identify(email, { plan: 'first' }));
          await world.run(20);
          await world.post(identify(email, { plan: 'last' }));
          await world.run(100);
        }
        await world.run(3 * 3_600);
        const probes = world.simulator.calls().length;
        expect(probes).toBeLessThanOrEqual((4 * 3_600) / 300 + 20);
        expect(deadLetters()).toEqual([]);
        world.simulator.clearFaults();
        await world.run(1_800);
        for (const email of emails) expect(leadOf(world, email)?.fields.Plan).toBe('last');
        // An outage costs about a call per lead at recovery, not one per event.
        expect(world.simulator.calls().length - probes).toBeLessThanOrEqual(30);
        expect(deadLetters()).toEqual([]);
      },
    );

    it('because the day’s quota is used up, leads wait for midnight US Central and all arrive then', async () => {
      inject('outOfQuota', 1_000);
      const emails = Array.from({ length: 30 }, (_, n) => `p${n}@example.com`);
      for (const email of emails) {
        await world.post(identify(email, { plan: 'first' }), identify(email, { plan: 'last' }));
        await world.run(600);
      }
      expect(world.simulator.calls().length).toBeLessThanOrEqual(10);
      world.simulator.clearFaults();
      // It is 11 o'clock in Chicago in November, and midnight is 06:00 UTC.
      const midnight = Date.UTC(2026, 10, 24, 6);
      await world.run((midnight - world.at()) / 1_000 - 60);
      expect(world.simulator.leads()).toEqual([]);
      await world.run(1_800);
      for (const email of emails) expect(leadOf(world, email)?.fields.Plan).toBe('last');
      expect(deadLetters()).toEqual([]);
    });

    it('a call whose answer is lost is not taken for done, and is repeated', async () => {
      await world.post(identify(jane, { plan: 'a' }));
      await world.run(60);
      inject('lostAnswer');
      await world.post(identify(jane, { plan: 'b' }));
      await world.run(10);
      // Back to what Marketo had before the lost answer: it must go out, for nobody knows what it has.
      await world.post(identify(jane, { plan: 'a' }));
      await world.run(600);
      expect(leadOf(world, jane)?.fields.Plan).toBe('a');
    });

    it('an internal error of Marketo is tried again with backoff', async () => {
      inject('internalError', 3);
      await world.post(identify(jane, { plan: 'a' }));
      await world.run(1_200);
      expect(leadOf(world, jane)?.fields.Plan).toBe('a');
      expect(syncsOf(world).length).toBe(4);
    });
  });
});
