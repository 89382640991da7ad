import { afterEach, describe, expect, it } from 'vitest';
import { indexLimits, queueTiming } from '../../lambdas/limits.ts';
import type { LeadsTable } from '../../lambdas/store/leadsTable.ts';
import { identify, leadOf } from '../support/scenario.ts';
import { createWorld, type World } from '../support/world.ts';
import { createCountersTwin } from '../twins/counters.ts';
import { createLeadsTableTwin } from '../twins/leadsTable.ts';

const hours = 3_600;
const jane = 'jane@example.com';

let world: World;
let isAway = false;
afterEach(() => world.close());

/** A world whose table fails every request until `isAway` ends. */
const begin = async (): Promise<void> => {
  const { table } = createLeadsTableTwin(indexLimits.shards);
  isAway = true;
  const failing = Object.fromEntries(
    Object.entries(table).map(([name, call]) => [
      name,
      (...input: never[]) =>
        isAway
          ? Promise.reject(new Error('away'))
          : (call as (...of: never[]) => unknown)(...input),
    ]),
  ) as unknown as LeadsTable;
  const { counters } = createCountersTwin();
  world = await createWorld({ api: 'rest', storage: { table: failing, counters } });
  await world.post(identify(jane, { title: 'CTO', plan: 'pro' }), identify(jane, { plan: 'team' }));
};

describe('events, while the leads table is away,', () => {
  it.each([5, 23])('wait for %i hours, and go by themselves when it is back', async (away) => {
    await begin();
    await world.run(away * hours);
    isAway = false;
    await world.run(10 * 60);
    expect(leadOf(world, jane)?.fields).toMatchObject({ Title: 'CTO', Plan: 'team' });
    expect(world.eventsDead.receive(10)).toEqual([]);
  });

  it('are rejected after a day, complete, and change nothing that came later when they are sent again', async () => {
    await begin();
    await world.run(25 * hours);
    isAway = false;
    await world.post(identify(jane, { plan: 'enterprise' }));
    await world.run(10 * 60);
    const dead = world.eventsDead.receive(10);
    expect(dead).toHaveLength(2);
    expect(leadOf(world, jane)?.fields).not.toHaveProperty('Title');
    for (const { body, id } of dead) world.events.send({ body, group: 'again', deduplication: id });
    await world.run(10 * 60);
    expect(leadOf(world, jane)?.fields).toMatchObject({ Title: 'CTO', Plan: 'enterprise' });
  });

  it('have their tries in proportion to the day that docs/operations.md tells', () => {
    const { eventsMaxReceiveCount, eventsVisibilitySeconds } = queueTiming;
    expect(eventsMaxReceiveCount * eventsVisibilitySeconds).toBe(24 * hours);
  });
});
