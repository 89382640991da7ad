import { expect, it } from 'vitest';
import { identify, leadOf } from '../support/scenario.ts';
import { noon } from '../support/mailboxes.ts';
import { createWorld } from '../support/world.ts';

const jane = 'jane@example.com';

it('a time since 1970 is read, so that an old value does not overwrite a newer one', async () => {
  const world = await createWorld();
  const hourAgo = noon - 3_600_000;
  await world.post(identify(jane, { plan: 'new' }, { timestamp: hourAgo + 2_000 }));
  await world.post(identify(jane, { plan: 'old' }, { timestamp: String(hourAgo / 1_000) }));
  await world.run(120);
  expect(leadOf(world, jane)?.fields).toEqual({ Plan: 'new' });
  expect(world.stepsOf('dropped')).toEqual([]);
  await world.close();
});

it('what cannot be read is told with the reason, and the rest of the event goes on', async () => {
  const world = await createWorld();
  const context = { Marketo: { marketoCookie: 'id:1&token:2' } };
  await world.post(identify(jane, { plan: 'pro' }, { timestamp: 'last Tuesday', context }));
  await world.run(120);
  expect(leadOf(world, jane)?.fields).toEqual({ Plan: 'pro' });
  expect(world.stepsOf('dropped')).toMatchObject([
    { fields: ['timestamp'], because: expect.stringContaining('is no date') as string },
    { fields: ['marketoCookie'], because: expect.stringContaining('is no Munchkin') as string },
  ]);
  await world.close();
});
