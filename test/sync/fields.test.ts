import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cookie, identify, leadOf, syncsOf, troubles } from '../support/scenario.ts';
import type { World } from '../support/world.ts';
import { apis, createWorld } from '../support/world.ts';

const jane = 'jane@example.com';
const joe = 'joe@example.com';
const hour = 3_600;

describe.each(apis)('over %s:', (api) => {
  let world: World;

  const worldWith = (unknownFields: 'skip' | 'fail'): Promise<World> =>
    createWorld({ api, unknownFields, fieldMap: { userId: false, guess: 'InferredCompany' } });

  beforeEach(async () => {
    world = await worldWith('skip');
  });
  afterEach(async () => {
    expect(world.simulator.lockFaults).toBe(0);
    await world.close();
  });

  const deadLetters = () => [...world.twin.dead.values()];
  const refusals = () =>
    world.stepsOf('refused').map(({ fields, because }) => [fields?.join(), because]);
  const descriptions = () =>
    world.simulator.calls().filter(({ operation }) => operation.startsWith('describe'));
  const removeField = (name: string) =>
    (world.simulator.fields as Map<string, unknown>).delete(name);

  describe('a value that its field cannot take', () => {
    it('is refused before the call, with the reason, and the rest goes', async () => {
      await world.post(identify(jane, { plan: 'pro', logins: 'many', guess: 'Acme' }));
      await world.run(2);
      expect(leadOf(world, jane)?.fields).toEqual({ Plan: 'pro' });
      expect(refusals()).toEqual([
        ['InferredCompany', 'Marketo sets this field itself; map the trait to another one'],
        ['Logins', 'this text does not fit a field of type integer'],
      ]);
      expect(syncsOf(world)).toHaveLength(1);
      expect(deadLetters()).toEqual([]);
      expect(world.counted.get('RefusedValues')).toBe(2);
      expect(world.counted.get('UnknownFields')).toBeUndefined();
    });

    it('costs the other leads of its call nothing', async () => {
      const emails = Array.from({ length: 20 }, (_, n) => `p${n}@example.com`);
      await world.post(
        ...emails.map((email, n) =>
          identify(email, { plan: email, ...(n === 7 && { logins: 'x' }) }),
        ),
      );
      while ((await world.absorbTurn()) > 0);
      await world.run(5);
      expect(syncsOf(world)).toHaveLength(1);
      for (const email of emails) expect(leadOf(world, email)?.fields).toEqual({ Plan: email });
    });

    it('goes out once the user has given the field another type', async () => {
      await world.post(identify(jane, { logins: 'many' }));
      await world.run(25 * hour);
      world.addField({ name: 'Logins', dataType: 'string' });
      await world.post(identify(jane, { plan: 'pro' }));
      await world.run(120);
      expect(leadOf(world, jane)?.fields).toEqual({ Plan: 'pro', Logins: 'many' });
    });

    it('is replaced by the next one that fits', async () => {
      await world.post(identify(jane, { logins: 'many' }));
      await world.run(60);
      await world.post(identify(jane, { logins: 8 }));
      await world.run(60);
      expect(leadOf(world, jane)?.fields).toEqual({ Logins: '8' });
    });
  });

  describe('a value of another form than its field', () => {
    const traits = {
      logins: ' 7 ',
      newsletter: 'TRUE',
      trial_ends: '2026-01-02',
      born: '1815-12-10T08:00',
    };

    beforeEach(() => {
      world.addField({ name: 'Trial_ends', dataType: 'datetime' });
      world.addField({ name: 'Born', dataType: 'date' });
    });

    it('goes in the form that the field needs', async () => {
      await world.post(identify(jane, traits));
      await world.run(5);
      expect(leadOf(world, jane)?.fields).toEqual({
        Logins: '7',
        Newsletter: 'true',
        Trial_ends: '2026-01-02T00:00:00+00:00',
        Born: '1815-12-10',
      });
    });

    it('is recognized when it comes again unchanged', async () => {
      await world.post(identify(jane, traits));
      await world.run(60);
      await world.post(identify(jane, traits));
      await world.run(60);
      expect(syncsOf(world)).toHaveLength(1);
    });
  });

  describe('a field that Marketo has no longer', () => {
    beforeEach(async () => {
      await world.post(identify(jane, { plan: 'a', logins: 1 }));
      await world.run(60);
      removeField('Plan');
      removeField('Logins');
    });

    it('is refused once, and Marketo is soon asked for its fields, but not at once again', async () => {
      await world.post(identify(jane, { plan: 'b', newsletter: true }));
      await world.run(60);
      await world.post(identify(joe, { logins: 2, newsletter: true }));
      await world.run(60);
      expect(leadOf(world, joe)?.fields).toEqual({ Newsletter: 'true' });
      expect(descriptions()).toHaveLength(1);
      await world.run(600);
      await world.post(identify('eve@example.com', { plan: 'c', newsletter: false }));
      await world.run(60);
      expect(descriptions()).toHaveLength(2);
      await world.run(3 * hour);
      await world.post(identify('uma@example.com', { logins: 3, newsletter: true }));
      await world.run(60);
      expect(descriptions()).toHaveLength(2);
      // One for each of the two that Marketo refused; what came later was left out before the call.
      expect(deadLetters()).toHaveLength(2);
      expect(leadOf(world, 'uma@example.com')?.fields).toEqual({ Newsletter: 'true' });
    });

    it('takes values again within minutes of a refusal, if the user makes it anew', async () => {
      await world.post(identify(joe, { plan: 'b' }));
      await world.run(660);
      // By now it is left out; the refusal of another field has Marketo asked once more.
      await world.post(identify(joe, { plan: 'c' }));
      await world.run(60);
      world.addField({ name: 'Plan', dataType: 'string' });
      await world.post(identify(joe, { logins: 5, newsletter: true }));
      await world.run(25 * hour);
      await world.post(identify(joe, { newsletter: false }));
      await world.run(60);
      expect(leadOf(world, joe)?.fields).toEqual({ Newsletter: 'false', Plan: 'c' });
    });
  });

  it('a field that Marketo does not have is reported once a day, whichever instance meets it', async () => {
    for (let n = 0; n < 6; n += 1) {
      await world.post(identify(`p${n}@example.com`, { pants: n, socks: n }));
      await world.run(hour);
    }
    expect(world.counted.get('UnknownFields')).toBe(2);
    expect(world.complaints).toEqual(['Marketo has no such field', 'Marketo has no such field']);
    await world.run(24 * hour);
    await world.post(identify(jane, { pants: 'blue' }), identify(joe, { pants: 'red' }));
    await world.run(60);
    expect(world.counted.get('UnknownFields')).toBe(3);
  });

  it('a code of Marketo’s that no table knows is tried again and counted', async () => {
    const fault = troubles[api]['internalError'];
    if (!fault) throw new Error('no such trouble');
    world.inject({ ...fault, code: api === 'rest' ? '1999' : '29999' });
    await world.post(identify(jane, { plan: 'pro' }));
    await world.run(300);
    expect(world.counted.get('UnknownCodes')).toBe(1);
    expect(leadOf(world, jane)?.fields).toEqual({ Plan: 'pro' });
  });

  describe('with unknownFields: fail, an update with a field that Marketo does not have', () => {
    beforeEach(async () => {
      await world.close();
      world = await worldWith('fail');
    });

    it('is not sent half: all of it becomes a dead letter that names the field', async () => {
      await world.post(identify(jane, { plan: 'pro', pants: 'blue', logins: 1 }));
      await world.run(60);
      expect(leadOf(world, jane)).toBeUndefined();
      const because = 'Marketo has no such field: Pants (setting unknownFields: fail)';
      expect(deadLetters()).toMatchObject([
        {
          because,
          fields: [
            { name: 'Email', value: jane },
            { name: 'Logins', value: 1 },
            { name: 'Pants', value: 'blue' },
            { name: 'Plan', value: 'pro' },
          ],
        },
      ]);
      expect(world.stepsOf('dead')).toMatchObject([{ because }]);
      expect(world.counted.get('UnknownFields')).toBe(1);
    });

    it('stands neither in the way of other leads nor of what comes later', async () => {
      await world.post(
        identify(jane, { plan: 'pro', pants: 'blue' }),
        identify(joe, { plan: 'a' }),
      );
      await world.run(5);
      expect(leadOf(world, joe)?.fields).toEqual({ Plan: 'a' });
      await world.post(identify(jane, { plan: 'pro' }));
      await world.run(5);
      expect(leadOf(world, jane)?.fields).toEqual({ Plan: 'pro' });
      expect(deadLetters()).toHaveLength(1);
      expect(syncsOf(world)).toHaveLength(2);
    });

    it('loses no cookie: it goes along with the next update', async () => {
      const context = { Marketo: { marketoCookie: cookie('11111') } };
      await world.post(identify(jane, { pants: 'blue' }, { context }));
      await world.run(120);
      expect(world.simulator.leads()).toEqual([]);
      await world.post(identify(jane, { plan: 'pro' }));
      await world.run(120);
      expect(leadOf(world, jane)?.cookies).toEqual(['_mch-example.com-1374552656411-11111']);
    });

    it('does not fail for a value that its field cannot take', async () => {
      await world.post(identify(jane, { plan: 'pro', logins: 'many' }));
      await world.run(5);
      expect(leadOf(world, jane)?.fields).toEqual({ Plan: 'pro' });
      expect(deadLetters()).toEqual([]);
    });

    it('becomes one dead letter, before whichever step its worker dies', async () => {
      const update = async (): Promise<void> => {
        await world.post(identify(jane, { plan: 'pro', pants: 'blue' }));
        await world.run(1_200);
      };
      await update();
      const steps = world.steps();
      expect(steps).toBeGreaterThan(10);
      for (let step = 0; step < steps; step += 1) {
        await world.close();
        world = await worldWith('fail');
        world.dieAfter(step);
        await update();
        await world.post(identify(jane, { plan: 'basic' }));
        await world.run(5);
        const outcome = [leadOf(world, jane)?.fields, deadLetters().length];
        expect(outcome, `when it dies before step ${step}`).toEqual([{ Plan: 'basic' }, 1]);
      }
    }, 60_000);
  });
});
