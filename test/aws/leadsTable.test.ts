import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shardOf } from '../../lambdas/aws/shard.ts';
import type { LeadsTable } from '../../lambdas/ports.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { serveLeads } from './leadsOnDynamo.ts';
import { createLeadsTableTwin } from '../twins/leadsTable.ts';

const shards = 4;
let served: Awaited<ReturnType<typeof serveLeads>>;
let onDynamo: LeadsTable;

beforeAll(async () => {
  served = await serveLeads({ shards, pageItems: 3 });
  onDynamo = served.table;
});

afterAll(() => served.close());

const drivers: readonly [string, () => LeadsTable][] = [
  ['the twin', () => createLeadsTableTwin(shards).table],
  ['DynamoDB', () => onDynamo],
];

let count = 0;
const freshKey = (): string => `lead#${(count += 1)}`;

const wakingAll = async (table: LeadsTable, shard: number, before: number): Promise<string[]> => {
  const keys: string[] = [];
  let page = await table.waking(shard, epochMs(before));
  keys.push(...page.keys);
  while (page.next) {
    page = await table.waking(shard, epochMs(before), page.next);
    keys.push(...page.keys);
  }
  return keys;
};

describe.each(drivers)('the leads table on %s', (_name, driver) => {
  it('gives back what was written, whatever the values', async () => {
    const table = driver();
    const key = freshKey();
    const state = JSON.parse(
      '{"fields":{"__proto__":{"v":1},"":{"v":"empty name"},"Big":{"v":1e300},"Null":{"v":null},"Half":{"v":"\\ud800"}}}',
    ) as unknown;
    expect(await table.write(key, { version: 7, state }, undefined)).toBe(true);
    const stored = (await table.read([key])).get(key);
    expect(JSON.stringify(stored)).toBe(JSON.stringify({ version: 7, state }));
  });

  it('knows nothing of a key that was never written', async () => {
    expect(await driver().read([freshKey()])).toEqual(new Map());
  });

  it('lets only the first of two writers make an item', async () => {
    const table = driver();
    const key = freshKey();
    expect(await table.write(key, { version: 1, state: 'first' }, undefined)).toBe(true);
    expect(await table.write(key, { version: 2, state: 'second' }, undefined)).toBe(false);
    expect((await table.read([key])).get(key)?.state).toBe('first');
  });

  it('lets only the first of many writers change a version', async () => {
    const table = driver();
    const key = freshKey();
    await table.write(key, { version: 1, state: 'old' }, undefined);
    const racers = Array.from({ length: 20 }, (_, n) =>
      table.write(key, { version: 2, state: n }, 1),
    );
    expect((await Promise.all(racers)).filter(Boolean)).toHaveLength(1);
  });

  it('refuses to change an item that is not there', async () => {
    expect(await driver().write(freshKey(), { version: 2, state: 'x' }, 1)).toBe(false);
  });

  it('reads more keys than one request takes', async () => {
    const table = driver();
    const keys = Array.from({ length: 130 }, freshKey);
    await Promise.all(keys.map((key) => table.write(key, { version: 1, state: key }, undefined)));
    const read = await table.read(keys);
    expect(keys.map((key) => read.get(key)?.state)).toEqual(keys);
  });

  it('keeps an expiry to the second, never before its time', async () => {
    const table = driver();
    const key = freshKey();
    await table.write(key, { version: 1, state: 0, expiresAt: epochMs(1_000_500) }, undefined);
    expect((await table.read([key])).get(key)?.expiresAt).toBeGreaterThanOrEqual(1_000_500);
  });

  it('wakes exactly the keys whose time lies before, page by page', async () => {
    const table = driver();
    const keys = Array.from({ length: 40 }, freshKey);
    await Promise.all(
      keys.map((key, n) =>
        table.write(key, { version: 1, state: 0, wakeAt: epochMs(5_000 + n) }, undefined),
      ),
    );
    const inShard = keys.filter((key) => shardOf(key, shards) === 1);
    const woken = await wakingAll(table, 1, 5_020);
    expect(woken.filter((key) => keys.includes(key)).sort()).toEqual(
      inShard.filter((key) => keys.indexOf(key) < 20).sort(),
    );
  });

  it('forgets to wake what no longer asks for it', async () => {
    const table = driver();
    const key = freshKey();
    await table.write(key, { version: 1, state: 0, wakeAt: epochMs(10) }, undefined);
    await table.write(key, { version: 2, state: 0 }, 1);
    expect(await wakingAll(table, shardOf(key, shards), 100)).not.toContain(key);
  });

  it('finds dead letters by what their ids begin with', async () => {
    const table = driver();
    const letter = { because: 'Marketo refused it', fields: [] };
    for (const id of ['ann#1', 'ann#2', 'anna#1', 'bob#1'])
      await table.bury(id, letter, epochMs(1));
    expect([...(await table.buried(['ann#', 'bob#']))].sort()).toEqual(['ann#1', 'ann#2', 'bob#1']);
    expect(await table.buried([])).toEqual([]);
  });

  it('gives dead letters as they were written, but for those that are sealed or not there', async () => {
    const table = driver();
    const letter = { because: 'Marketo refused it', fields: [] };
    await table.bury('dora#1', letter, epochMs(1));
    await table.bury('dora#2', letter, epochMs(1));
    await table.seal('dora#2', epochMs(2));
    const found = await table.letters(['dora#1', 'dora#2', 'dora#3']);
    expect([...found]).toEqual([['dora#1', letter]]);
  });

  it('finds the dead letters of more people than it asks for at once', async () => {
    const table = driver();
    const letter = { because: 'Marketo refused it', fields: [] };
    const ids = Array.from({ length: 30 }, (_, at) => `eve${at}#1`);
    await Promise.all(ids.map((id) => table.bury(id, letter, epochMs(1))));
    const found = await table.buried(ids.map((id) => id.slice(0, -1)));
    expect([...found].sort()).toEqual(ids.toSorted());
  });

  it('empties a sealed dead letter, whether it comes before or after', async () => {
    const table = driver();
    const letter = { because: 'Marketo refused it', fields: [] };
    await table.bury('carl#1', letter, epochMs(1));
    await table.seal('carl#1', epochMs(2));
    await table.seal('carl#2', epochMs(2));
    await table.bury('carl#2', letter, epochMs(1));
    expect(await table.buried(['carl#'])).toEqual([]);
    const stored = await table.read(['dead#carl#1', 'dead#carl#2']);
    expect(JSON.stringify([...stored])).not.toContain('refused');
  });

  it('keeps dead letters out of the wake index', async () => {
    const table = driver();
    const letter = { because: 'Marketo refused it', fields: [] };
    await table.bury('one', letter, epochMs(1));
    await table.bury('one', letter, epochMs(1));
    for (let shard = 0; shard < shards; shard += 1)
      expect((await wakingAll(table, shard, 1_000)).filter((key) => key.includes('dead'))).toEqual(
        [],
      );
  });
});
