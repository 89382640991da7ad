import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Field } from '../../../simulator/field.ts';
import { cookie, identify, leadOf, syncsOf } from '../../support/scenario.ts';
import type { World } from '../../support/world.ts';
import { apis, createWorld } from '../../support/world.ts';
import { holdDays, operatorOf } from './operator.ts';

const jane = 'jane@example.com';
const joe = 'joe@example.com';
const hour = 3_600;
const day = 24 * hour;

describe.each(apis)('over %s:', (api) => {
  let world: World;
  let operator: ReturnType<typeof operatorOf>;

  const begin = async (options: Parameters<typeof createWorld>[0] = {}): Promise<void> => {
    world = await createWorld({ api, fieldMap: { userId: false }, holdDays, ...options });
    operator = operatorOf(world);
  };
  beforeEach(() => begin());
  afterEach(async () => {
    expect(world.simulator.lockFaults).toBe(0);
    await world.close();
  });

  const fieldsOf = (email: string) => leadOf(world, email)?.fields;
  const removeField = (name: string): void => {
    (world.simulator.fields as Map<string, Field>).delete(name);
  };
  const descriptions = () =>
    world.simulator.calls().filter(({ operation }) => operation.startsWith('describe'));
  const outcomes = async (
    done: Promise<readonly { readonly outcome: string; readonly because?: string }[]>,
  ) => (await done).map(({ outcome, because }) => [outcome, because]);

  describe('a value that Marketo refused, because its field was deleted there,', () => {
    beforeEach(async () => {
      await world.post(identify(jane, { plan: 'a', logins: 1 }));
      await world.run(60);
      removeField('Plan');
      await world.post(identify(jane, { plan: 'b', newsletter: true }, { messageId: 'm-1' }));
      await world.run(60);
      expect(fieldsOf(jane)).toEqual({ Plan: 'a', Logins: '1', Newsletter: 'true' });
    });

    it('is listed with its reason, and gets there when the field is back and it is resent', async () => {
      const [letter] = await operator.all();
      expect(letter).toMatchObject({
        id: expect.stringMatching(/^lead:/) as string,
        kind: 'lead',
        fields: [{ name: 'Plan', value: 'b' }],
        activities: 0,
      });
      world.addField({ name: 'Plan', dataType: 'string' });
      expect(await operator.resendAll()).toMatchObject([{ id: letter?.id, outcome: 'resent' }]);
      await world.run(120);
      expect(fieldsOf(jane)?.Plan).toBe('b');
      expect(await operator.all()).toEqual([]);
    });

    it('gets there although Marketo was asked for its fields just before', async () => {
      world.pass(600);
      await world.post(identify(joe, { plan: 'c', logins: 2 }));
      await world.run(5);
      expect(descriptions()).toHaveLength(2);
      world.addField({ name: 'Plan', dataType: 'string' });
      expect(await outcomes(operator.resendAll())).toEqual([
        ['resent', 'it goes within minutes: Marketo is asked for its fields first'],
      ]);
      await world.run(120);
      expect(fieldsOf(jane)?.Plan).toBe('b');
      expect(descriptions()).toHaveLength(3);
    });

    it('waits in the mailbox with its reason, where the field is not back after all', async () => {
      await operator.resendAll();
      await world.run(120);
      expect(world.stepsOf('refused').at(-1)).toMatchObject({
        fields: ['Plan'],
        because: 'Marketo has no such field',
      });
      world.addField({ name: 'Plan', dataType: 'string' });
      world.pass(day);
      await world.post(identify(jane, { newsletter: false }));
      await world.run(60);
      expect(fieldsOf(jane)).toMatchObject({ Plan: 'b', Newsletter: 'false' });
    });

    it('does not overrule what came since', async () => {
      world.addField({ name: 'Plan', dataType: 'string' });
      world.pass(day);
      await world.post(identify(jane, { plan: 'c' }));
      await world.run(60);
      const before = syncsOf(world).length;
      expect(await outcomes(operator.resendAll())).toEqual([
        ['superseded', 'later events say otherwise'],
      ]);
      await world.run(300);
      expect(fieldsOf(jane)?.Plan).toBe('c');
      expect(syncsOf(world)).toHaveLength(before);
      expect(await operator.all()).toEqual([]);
    });

    it('gets there with what a later event repeated in vain', async () => {
      await world.post(identify(jane, { plan: 'b' }));
      await world.run(60);
      world.addField({ name: 'Plan', dataType: 'string' });
      await operator.resendAll();
      await world.run(120);
      expect(fieldsOf(jane)?.Plan).toBe('b');
    });

    it('stays out for good when it is dropped, and comes with the next event', async () => {
      world.addField({ name: 'Plan', dataType: 'string' });
      expect(await outcomes(operator.dropAll())).toEqual([['dropped', undefined]]);
      world.pass(day);
      expect(fieldsOf(jane)?.Plan).toBe('a');
      expect(await operator.all()).toEqual([]);
      await world.post(identify(jane, { plan: 'd' }));
      await world.run(60);
      expect(fieldsOf(jane)?.Plan).toBe('d');
    });

    it('is told in the steps of its event, without its value', async () => {
      const [letter] = await operator.all();
      const from = world.lines.length;
      await operator.resendAll();
      expect(world.lines.slice(from)).toEqual([
        {
          step: 'absorbed',
          lead: letter?.lead,
          messages: letter?.messages,
          fields: ['Plan'],
          because: 'a dead letter was resent',
        },
      ]);
    });

    it('goes once, when two resend it at the same time', async () => {
      world.addField({ name: 'Plan', dataType: 'string' });
      const other = operatorOf(world);
      const before = syncsOf(world).length;
      const both = await Promise.all([operator.resendAll(), other.resendAll()]);
      for (const [{ outcome } = { outcome: '' }] of both)
        expect(['resent', 'gone']).toContain(outcome);
      await world.run(300);
      expect(fieldsOf(jane)?.Plan).toBe('b');
      expect(syncsOf(world)).toHaveLength(before + 1);
      expect(await operator.all()).toEqual([]);
    });

    it('is found by the lead whose it is', async () => {
      const [letter] = await operator.all();
      expect(await operator.of([`${letter?.lead ?? ''}#`])).toEqual([letter]);
      expect(await operator.of(['nobody#'])).toEqual([]);
      expect(await operator.count(10)).toEqual({ count: 1, isAll: true });
    });

    it('is gone with its user', async () => {
      const [letter] = await operator.all();
      await world.post({ type: 'delete', userId: 'jane' });
      await world.run(5);
      expect(await operator.resend([letter?.id ?? ''])).toMatchObject([{ outcome: 'gone' }]);
      await world.run(300);
      expect(await operator.all()).toEqual([]);
    });
  });

  it('an update that failed for want of a field goes as a whole, its cookie with it', async () => {
    await world.close();
    await begin({ unknownFields: 'fail' });
    const context = { Marketo: { marketoCookie: cookie('11111') } };
    await world.post(identify(jane, { plan: 'pro', pants: 'blue' }, { context }));
    await world.run(60);
    expect(leadOf(world, jane)).toBeUndefined();
    world.addField({ name: 'Pants', dataType: 'string' });
    await operator.resendAll();
    await world.run(180);
    expect(fieldsOf(jane)).toEqual({ Plan: 'pro', Pants: 'blue' });
    expect(leadOf(world, jane)?.cookies).toEqual(['_mch-example.com-1374552656411-11111']);
  });

  it('an update that fails again is a dead letter again', async () => {
    await world.close();
    await begin({ unknownFields: 'fail' });
    await world.post(identify(jane, { plan: 'pro', pants: 'blue' }));
    await world.run(60);
    const [first] = await operator.all();
    await operator.resendAll();
    expect(await operator.all()).toEqual([]);
    await world.run(180);
    expect(await operator.all()).toMatchObject([{ id: first?.id, fields: first?.fields }]);
  });

  describe('what was held too long for want of an e-mail', () => {
    const held = { type: 'identify', userId: 'jane', traits: { plan: 'pro' } };
    beforeEach(async () => {
      await world.post(held);
      await world.run(hour + 300);
      expect(await operator.all()).toMatchObject([
        {
          id: expect.stringMatching(/^key:/) as string,
          because: 'no e-mail is known for this person',
        },
      ]);
    });

    it('is held for as long again, and reaches the lead whose e-mail turns up', async () => {
      await world.post({ ...held, traits: { logins: 7 } });
      await world.run(0.9 * hour);
      expect(await outcomes(operator.resendAll())).toEqual([
        ['resent', 'held again: no e-mail is known for this person'],
      ]);
      expect(await operator.all()).toEqual([]);
      await world.run(0.9 * hour);
      expect(await operator.all()).toEqual([]);
      await world.post(identify(jane));
      await world.run(60);
      expect(fieldsOf(jane)).toEqual({ Plan: 'pro', Logins: '7' });
    });

    it('is a dead letter again when no e-mail turns up', async () => {
      await operator.resendAll();
      await world.run(hour + 300);
      expect(await operator.all()).toHaveLength(1);
    });

    it('goes to the lead that the key names by now', async () => {
      await world.post(identify(jane));
      await world.run(60);
      expect(await outcomes(operator.resendAll())).toEqual([['resent', undefined]]);
      await world.run(60);
      expect(fieldsOf(jane)).toEqual({ Plan: 'pro' });
      expect(await operator.all()).toEqual([]);
    });

    it('goes to the lead that the key named first, when it names another one by now', async () => {
      await world.post(identify(jane), identify(joe));
      await world.run(60);
      await world.post(identify(joe, {}, { userId: 'jane' }));
      await world.run(60);
      await operator.resendAll();
      await world.run(60);
      expect([fieldsOf(jane), fieldsOf(joe)]).toEqual([{ Plan: 'pro' }, {}]);
    });

    it('is superseded by what the lead was told since', async () => {
      await world.post(identify(jane, { plan: 'basic' }));
      await world.run(60);
      expect(await outcomes(operator.resendAll())).toEqual([
        ['superseded', 'later events say otherwise'],
      ]);
      await world.run(60);
      expect(fieldsOf(jane)).toEqual({ Plan: 'basic' });
    });

    it('is gone with its user', async () => {
      const [letter] = await operator.all();
      await world.post({ type: 'delete', userId: 'jane' });
      await world.run(5);
      expect(await operator.resend([letter?.id ?? ''])).toMatchObject([{ outcome: 'gone' }]);
    });
  });

  describe('a visit that Munchkin refused', () => {
    const visit = {
      type: 'page',
      userId: 'jane',
      messageId: 'v-1',
      properties: { url: 'https://example.com/pricing?a=1' },
    };
    beforeEach(async () => {
      world.inject({ target: 'munchkin', status: 400 });
      await world.post(visit);
      await world.run(5);
      expect(world.simulator.visits()).toEqual([]);
    });

    it('is listed with its page, and gets there when it is resent', async () => {
      expect(await operator.all()).toMatchObject([
        {
          id: expect.stringMatching(/^visit:[^-]/) as string,
          kind: 'visit',
          because: 'Munchkin answered 400',
          page: 'example.com/pricing',
        },
      ]);
      expect(await outcomes(operator.resendAll())).toEqual([['resent', undefined]]);
      await world.run(10);
      expect(world.simulator.visits()).toHaveLength(1);
      expect(await operator.all()).toEqual([]);
    });

    it('is a dead letter again when it is refused again', async () => {
      world.inject({ target: 'munchkin', status: 400 });
      await operator.resendAll();
      await world.run(10);
      expect(await operator.all()).toHaveLength(1);
    });

    it('goes nowhere after its user was deleted', async () => {
      const [letter] = [...world.twin.dead];
      const all = await operator.all();
      await world.post({ type: 'delete', userId: 'jane' });
      await world.run(5);
      expect(await operator.resend(all.map(({ id }) => id))).toMatchObject([{ outcome: 'gone' }]);
      // One that the deletion has missed.
      if (letter) world.twin.dead.set(...letter);
      expect(await outcomes(operator.resendAll())).toEqual([
        ['superseded', 'the user was deleted'],
      ]);
      await world.run(10);
      expect(world.simulator.visits()).toEqual([]);
      expect(await operator.all()).toEqual([]);
    });
  });

  it('a lead that Marketo refused as a whole gets there with all that its call carried', async () => {
    const context = { Marketo: { marketoCookie: cookie('22222') } };
    world.inject(
      api === 'rest' ? { target: 'leads', code: '1008' } : { target: 'syncLead', code: '20103' },
    );
    await world.post(identify(jane, { plan: 'pro', logins: 7 }, { context }));
    await world.run(300);
    expect(await operator.all()).toMatchObject([
      { fields: [{ name: 'Email' }, { name: 'Logins' }, { name: 'Plan' }] },
    ]);
    expect(leadOf(world, jane)).toBeUndefined();
    expect(await outcomes(operator.resendAll())).toEqual([['resent', undefined]]);
    await world.run(180);
    expect(fieldsOf(jane)).toEqual({ Plan: 'pro', Logins: '7' });
    expect(leadOf(world, jane)?.cookies).toEqual(['_mch-example.com-1374552656411-22222']);
  });
});
