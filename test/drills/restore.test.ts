import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { identify, leadOf } from '../support/scenario.ts';
import type { World } from '../support/world.ts';
import { createWorld } from '../support/world.ts';

/* docs/drills.md, "The leads table is restored to a point in time". */

const [jane, joe] = ['jane@example.com', 'joe@example.com'];
const hourSeconds = 3_600;

let world: World;
beforeEach(async () => {
  world = await createWorld({ api: 'rest', fieldMap: { userId: false } });
});
afterEach(async () => {
  await world.close();
});

const stamped = (event: object) => ({ ...event, timestamp: new Date(world.at()).toISOString() });
const everything = (): string =>
  JSON.stringify([...world.twin.rows.values(), ...world.twin.dead.entries()]);

/** The table as it is now, to be put back. */
const backup = () => {
  const { rows, dead } = world.twin;
  const [items, letters] = [[...rows], [...dead]];
  return (): void => {
    rows.clear();
    dead.clear();
    for (const [key, row] of items) rows.set(key, row);
    for (const [id, letter] of letters) dead.set(id, letter);
  };
};

describe('a leads table that is restored to an hour ago', () => {
  const before = (messageId: string) => ({ messageId });

  it('is right again after the events since then, and some from before, are sent once more', async () => {
    const old = stamped(identify(jane, { plan: 'old', title: 'Dr' }, before('m-1')));
    await world.post(old, { type: 'identify', userId: 'joe', traits: { title: 'secret' } });
    await world.run(60);
    const restore = backup();
    const since = [
      stamped(identify(jane, { plan: 'new' }, before('m-2'))),
      stamped(identify(joe, { plan: 'secret' }, before('m-3'))),
    ];
    await world.post(...since);
    await world.run(hourSeconds);
    const deletion = stamped({ type: 'delete', userId: 'joe', messageId: 'd-1' });
    await world.post(deletion);
    await world.run(600);
    expect(everything()).not.toContain('secret');
    restore();
    // What was deleted since is back, and what was absorbed since is gone.
    expect(everything()).toContain('secret');
    await world.post(old, ...since, deletion);
    await world.run(600);
    expect(everything()).not.toContain('secret');
    expect(everything()).not.toContain(joe);
    expect(leadOf(world, jane)?.fields).toMatchObject({ Plan: 'new', Title: 'Dr' });
  });

  it('lets an older value win in Marketo no more once its newer one has come again', async () => {
    await world.post(stamped(identify(jane, { plan: 'old' }, before('m-1'))));
    await world.absorbTurn();
    // The old value waits in the backup.
    const restore = backup();
    const newer = stamped(identify(jane, { plan: 'new' }, before('m-2')));
    world.pass(1);
    await world.post(newer);
    await world.run(120);
    expect(leadOf(world, jane)?.fields.Plan).toBe('new');
    restore();
    // SQS takes a message for the one of the same id for five minutes.
    world.pass(301);
    // With sync stopped, the events come first.
    await world.post(newer);
    await world.absorbTurn();
    await world.run(120);
    expect(leadOf(world, jane)?.fields.Plan).toBe('new');
  });
});
