import { afterEach, describe, expect, it } from 'vitest';
import { laneOf } from '../../lambdas/aws/item.ts';
import { without } from '../../lambdas/lead/without.ts';
import type { SceneName, Upgraded } from './oldItems.ts';
import { heldIn, pendingIn, readScene, upgrade } from './oldItems.ts';
import { gapsOf, identify, leadOf, syncsOf } from '../support/scenario.ts';

const minutes = 60;
/** Until the quota's next day begins, at midnight US Central. */
const toNextDay = 18 * 60 * minutes;

let here: Upgraded;
afterEach(async () => {
  expect(here.simulator.lockFaults).toBe(0);
  await here.close();
});

/** Entries of the index that stand in no lane of today's; those of dead letters are none. */
const legacyEntries = async (): Promise<readonly string[]> =>
  (await here.items())
    .filter(({ shard = 'f' }) => laneOf(shard) === 'legacy' && !shard.startsWith('dead#'))
    .map(({ pk }) => pk);

const scenes: readonly [SceneName, Parameters<typeof upgrade>[1]?][] = [
  ['calm'],
  ['outage'],
  ['quota'],
  ['moves', { api: 'soap' }],
];

describe.each(scenes)('what version 0.1 left, %s,', (name, options) => {
  it('has entries of today’s index after the first scheduled tick', async () => {
    here = await upgrade(name, options);
    expect((await legacyEntries()).length).toBeGreaterThan(0);
    await here.run(2 * minutes);
    expect(await legacyEntries()).toEqual([]);
  });

  it('goes out to the last value, cookie and activity', async () => {
    here = await upgrade(name, options);
    const left = pendingIn(here.scene.items);
    await here.run(10 * minutes);
    for (const { email, fields, cookies, orders } of left) {
      const lead = leadOf(here, email);
      expect(lead?.email).toBe(email);
      for (const [field, value] of fields.filter(([field]) => field !== 'Email'))
        expect([field, lead?.fields[field]]).toEqual([field, value]);
      expect(lead?.cookies).toEqual(expect.arrayContaining(cookies));
      expect(
        here.simulator.activities(email).map(({ primaryAttributeValue }) => primaryAttributeValue),
      ).toEqual(orders);
    }
    expect(pendingIn(await here.items())).toEqual([]);
  });

  it('goes out even where every message of the due queue is lost', async () => {
    here = await upgrade(name, options);
    while (here.tickMessages.receive(10).length > 0);
    await here.run(10 * minutes);
    expect(pendingIn(await here.items())).toEqual([]);
  });

  it('is read by each reader of today without a loss', async () => {
    here = await upgrade(name, options);
    const letters = readScene(name).items.filter(
      ({ pk, sealed }) => pk.startsWith('dead#') && !sealed,
    );
    const ids = letters.map(({ pk }) => pk.slice('dead#'.length));
    const read = await here.table.deadLetters(ids);
    for (const { pk, state } of letters) {
      const letter = without(JSON.parse(state) as { readonly at: number }, 'at');
      expect(read.get(pk.slice('dead#'.length))).toEqual(letter);
    }
    await here.run(2 * minutes);
    // Nothing of them is written over.
    expect([...(await here.table.deadLetters(ids)).keys()].toSorted()).toEqual(ids);
    expect(
      here.complaints.filter((text) => /could not|not recognized|unrecog/i.test(text)),
    ).toEqual([]);
  });
});

