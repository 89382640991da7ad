import { expect, it } from 'vitest';
import { identify, syncsOf } from '../support/scenario.ts';
import { apis, createWorld } from '../support/world.ts';

const jane = 'jane@example.com';
const days = 86_400;

it.each(apis)(
  'over %s a repeated identify never subscribes again who unsubscribed',
  async (api) => {
    const world = await createWorld({ api });
    await world.post(identify(jane, { unsubscribed: false, firstName: 'Jane' }));
    await world.run(60);
    await world.run(2 * days);
    await world.post(identify(jane, { unsubscribed: false, firstName: 'Jane' }));
    await world.run(60);
    const unchanged = world.stepsOf('unchanged').flatMap(({ fields = [] }) => fields);
    expect(unchanged).toEqual(['Unsubscribed']);
    expect(syncsOf(world)).toHaveLength(2);
    await world.post(identify(jane, { unsubscribed: true }));
    await world.run(60);
    expect(syncsOf(world)).toHaveLength(3);
    await world.close();
  },
);
