import { afterEach, describe, expect, it } from 'vitest';
import type { SeenTraits } from '../../lambdas/absorb/seenTraits.ts';
import { seenTraitsItem, TraitLog, traitsSeen } from '../../lambdas/absorb/seenTraits.ts';
import type { Logger } from '../../lambdas/delivery.ts';
import { indexLimits, leadTiming, seenTraitLimits } from '../../lambdas/limits.ts';
import type { JsonObject, QueuedEvent } from '../../lambdas/segment/event.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { createStore } from '../../lambdas/store/leadStore.ts';
import { noon } from '../support/mailboxes.ts';
import { identify } from '../support/scenario.ts';
import { createWorld } from '../support/world.ts';
import { createLeadsTableTwin } from '../twins/leadsTable.ts';
import { noTicks } from '../twins/ticks.ts';

const dayMs = 24 * 3_600_000;
const many = (count: number, prefix: string): JsonObject =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`${prefix}${n}`, 1]));

/** Instances of absorb that share a table. */
const createInstances = () => {
  const twin = createLeadsTableTwin(indexLimits.shards);
  const clock = { at: noon, now: () => clock.at };
  const warnings: string[] = [];
  const logger = { warn: (text: string) => warnings.push(text) } as unknown as Logger;
  let writes = 0;
  let isDown = false;
  const table: typeof twin.table = {
    ...twin.table,
    read: (keys) => (isDown ? Promise.reject(new Error('down')) : twin.table.read(keys)),
    write: (...item) => {
      writes += 1;
      return twin.table.write(...item);
    },
  };
  return {
    clock,
    warnings,
    writes: () => writes,
    breaks: () => (isDown = true),
    instance: () => {
      const store = createStore({ table, ticks: noTicks, clock, timing: leadTiming, holdMs: 1 });
      const log = new TraitLog({ store, clock, logger });
      return async (source: string, traits: JsonObject): Promise<void> => {
        const event = { type: 'identify', source: { name: source, kind: 'browser' }, traits };
        log.note(event as unknown as QueuedEvent, (trait) => trait !== 'title');
        await log.publish();
      };
    },
    seen: async () => {
      const item = (await twin.table.read([seenTraitsItem])).get(seenTraitsItem);
      return traitsSeen(item?.state as SeenTraits | undefined, clock.at);
    },
    pass: (days: number) => (clock.at = epochMs(clock.at + days * dayMs)),
  };
};

describe('custom traits that came', () => {
  it('are known by source, and those of standard fields are none', async () => {
    const { instance, seen } = createInstances();
    await instance()('site', { plan: 'pro', title: 'CEO' });
    await instance()('server', { plan: 'pro', tier: 1 });
    expect(await seen()).toEqual(['plan', 'tier']);
  });

  it('of one source leave the room of the others alone', async () => {
    const { instance, seen } = createInstances();
    await instance()('page', many(900, 'invented'));
    await instance()('server', { plan: 'pro' });
    expect(await seen()).toHaveLength(seenTraitLimits.perSource + 1);
    expect(await seen()).toContain('plan');
  });

  it('of one source have no more bytes than their share', async () => {
    const { instance, seen } = createInstances();
    await instance()('page', many(150, 'x'.repeat(250)));
    const bytes = JSON.stringify(await seen()).length;
    expect(bytes).toBeLessThan(seenTraitLimits.bytesPerSource);
    expect(bytes).toBeGreaterThan(seenTraitLimits.bytesPerSource / 2);
  });

  it('make room when they have not come for a month', async () => {
    const { instance, seen, pass } = createInstances();
    const absorb = instance();
    await absorb('page', { ...many(seenTraitLimits.perSource, 'invented'), plan: 1 });
    pass(seenTraitLimits.days - 1);
    await absorb('page', { invented7: 1 });
    pass(1);
    expect(await seen()).toEqual(['invented7']);
    await absorb('page', { plan: 1 });
    expect(await seen()).toEqual(['invented7', 'plan']);
  });

  it('cost one write a day, however often they come', async () => {
    const { instance, writes, pass } = createInstances();
    const [one, other] = [instance(), instance()];
    for (let n = 0; n < 5; n += 1) {
      await one('site', { plan: 'pro' });
      await other('site', { plan: 'team' });
    }
    expect(writes()).toBe(1);
    pass(1);
    await one('site', { plan: 'pro' });
    expect(writes()).toBe(2);
  });

  it('are looked at only up to a number of names, so that an inventor costs no writes without end', async () => {
    const { instance, writes } = createInstances();
    const absorb = instance();
    for (let n = 0; n < 30; n += 1) await absorb('page', many(100, `${n}invented`));
    expect(writes()).toBeLessThan(10);
  });

  it('cost no event where they cannot be written down', async () => {
    const { instance, breaks, warnings } = createInstances();
    breaks();
    await instance()('site', { plan: 'pro' });
    expect(warnings).toEqual(['the traits that came could not be written down']);
  });
});

describe('absorb', () => {
  let world: Awaited<ReturnType<typeof createWorld>>;
  afterEach(() => world.close());

  it('writes down the custom traits of events, by the name of their source', async () => {
    world = await createWorld({ api: 'rest' });
    await world.post(identify('jane@example.com', { shoeSize: 44, title: 'CEO' }));
    await world.run(5);
    const item = (await world.twin.table.read([seenTraitsItem])).get(seenTraitsItem);
    expect(item?.state).toEqual({ sources: { world: { shoeSize: Math.floor(noon / dayMs) } } });
  });
});
