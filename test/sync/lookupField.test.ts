import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cookie, leadOf } from '../support/scenario.ts';
import type { World } from '../support/world.ts';
import { createWorld } from '../support/world.ts';

const ann = 'ann@example.com';
const of = (userId: string, traits: object, more: object = {}) => ({
  type: 'identify',
  userId,
  traits,
  ...more,
});

describe('with marketo.lookupField, a person without an e-mail', () => {
  let world: World;

  beforeEach(async () => {
    world = await createWorld({
      api: 'rest',
      fieldMap: { userId: false },
      rules: { lookupField: 'customerNumber' },
    });
  });
  afterEach(async () => {
    expect(world.simulator.lockFaults).toBe(0);
    expect(world.stepsOf('dead')).toEqual([]);
    await world.close();
  });
  const leads = () => world.simulator.leads();
  const say = async (...events: readonly object[]): Promise<void> => {
    await world.post(...events);
    await world.run(90);
  };

  it('is a lead all the same, whom later events find by the userId', async () => {
    await say(of('u1', { customerNumber: 7, plan: 'pro' }));
    await say(of('u1', { firstName: 'Ann' }));
    expect(leads()).toMatchObject([
      { fields: { customerNumber: '7', Plan: 'pro', FirstName: 'Ann' } },
    ]);
    expect(leads()[0]?.email ?? '').toBe('');
    expect(world.stepsOf('held')).toEqual([]);
  });

  it('takes along what their userId held, and their cookie', async () => {
    const onDevice = { context: { Marketo: { marketoCookie: cookie('90718') } } };
    await say(of('u1', { plan: 'pro' }, onDevice));
    expect(leads()).toEqual([]);
    await say(of('u1', { customerNumber: 7 }));
    expect(leads()).toMatchObject([
      {
        fields: { customerNumber: '7', Plan: 'pro' },
        cookies: ['_mch-example.com-1374552656411-90718'],
      },
    ]);
  });

  it('is one lead for all sources that name the number, whatever their userIds', async () => {
    await say(of('u1', { customerNumber: 7, plan: 'pro' }));
    await say(of('u2', { customerNumber: ' 7 ', firstName: 'Ann' }));
    expect(leads()).toHaveLength(1);
    expect(leads()[0]?.fields).toMatchObject({ Plan: 'pro', FirstName: 'Ann' });
  });

  it('gets the e-mail when it turns up, by the userId or by the number', async () => {
    await say(of('u1', { customerNumber: 7, plan: 'pro' }));
    await say(of('u1', { email: ann }));
    expect(leads()).toMatchObject([{ email: ann, fields: { customerNumber: '7' } }]);
    await say(of('u3', { customerNumber: 8, plan: 'basic' }));
    await say(of('u4', { customerNumber: 8, email: 'eve@example.com' }));
    expect(leadOf(world, 'eve@example.com')?.fields).toMatchObject({ Plan: 'basic' });
    expect(leads()).toHaveLength(2);
  });

  it('is the lead of the e-mail that came with the number before', async () => {
    await say(of('u1', { customerNumber: 7, email: ann, plan: 'pro' }));
    await say(of('u2', { customerNumber: 7, firstName: 'Ann' }));
    expect(leads()).toMatchObject([{ email: ann, fields: { Plan: 'pro', FirstName: 'Ann' } }]);
  });

  it('is found by the number again after a lost answer, and after a deletion in Marketo', async () => {
    world.simulator.inject({ target: 'leads', drop: true, after: true });
    await say(of('u1', { customerNumber: 7, plan: 'pro' }));
    await world.run(300);
    expect(leads()).toHaveLength(1);
    world.simulator.deleteLead(leads()[0]?.id ?? 0);
    await say(of('u1', { firstName: 'Ann' }));
    await world.run(120);
    expect(leads()).toMatchObject([{ fields: { customerNumber: '7', FirstName: 'Ann' } }]);
  });

  it('is erased with their user', async () => {
    await say(of('u1', { customerNumber: 7, plan: 'pro' }));
    await world.post(of('u1', { plan: 'later' }));
    await say({ type: 'delete', userId: 'u1' });
    const kept = [...world.twin.rows.values()].map(({ json }) => json).join();
    expect(kept).not.toMatch(/"customerNumber":{[^}]*"value"|"pro"|later/);
  });

  it('waits without a number, and then too is nobody’s dead letter at once', async () => {
    await say(of('u1', { plan: 'pro' }));
    expect(leads()).toEqual([]);
    expect(world.stepsOf('held')).toHaveLength(1);
  });
});
