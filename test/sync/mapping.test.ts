import { afterEach, describe, expect, it } from 'vitest';
import type { Rule } from '../../lambdas/marketo/mapping/mappingSchema.ts';
import { identify, leadOf } from '../support/scenario.ts';
import type { World } from '../support/world.ts';
import { apis, createWorld } from '../support/world.ts';

const jane = 'jane@example.com';
let world: World;
afterEach(() => world.close());

const rules: readonly Rule[] = [
  {
    when: { event: 'Plan Changed', if: { 'properties.plan': { oneOf: ['pro', 'team'] } } },
    to: 'fields',
    values: { Plan: 'properties.plan' },
  },
  {
    name: 'tests',
    when: { if: { 'context.test': { equals: true } } },
    to: 'nothing',
  },
];

describe('rules for static lists', () => {
  it('add a lead, and remove it, as the event says', async () => {
    world = await createWorld({
      api: 'rest',
      schema: { lists: [{ id: 1001, name: 'Customers' }] },
      fieldMap: { userId: false },
      mapping: {
        rules: [
          { when: { event: 'Bought' }, to: 'list', list: 1001, member: 'add' },
          { when: { event: 'Status' }, to: 'list', list: 1001, member: 'properties.isCustomer' },
        ],
      },
    });
    const members = () => world.simulator.state.members(1001).length;
    await world.post(identify(jane), { type: 'track', event: 'Bought', userId: 'jane' });
    await world.run(120);
    expect(members()).toBe(1);
    const properties = { isCustomer: false };
    await world.post({ type: 'track', event: 'Status', userId: 'jane', properties });
    await world.run(120);
    expect(members()).toBe(0);
    expect(world.stepsOf('visited')).toEqual([]);
  });
});

describe.each(apis)('rules of the mapping, over %s', (api) => {
  const begin = async (): Promise<void> => {
    world = await createWorld({ api, fieldMap: { userId: false }, mapping: { rules } });
  };
  const plan = () => leadOf(world, jane)?.fields.Plan;
  const changed = (to: string, more: object = {}) => ({
    type: 'track',
    event: 'Plan Changed',
    userId: 'jane',
    properties: { plan: to },
    ...more,
  });

  it('let a track fill a field of its lead, and remain a visit', async () => {
    await begin();
    await world.post(identify(jane, { plan: 'free' }, { userId: 'jane' }));
    await world.run(60);
    expect(plan()).toBe('free');
    await world.post(changed('pro'), changed('trial'));
    await world.run(60);
    expect(plan()).toBe('pro');
    expect(world.stepsOf('visited')).toHaveLength(2);
  });

  it('let what a track says of fields wait for its person, also where it only hints at one', async () => {
    await begin();
    await world.post({
      type: 'track',
      event: 'Plan Changed',
      anonymousId: 'phone',
      properties: { plan: 'team', email: jane },
    });
    await world.run(60);
    expect(plan()).toBeUndefined();
    await world.post(identify(jane, { city: 'Rome' }, { anonymousId: 'phone' }));
    await world.run(60);
    expect(plan()).toBe('team');
  });

  it('keep an event from Marketo, and say so', async () => {
    await begin();
    await world.post(identify(jane, { plan: 'pro' }, { userId: 'jane', context: { test: true } }));
    await world.run(60);
    expect(world.stepsOf('synced')).toEqual([]);
    expect(world.stepsOf('dropped')).toMatchObject([
      { because: 'the mapping sends this event nowhere (tests)' },
    ]);
  });
});
