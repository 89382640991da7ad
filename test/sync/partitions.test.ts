import { afterEach, describe, expect, it } from 'vitest';
import type { Rule } from '../../lambdas/marketo/mapping/mappingSchema.ts';
import { identify, leadOf } from '../support/scenario.ts';
import type { World } from '../support/world.ts';
import { createWorld } from '../support/world.ts';

let world: World;
afterEach(() => world.close());

const rules: readonly Rule[] = [{ to: 'partition', partition: 'context.region' }];
const people = ['ann', 'bob', 'cid', 'dot'].map((name) => `${name}@example.com`);
const inRegion = (email: string | undefined, region?: string) =>
  identify(email ?? '', { plan: 'pro' }, region === undefined ? {} : { context: { region } });

const begin = async (more: Partial<Parameters<typeof createWorld>[0]> = {}): Promise<void> => {
  world = await createWorld({
    api: 'rest',
    fieldMap: { userId: false },
    mapping: { rules },
    schema: { partitions: [{ name: 'Default' }, { name: 'Europe' }, { name: 'Asia' }] },
    ...more,
  });
};
const calls = () =>
  world.simulator.calls().filter(({ operation, worked }) => operation === 'leads' && worked);
const partitionOf = (email = '') => leadOf(world, email)?.partition;
const deadLetters = () => [...world.twin.dead.values()];

describe('rules for the partition of a lead', () => {
  it('make each new lead where its event says, with one call for each partition', async () => {
    await begin();
    const regions = ['Europe', 'Asia', 'Europe', undefined];
    await world.post(...people.map((email, n) => inRegion(email, regions[n])));
    await world.run(120);
    expect(people.map(partitionOf)).toEqual(['Europe', 'Asia', 'Europe', undefined]);
    expect(people.map((email) => leadOf(world, email)?.fields.Plan)).toEqual(Array(4).fill('pro'));
    expect(calls()).toHaveLength(3);
    expect(deadLetters()).toEqual([]);
  });

  it('count before the setting marketo.partition', async () => {
    await begin({ rules: { partition: 'Asia' } });
    await world.post(inRegion(people[0], 'Europe'), inRegion(people[1]));
    await world.run(120);
    expect(people.slice(0, 2).map(partitionOf)).toEqual(['Europe', 'Asia']);
  });

  it('leave a lead that Marketo has where it is, and cost it no call', async () => {
    await begin();
    await world.post(inRegion(people[0], 'Europe'));
    await world.run(120);
    const before = calls().length;
    await world.post(inRegion(people[0], 'Asia'));
    await world.run(120);
    expect(partitionOf(people[0])).toBe('Europe');
    expect(calls()).toHaveLength(before);
    expect(deadLetters()).toEqual([]);
    expect(world.counted.get('UnknownFields')).toBeUndefined();
  });

  it('update a lead that others have made in another partition there', async () => {
    await begin();
    world.simulator.createLead({ email: people[0] ?? '', partition: 'Asia' });
    await world.post(inRegion(people[0], 'Europe'));
    await world.run(120);
    expect(leadOf(world, people[0] ?? '')).toMatchObject({
      partition: 'Asia',
      fields: { Plan: 'pro' },
    });
    expect(deadLetters()).toEqual([]);
  });

  it('wait with the person until an e-mail is known', async () => {
    await begin();
    const context = { region: 'Europe' };
    await world.post({ type: 'track', event: 'Seen', anonymousId: 'phone', context });
    await world.run(60);
    await world.post(identify(people[0] ?? '', {}, { anonymousId: 'phone' }));
    await world.run(120);
    expect(partitionOf(people[0])).toBe('Europe');
  });

  it('make no lead elsewhere where the API user may not write: a dead letter says why', async () => {
    await begin({
      schema: { partitions: [{ name: 'Default' }, { name: 'Europe', writable: false }] },
    });
    await world.post(inRegion(people[0], 'Europe'), inRegion(people[1]));
    await world.run(400);
    expect(leadOf(world, people[0] ?? '')).toBeUndefined();
    expect(leadOf(world, people[1] ?? '')).toBeDefined();
    expect(deadLetters().map(({ because }) => because)).toEqual([
      'the API user has no access to the lead’s partition (1008)',
    ]);
  });
});
