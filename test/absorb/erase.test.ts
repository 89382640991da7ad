import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cookie, gapsOf, identify, leadOf, syncsOf } from '../support/scenario.ts';
import type { FaultRequest } from '../../simulator/faults.ts';
import type { World } from '../support/world.ts';
import { apis, createWorld } from '../support/world.ts';

const jane = 'jane@example.com';
const remove = (userId: string, more: object = {}) => ({ type: 'delete', userId, ...more });
const page = (more: object) => ({
  type: 'page',
  properties: { url: 'https://example.com/p' },
  ...more,
});

/** Everything that the leads table holds, as text. */
const everything = ({ twin }: World): string =>
  JSON.stringify([...twin.rows.values(), ...twin.dead.entries()]);

const saidOf = (world: World, step: string) =>
  world.lines.filter((line) => line.step === step && line.because?.startsWith('the user was'));

describe.each(apis)('over %s:', (api) => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld({ api, fieldMap: { userId: false } });
  });
  afterEach(async () => {
    await world.close();
  });

  describe('a delete', () => {
    const holds = async (): Promise<void> => {
      await world.post(
        page({ anonymousId: 'phone' }),
        { type: 'identify', userId: 'jane', traits: { title: 'secret-held' } },
        identify(jane, { plan: 'secret-plan' }, { anonymousId: 'laptop' }),
        identify(jane, {}, { context: { Marketo: { marketoCookie: cookie('11111') } } }),
        page({ userId: 'jane', anonymousId: 'phone' }),
      );
      await world.absorbTurn();
    };

    it('leaves nothing of the user in any item, known by whatever key', async () => {
      await holds();
      expect(everything(world)).toContain(jane);
      expect(everything(world)).toContain('secret-plan');
      await world.post(remove('jane'));
      await world.run(1);
      expect(everything(world)).not.toMatch(/example\.com|secret|11111|_mch/);
    });

    it('is told with its extent, and so are the values that will not go out', async () => {
      await holds();
      await world.post(remove('jane', { messageId: 'd-1' }));
      await world.absorbTurn();
      const [told] = saidOf(world, 'absorbed');
      expect(told).toMatchObject({ messageId: 'd-1' });
      expect(told?.because).toMatch(/^the user was deleted: [4-9] items and 0 dead letters$/);
      const lost = saidOf(world, 'superseded').flatMap(({ fields = [] }) => fields);
      expect(lost.sort()).toEqual(expect.arrayContaining(['Plan', 'Title']));
      expect(JSON.stringify(world.lines)).not.toMatch(/jane@|secret/);
    });

    it('keeps what was pending from Marketo, and deletes no lead there', async () => {
      await world.post(identify(jane, { plan: 'one' }));
      await world.run(60);
      await world.post(identify(jane, { plan: 'two' }));
      await world.absorbTurn();
      await world.post(remove('jane'));
      await world.run(600);
      expect(leadOf(world, jane)?.fields.Plan).toBe('one');
    });

    it('of a user of whom nothing is held says so', async () => {
      await world.post(remove('nobody'));
      await world.run(1);
      expect(saidOf(world, 'absorbed')[0]?.because).toBe('the user was deleted: nothing was held');
    });

    it('finds every e-mail that the user has had', async () => {
      for (const email of [
        'jane@one.example.com',
        'jane@two.example.com',
        'jane@three.example.com',
      ]) {
        await world.post(identify(email, { plan: 'secret' }));
        await world.absorbTurn();
        world.pass(1);
      }
      await world.post(remove('jane'));
      await world.run(120);
      expect(everything(world)).not.toMatch(/example\.com|secret/);
      expect(world.simulator.leads()).toEqual([]);
    });

    it('finds the lead of a userId that is an e-mail', async () => {
      await world.post({ type: 'identify', userId: jane, traits: { plan: 'secret' } });
      await world.absorbTurn();
      await world.post(remove(jane));
      await world.run(1);
      expect(everything(world)).not.toMatch(/example\.com|secret/);
    });

    it('deletes what is held for want of an e-mail, by both ids that it carries', async () => {
      await world.post(
        { type: 'identify', userId: 'jane', traits: { title: 'secret-1' } },
        { type: 'identify', anonymousId: 'phone', traits: { title: 'secret-2' } },
      );
      await world.absorbTurn();
      await world.post(remove('jane', { anonymousId: 'phone' }));
      await world.run(1);
      expect(everything(world)).not.toContain('secret');
      // No hold that could end in a dead letter is left.
      expect(everything(world)).not.toContain('heldSince');
    });

    it('deletes what is held at a cookie that came with the user', async () => {
      const context = { Marketo: { marketoCookie: cookie('22222') } };
      await world.post(
        { type: 'identify', anonymousId: 'x', traits: { title: 'secret-1' }, context },
        { type: 'identify', userId: 'jane', traits: { title: 'secret-2' }, context },
      );
      await world.absorbTurn();
      await world.post(remove('jane'));
      await world.run(1);
      expect(everything(world)).not.toMatch(/secret|22222/);
    });

    it('leaves other people alone, also on the same device', async () => {
      await world.post(
        identify(jane, { plan: 'hers' }, { anonymousId: 'family' }),
        identify('joe@example.com', { plan: 'his' }, { anonymousId: 'family' }),
      );
      await world.absorbTurn();
      await world.post(remove('jane', { anonymousId: 'family' }));
      await world.run(60);
      expect(everything(world)).not.toContain(jane);
      await world.post({ type: 'identify', anonymousId: 'family', traits: { title: 'Dr' } });
      await world.run(120);
      expect(leadOf(world, 'joe@example.com')?.fields).toMatchObject({ Plan: 'his', Title: 'Dr' });
      expect(leadOf(world, jane)).toBeUndefined();
    });

    it('is carried out whatever its integrations say', async () => {
      await world.post(identify(jane, { plan: 'secret' }));
      await world.absorbTurn();
      await world.post(remove('jane', { integrations: { All: false } }));
      await world.run(1);
      expect(everything(world)).not.toMatch(/example\.com|secret/);
    });

    it('takes the dead letters of the user along, and nobody else’s', async () => {
      world.addField({ name: 'Pants', dataType: 'string' });
      await world.post(identify('eve@example.com', {}));
      await world.run(60);
      // Marketo said that it has the field, and refuses it now.
      world.simulator.removeField('Pants');
      await world.post(
        identify(jane, { pants: 'secret' }),
        identify('joe@example.com', { pants: 'blue' }),
      );
      await world.run(300);
      expect(everything(world)).toContain('secret');
      await world.post(remove('jane', { messageId: 'd-1' }));
      await world.run(1);
      expect(everything(world)).not.toMatch(/jane@|secret/);
      expect(everything(world)).toContain('blue');
      expect(saidOf(world, 'absorbed')[0]?.because).toMatch(/and 1 dead letter$/);
    });

    it('keeps visits that wait for Munchkin from it, and from the dead letters', async () => {
      await world.post(identify(jane));
      await world.run(60);
      world.inject({ target: 'munchkin', status: 503 });
      await world.post(page({ userId: 'jane', messageId: 'v-1' }), page({ userId: 'jane' }));
      await world.absorbTurn();
      await world.post(remove('jane'));
      await world.absorbTurn();
      world.inject({ target: 'munchkin', status: 400 });
      await world.run(600);
      expect(world.simulator.visits()).toEqual([]);
      expect(world.twin.dead.size).toBe(0);
      const dropped = saidOf(world, 'superseded').map(({ messageId }) => messageId);
      expect(dropped).toHaveLength(2);
      expect(dropped).toContain('v-1');
    });

    it('keeps the visits of somebody without an e-mail, too', async () => {
      world.inject({ target: 'munchkin', status: 503 });
      await world.post(page({ userId: 'jane', anonymousId: 'phone' }));
      await world.absorbTurn();
      await world.post(remove('jane'));
      await world.run(600);
      expect(world.simulator.visits()).toEqual([]);
    });

    it('takes a visit along that Munchkin had refused', async () => {
      world.inject({ target: 'munchkin', status: 400 });
      await world.post(page({ userId: 'jane' }));
      await world.run(10);
      expect(world.twin.dead.size).toBe(1);
      await world.post(remove('jane'));
      await world.run(10);
      expect(world.twin.dead.size).toBe(0);
    });

    it('leaves the visits of others waiting', async () => {
      await world.post(identify('joe@example.com', {}, { anonymousId: 'family' }));
      await world.run(60);
      world.inject({ target: 'munchkin', status: 503 });
      await world.post(page({ userId: 'joe', anonymousId: 'family' }));
      await world.absorbTurn();
      await world.post(remove('jane', { anonymousId: 'family' }));
      await world.run(600);
      expect(world.simulator.visits()).toHaveLength(1);
    });

    it('lets a user come back in the same request, but no older copy', async () => {
      const timestamp = new Date(world.at() - 5_000).toISOString();
      await world.post(identify(jane, { plan: 'before' }));
      await world.post(
        remove('jane'),
        { ...identify(jane, { title: 'secret' }), timestamp },
        identify(jane, { lastName: 'behind' }),
      );
      await world.run(120);
      expect(leadOf(world, jane)?.fields).toEqual({ LastName: 'behind' });
      const lost = saidOf(world, 'superseded').flatMap(({ fields = [] }) => fields);
      expect(lost).toEqual(expect.arrayContaining(['Plan', 'Title']));
    });
  });

  describe('a delete that comes again, long after the queue has forgotten it,', () => {
    const again = { messageId: 'd-1' };
    const backAfterDelete = async (): Promise<void> => {
      await world.post(identify(jane, { plan: 'one' }));
      await world.run(60);
      await world.post(remove('jane', again));
      await world.run(600);
    };

    it('deletes nothing that came since, and says so', async () => {
      await backAfterDelete();
      await world.post(identify(jane, { plan: 'back' }, { anonymousId: 'laptop' }));
      await world.absorbTurn();
      const rows = everything(world);
      await world.post(remove('jane', again));
      await world.absorbTurn();
      expect(everything(world)).toBe(rows);
      await world.run(600);
      expect(leadOf(world, jane)?.fields.Plan).toBe('back');
      expect(saidOf(world, 'unchanged')).toMatchObject([again]);
      expect(saidOf(world, 'absorbed')).toMatchObject([again]);
    });

    it('leaves an e-mail that the user was named with only since, and what it said before', async () => {
      const traits = { email: jane, plan: 'hers' };
      await world.post({ type: 'identify', anonymousId: 'laptop', traits });
      await world.run(60);
      await world.post(remove('jane', again));
      await world.run(60);
      await world.post(identify(jane, {}, { anonymousId: 'phone' }));
      await world.run(600);
      const rows = everything(world);
      await world.post(remove('jane', again));
      await world.absorbTurn();
      expect(everything(world)).toBe(rows);
      expect(rows).toContain(jane);
      expect(saidOf(world, 'unchanged')).toMatchObject([again]);
    });

    it('leaves the dead letters that came since', async () => {
      await backAfterDelete();
      const refusal =
        api === 'rest' ? { target: 'leads', code: '609' } : { target: 'syncLead', code: '20103' };
      world.inject(refusal as FaultRequest);
      await world.post(identify(jane, { plan: 'back' }));
      await world.run(600);
      expect(world.twin.dead.size).toBe(1);
      await world.post(remove('jane', again));
      await world.run(60);
      expect(world.twin.dead.size).toBe(1);
    });

    it('is told from another delete of the same user', async () => {
      await backAfterDelete();
      await world.post(identify(jane, { plan: 'secret' }));
      await world.absorbTurn();
      await world.post(remove('jane', { messageId: 'd-2' }));
      await world.run(600);
      await world.post(remove('jane', again));
      await world.run(1);
      expect(everything(world)).not.toMatch(/example\.com|secret/);
      expect(saidOf(world, 'absorbed')).toMatchObject([again, { messageId: 'd-2' }]);
      expect(saidOf(world, 'unchanged')).toMatchObject([again]);
    });

    it('goes on where its worker died', async () => {
      await world.post(identify(jane, { plan: 'secret' }, { anonymousId: 'laptop' }));
      await world.run(60);
      for (let steps = 1; steps < 12; steps += 1) {
        await world.post(identify(jane, { plan: `secret ${steps}` }, { anonymousId: 'laptop' }));
        await world.run(60);
        const messageId = `d-${steps}`;
        await world.post(remove('jane', { messageId }));
        world.dieAfter(steps);
        await world.absorbTurn();
        // Before the message that failed is there again, the sender sends another copy.
        world.pass(400);
        await world.post(remove('jane', { messageId }));
        await world.run(600);
        expect(everything(world), `died before step ${steps}`).not.toMatch(/example\.com|secret/);
      }
    });
  });

  describe('after a delete', () => {
    it('the lock of the lead goes on', async () => {
      await world.post(identify(jane, { plan: 'one' }));
      await world.run(2);
      await world.post(remove('jane'));
      await world.run(1);
      await world.post(identify(jane, { plan: 'two' }));
      await world.run(120);
      const calls = syncsOf(world, jane);
      expect(calls).toHaveLength(2);
      expect(Math.min(...gapsOf(calls))).toBeGreaterThanOrEqual(30);
      expect(leadOf(world, jane)?.fields.Plan).toBe('two');
    });

    it('the answer of a call that was in flight brings nothing back, and the lease stands', async () => {
      await world.post(identify(jane, { plan: 'secret' }));
      await world.absorbTurn();
      world.whileCalling(20_000, async () => {
        await world.post(remove('jane'));
        await world.absorbTurn();
        world.pass(1);
        await world.post(identify(jane, { title: 'Dr' }));
        await world.absorbTurn();
      });
      await world.syncTurn();
      expect(everything(world)).not.toContain('secret');
      await world.run(300);
      expect(leadOf(world, jane)?.fields.Title).toBe('Dr');
      expect(Math.min(...gapsOf(syncsOf(world, jane)))).toBeGreaterThanOrEqual(30);
    });

    it('the refusal of a call that was in flight leaves no dead letter', async () => {
      const refusal =
        api === 'rest' ? { target: 'leads', code: '609' } : { target: 'syncLead', code: '20103' };
      world.inject({ ...refusal, delayMs: 20_000 } as FaultRequest);
      await world.post(identify(jane, { plan: 'secret' }));
      await world.absorbTurn();
      let hasHappened = false;
      world.whileCalling(20_000, async () => {
        await world.post(remove('jane'));
        await world.absorbTurn();
        hasHappened = true;
      });
      await world.syncTurn();
      expect(hasHappened).toBe(true);
      expect(everything(world)).not.toMatch(/jane@|secret/);
      await world.run(600);
      expect(everything(world)).not.toMatch(/jane@|secret/);
      expect(world.stepsOf('dead')).toEqual([]);
    });

    it('a late copy of an older event is superseded and brings nothing back', async () => {
      const late = identify(jane, { plan: 'secret' }, { anonymousId: 'laptop', messageId: 'm-1' });
      const timestamp = new Date(world.at()).toISOString();
      world.pass(10);
      await world.post(remove('jane'));
      await world.run(1);
      await world.post({ ...late, timestamp });
      await world.run(1);
      expect(everything(world)).not.toMatch(/example\.com|secret/);
      expect(saidOf(world, 'superseded')).toMatchObject([{ messageId: 'm-1' }]);
      await world.post({
        type: 'identify',
        anonymousId: 'laptop',
        traits: { title: 'x' },
        timestamp,
      });
      await world.run(1);
      expect(saidOf(world, 'superseded')).toHaveLength(2);
      expect(syncsOf(world, jane)).toEqual([]);
    });

    it('the user may come back', async () => {
      await world.post(identify(jane, { plan: 'secret' }, { anonymousId: 'laptop' }));
      await world.run(60);
      await world.post(remove('jane'));
      await world.run(60);
      await world.post(identify(jane, { plan: 'back' }, { anonymousId: 'laptop' }));
      await world.run(60);
      await world.post({ type: 'identify', anonymousId: 'laptop', traits: { title: 'Dr' } });
      await world.run(60);
      expect(leadOf(world, jane)?.fields).toMatchObject({ Plan: 'back', Title: 'Dr' });
    });
  });

  it('a mailbox outlives the aliases that it knows; what remembers a deletion ends after 90 days', async () => {
    const days = (kind: string) =>
      [...world.twin.rows].flatMap(([key, { item }]) =>
        key.startsWith(kind) ? [Math.round(((item.expiresAt ?? 0) - world.at()) / 86_400_000)] : [],
      );
    await world.post(identify(jane, { plan: 'pro' }, { anonymousId: 'laptop' }));
    await world.run(60);
    expect(days('lead#')).toEqual([730]);
    await world.post(remove('jane'));
    await world.run(1);
    expect([...days('lead#'), ...days('key#')]).toEqual([90, 90, 90]);
  });

  it('a delete whose worker dies before any of its steps leaves nothing once it is done again', async () => {
    let steps = 0;
    for (let hasDied = true; hasDied; steps += 1) {
      await world.post(
        identify(jane, { plan: 'secret' }, { anonymousId: 'laptop' }),
        page({ anonymousId: 'phone', userId: 'jane' }),
      );
      await world.run(10);
      await world.post(
        identify('jane@old.example.com', { plan: 'secret' }),
        identify(jane, { plan: 'secret too' }),
        remove('jane'),
      );
      world.dieAfter(steps);
      await world.absorbTurn();
      hasDied = world.hasDied();
      await world.run(600);
      expect(everything(world), `died before step ${steps}`).not.toMatch(/example\.com|secret/);
    }
    expect(steps).toBeGreaterThan(10);
  });
});