describe('leads of version 0.1', () => {
  it('keep the lock, the lease and the backoff that their last call left', async () => {
    here = await upgrade('outage');
    const { at, items } = here.scene;
    const lockedUntil = new Map(
      items
        .filter(({ pk }) => pk.startsWith('lead#'))
        .map(({ state }) => JSON.parse(state) as { address: { text: string }; lockedUntil: number })
        .map(({ address, lockedUntil: until }) => [address.text, until]),
    );
    await here.run(10 * minutes);
    const first = ([...lockedUntil] as const).map(([email, until]) => {
      const [call] = here.simulator
        .calls(email)
        .filter(({ operation, worked }) => ['leads', 'activities'].includes(operation) && worked);
      return (call?.at ?? 0) - until;
    });
    expect(first.length).toBe(4);
    expect(Math.min(...first)).toBeGreaterThanOrEqual(0);
    expect(at).toBeGreaterThan(0);
    for (const email of lockedUntil.keys())
      expect(Math.min(...gapsOf(syncsOf(here, email)), 30)).toBeGreaterThanOrEqual(30);
  });

  it('wait for the quota that was used up, and go when the next day begins', async () => {
    here = await upgrade('quota', { dailyCalls: 4 });
    await here.run(10 * minutes);
    expect(here.simulator.calls().filter(({ operation }) => operation === 'leads')).toEqual([]);
    expect(pendingIn(await here.items())).toHaveLength(5);
    here.pass(toNextDay);
    await here.run(10 * minutes);
    expect(leadOf(here, 'p3@example.com')?.fields).toMatchObject({ Plan: 'plan-3' });
    expect(leadOf(here, 'p4@example.com')?.fields).toMatchObject({ Plan: 'plan-4' });
    expect(leadOf(here, 'p5@example.com')?.fields).toMatchObject({ Plan: 'plan-5' });
  });

  it('do not go again for a value that Marketo has, and a late old event loses', async () => {
    here = await upgrade('calm');
    await here.run(10 * minutes);
    const before = syncsOf(here, 'joe@example.com').length;
    await here.post(
      identify('joe@example.com', { title: 'CTO' }),
      identify('jane@example.com', { plan: 'old' }, { timestamp: '2026-11-23T12:01:00.000Z' }),
    );
    await here.run(5 * minutes);
    expect(syncsOf(here, 'joe@example.com')).toHaveLength(before);
    expect(leadOf(here, 'jane@example.com')?.fields['Plan']).toBe('enterprise');
  });
});

describe('keys of version 0.1', () => {
  it('still name their lead', async () => {
    here = await upgrade('calm');
    await here.post({ type: 'identify', userId: 'jane', traits: { title: 'CEO' } });
    await here.run(5 * minutes);
    expect(leadOf(here, 'jane@example.com')?.fields).toMatchObject({
      Title: 'CEO',
      Plan: 'enterprise',
    });
  });

  it('hand over what they hold when an e-mail turns up', async () => {
    here = await upgrade('calm');
    expect(heldIn(here.scene.items)).toHaveLength(1);
    await here.post(identify('nobody@example.com', { title: 'Found' }));
    await here.run(5 * minutes);
    expect(leadOf(here, 'nobody@example.com')?.fields).toMatchObject({
      LastName: 'Unknown',
      Title: 'Found',
    });
    expect(here.simulator.activities('nobody@example.com')).toMatchObject([
      { primaryAttributeValue: '2' },
    ]);
  });

  it('have a move finished that a worker of 0.1 left half done', async () => {
    here = await upgrade('moves', { api: 'soap' });
    expect(leadOf(here, 'joe@example.com')).toBeUndefined();
    await here.run(5 * minutes);
    expect(leadOf(here, 'joe@example.com')?.fields).toMatchObject({ Plan: 'held' });
    expect(heldIn(await here.items())).toEqual([]);
  });

  it('have what they held too long made a dead letter', async () => {
    here = await upgrade('calm');
    here.pass(31 * 24 * 60 * minutes);
    await here.run(5 * minutes);
    expect(here.stepsOf('dead')).toMatchObject([{ because: 'no e-mail is known for this person' }]);
    expect(heldIn(await here.items())).toEqual([]);
  });

  it('keep a deletion: what is older than it stays deleted', async () => {
    here = await upgrade('calm');
    await here.post(
      identify('gone@example.com', { title: 'old' }, { timestamp: '2026-11-23T12:05:00.000Z' }),
    );
    await here.run(5 * minutes);
    expect(syncsOf(here, 'gone@example.com')).toEqual([]);
  });
});

describe('messages that version 0.1 left in the due queue', () => {
  it('are read: a visit goes to Munchkin, and no message is unrecognized', async () => {
    here = await upgrade('outage');
    expect(here.scene.due.some((body) => body.includes('"visit"'))).toBe(true);
    await here.run(10 * minutes);
    expect(here.simulator.visits('new@example.com')).toMatchObject([{ path: '/p' }]);
    expect(here.complaints.filter((text) => /message/.test(text))).toEqual([]);
  });

  it('hold a visit that goes once, though its message comes twice', async () => {
    here = await upgrade('outage');
    for (const body of here.scene.due) here.tickMessages.send({ body });
    await here.run(10 * minutes);
    expect(here.simulator.visits('new@example.com')).toHaveLength(1);
  });
});
