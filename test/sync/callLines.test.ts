import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyIdOf, leadIdOf } from '../../lambdas/digest.ts';
import { cookie, identify, troubles } from '../support/scenario.ts';
import type { World } from '../support/world.ts';
import { apis, createWorld } from '../support/world.ts';

const jane = 'jane@example.com';
const joe = 'joe@example.com';

describe.each(apis)('over %s:', (api) => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld({ api, fieldMap: { userId: false } });
  });
  afterEach(async () => {
    await world.close();
  });

  const callsAbout = (about: 'leads' | 'fields') =>
    world.calls.filter((call) => call.about === about);

  it('each call to Marketo is a line, which the lines of its leads name', async () => {
    await world.post(identify(jane, { plan: 'pro' }), identify(joe, { plan: 'free' }));
    await world.run(2);
    const [call, ...more] = callsAbout('leads');
    expect(more).toEqual([]);
    expect(call).toMatchObject({ api, leads: 2, requests: 1, verdicts: { synced: 2 } });
    expect(call).not.toHaveProperty('because');
    const synced = world.stepsOf('synced');
    expect(synced.map(({ lead }) => lead).sort()).toEqual([leadIdOf(jane), leadIdOf(joe)].sort());
    for (const line of synced) expect(line.call).toBe(call?.call);
  });

  it('counts the requests that Marketo got, and how long it took for them', async () => {
    await world.post(identify(jane));
    await world.run(60);
    world.calls.length = 0;
    const before = world.simulator.calls().length;
    world.whileCalling(1_500, () => Promise.resolve());
    const context = { Marketo: { marketoCookie: cookie('90718') } };
    await world.post(identify(jane, { plan: 'pro' }, { context }));
    await world.run(5);
    const made = world.simulator.calls().length - before;
    expect(made).toBe(api === 'rest' ? 2 : 1);
    expect(callsAbout('leads')).toMatchObject([{ requests: made }]);
    expect(callsAbout('leads')[0]?.tookMs).toBeGreaterThanOrEqual(1_500);
  });

  it('says by which verdicts a call ended, and why', async () => {
    await world.post(identify(jane));
    await world.run(60);
    world.calls.length = 0;
    world.inject(troubles[api]['internalError'] ?? {});
    await world.post(identify(jane, { plan: 'pro' }));
    await world.run(2);
    const [call] = callsAbout('leads');
    expect(call).toMatchObject({ leads: 1, verdicts: { retry: 1 } });
    const [waiting] = world.stepsOf('waiting');
    expect(waiting).toMatchObject({ call: call?.call, because: call?.because });
  });

  it('a question for Marketo’s fields is a line, too, and brings no lead', async () => {
    await world.post(identify(jane));
    await world.run(2);
    expect(callsAbout('fields')).toMatchObject([{ api, leads: 0, requests: 1, verdicts: {} }]);
    expect(callsAbout('fields')[0]).not.toHaveProperty('because');
  });

  it('one that was not answered says so', async () => {
    world.inject(troubles[api]['noDescription'] ?? {});
    await world.post(identify(jane));
    await world.run(2);
    expect(callsAbout('fields')).toMatchObject([
      { requests: 1, because: 'Marketo did not say which fields it has' },
    ]);
  });

  it('lines and metrics agree: what was synced, by how many calls, after how long', async () => {
    await world.post(identify(jane, { plan: 'a' }), identify(jane, { plan: 'b' }), identify(joe));
    await world.run(2);
    const messages = world.stepsOf('synced').flatMap((line) => line.messages ?? []);
    expect(world.counted.get('Synced')).toBe(messages.length);
    expect(world.counted.get('Calls')).toBe(callsAbout('leads').length);
    expect(world.counted.get('Requests')).toBe(world.simulator.calls().length);
    expect(world.measured.get('LeadsPerCall')).toEqual([2]);
    const ages = world.measured.get('Freshness') ?? [];
    expect(ages).toHaveLength(messages.length);
    for (const age of ages) expect(age).toBeLessThanOrEqual(2_000);
  });

  it('freshness counts from the moment that an event came, however long it waited', async () => {
    await world.post(identify(jane));
    await world.run(2);
    await world.post(identify(jane, { plan: 'pro' }));
    await world.run(60);
    const latest = world.measured.get('Freshness')?.at(-1) ?? 0;
    expect(latest).toBeGreaterThan(29_000);
    expect(latest).toBeLessThan(40_000);
    expect(world.counted.get('LockWaits')).toBeGreaterThanOrEqual(1);
  });

  it('an outage tells how long it has lasted by now', async () => {
    await world.post(identify(jane));
    await world.run(60);
    for (let n = 0; n < 20; n += 1) world.inject(troubles[api]['unreachable'] ?? {});
    await world.post(identify(jane, { plan: 'pro' }));
    await world.run(600);
    const lasted = world.measured.get('UnavailableFor') ?? [];
    expect(lasted[0]).toBe(0);
    expect(lasted.at(-1)).toBeGreaterThan(200_000);
    expect([...lasted].sort((a, b) => a - b)).toEqual(lasted);
  });

  it('each look for what is due tells how much of the day’s quota is used', async () => {
    await world.post(identify(jane));
    await world.run(120);
    expect(world.measured.get('CallsUsed')?.at(-1)).toBe(world.simulator.calls().length);
    expect(world.measured.get('CallsLimit')?.at(-1)).toBe(api === 'rest' ? 40_000 : 8_000);
  });

  it('a visit’s line names the lead, and until one is known the key', async () => {
    const page = { type: 'page', userId: 'jane', context: { page: { url: 'https://e.com/' } } };
    await world.post(page);
    await world.run(2);
    const key = keyIdOf('userId', 'jane');
    expect(world.stepsOf('visited').map(({ lead }) => lead)).toEqual([key]);
    await world.post(identify(jane), { ...page, messageId: 'm-2' });
    await world.run(2);
    expect(world.stepsOf('visited').at(-1)).toMatchObject({ lead: leadIdOf(jane) });
  });
});

it('leads for which the budget has no call are counted, and no call of theirs is written down', async () => {
  const world = await createWorld({ api: 'rest', dailyCalls: 10 });
  for (let n = 0; n < 12; n += 1) {
    await world.post(identify(`p${n}@example.com`));
    await world.run(10);
  }
  expect(world.counted.get('BudgetWaits')).toBeGreaterThan(0);
  expect(world.counted.get('Requests')).toBe(world.simulator.calls().length);
  await world.close();
});
