import { describe, expect, it } from 'vitest';
import { leadIdOf } from '../../lambdas/digest.ts';
import { cookie, identify, leadOf } from '../support/scenario.ts';
import { apis, createWorld } from '../support/world.ts';

const jane = 'jane@example.com';

/** A turn of sync on one message, as version 0.1 or anybody may have left it. */
const onMessage = async (body: unknown, { tableFails = false } = {}) => {
  const world = await createWorld({ api: 'rest' });
  const before = { ...world.twin.table };
  if (tableFails) world.twin.table.write = () => Promise.reject(new Error('the table is down'));
  world.tickMessages.send({ body: JSON.stringify(body) });
  await world.syncTurn();
  world.twin.table.write = (...input) => before.write(...input);
  return world;
};

const visit = {
  messageId: 'v-1',
  token: '_mch-example.com-1374552656411-11111',
  host: 'example.com',
  path: '/before-the-upgrade',
  at: Date.UTC(2026, 10, 23, 11),
};

describe('messages that version 0.1 left in the queue', () => {
  it('with a visit: it goes out, once, and the message is done', async () => {
    const world = await onMessage({ visit, attempt: 3 });
    expect(world.simulator.visits().map(({ path }) => path)).toEqual(['/before-the-upgrade']);
    await world.run(600);
    expect(world.simulator.visits()).toHaveLength(1);
    expect(world.tickMessages.counts()).toEqual({ visible: 0, delayed: 0, inFlight: 0 });
    await world.close();
  });

  it('with a visit that the table cannot take: the message comes again', async () => {
    const world = await onMessage({ visit, attempt: 3 }, { tableFails: true });
    expect(world.tickMessages.counts().inFlight).toBe(1);
    await world.run(1_200);
    expect(world.simulator.visits()).toHaveLength(1);
    expect(world.tickMessages.counts()).toEqual({ visible: 0, delayed: 0, inFlight: 0 });
    await world.close();
  });

  it('with a lead: it is looked at', async () => {
    const world = await createWorld({ api: 'rest' });
    await world.post(identify(jane, { plan: 'pro' }));
    world.loseTicks(100);
    await world.absorbTurn();
    world.tickMessages.send({ body: JSON.stringify({ lead: leadIdOf(jane) }) });
    await world.syncTurn();
    expect(leadOf(world, jane)?.fields.Plan).toBe('pro');
    await world.close();
  });
});

describe('a message that is none of ours', () => {
  it('is dropped with a line, and costs the ticks of its batch nothing', async () => {
    const world = await createWorld({ api: 'rest' });
    await world.post(identify(jane, { plan: 'pro' }));
    world.tickMessages.send({ body: 'hello' });
    await world.run(2);
    expect(leadOf(world, jane)?.fields.Plan).toBe('pro');
    expect(world.complaints).toContain('Dropped unrecognized messages from the tick queue.');
    expect(world.tickMessages.counts().visible).toBe(0);
    await world.close();
  });
});

describe.each(apis)('over %s, with every tick lost but the scheduled ones,', (api) => {
  it('all goes out: fields, the lead’s next values after its lock, cookies and visits', async () => {
    const world = await createWorld({ api, fieldMap: { userId: false } });
    world.loseTicks(1_000_000);
    await world.post(
      identify(jane, { plan: 'a' }, { context: { Marketo: { marketoCookie: cookie('11111') } } }),
    );
    await world.run(60);
    expect(leadOf(world, jane)?.fields.Plan).toBe('a');
    await world.post(identify(jane, { plan: 'b' }));
    // Its lock, and the scheduled tick after that.
    await world.run(32 + 60);
    expect(leadOf(world, jane)?.fields.Plan).toBe('b');
    world.inject({ target: 'munchkin', status: 503 });
    const page = { context: { page: { url: 'https://example.com/p' } } };
    await world.post({ type: 'page', userId: 'jane', ...page });
    await world.run(62);
    expect(world.simulator.visits().map(({ path }) => path)).toContain('/p');
    expect(leadOf(world, jane)?.cookies).toHaveLength(1);
    const entries = [...world.twin.rows.values()].filter(({ item }) => item.entry !== undefined);
    expect(entries).toEqual([]);
    await world.close();
  });
});

it('a turn whose table fails is logged, and what is due goes out by a later tick', async () => {
  const world = await createWorld({ api: 'rest' });
  await world.post(identify(jane, { plan: 'pro' }));
  await world.absorbTurn();
  const before = { ...world.twin.table };
  world.twin.table.due = () => Promise.reject(new Error('the index is down'));
  await world.syncTurn();
  expect(world.complaints).toContain('sync failed; the next tick finds what is due');
  expect(world.tickMessages.counts().inFlight).toBe(0);
  world.twin.table.due = (...input) => before.due(...input);
  world.pass(60);
  await world.run(1);
  expect(leadOf(world, jane)?.fields.Plan).toBe('pro');
  await world.close();
});
