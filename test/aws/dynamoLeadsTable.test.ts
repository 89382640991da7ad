import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shardOf } from '../../lambdas/aws/shard.ts';
import { leadIdOf } from '../../lambdas/digest.ts';
import type { DueItem, IndexedEntry, LeadsTable } from '../../lambdas/store/leadsTable.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { serveLeads, tableName } from './leadsOnDynamo.ts';
import { version } from '../../lambdas/version.ts';
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

/** All pages of a shard of a lane. */
const dueAll = async (
  table: LeadsTable,
  lane: IndexedEntry['lane'],
  shard: number,
  until: number,
): Promise<readonly DueItem[]> => {
  const items: DueItem[] = [];
  let page = await table.due(lane, shard, epochMs(until));
  items.push(...page.items);
  while (page.next) {
    page = await table.due(lane, shard, epochMs(until), page.next);
    items.push(...page.items);
  }
  return items;
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

  it('finds exactly what is due by then, page by page, the earliest first', async () => {
    const table = driver();
    const keys = Array.from({ length: 40 }, freshKey);
    const nextAt = (n: number) => epochMs(5_000 + ((n * 17) % 40));
    await Promise.all(
      keys.map((key, n) =>
        table.write(
          key,
          { version: 1, state: 0, entry: { lane: 'fields', nextAt: nextAt(n) } },
          undefined,
        ),
      ),
    );
    const expected = keys
      .map((key, n) => ({ key, nextAt: nextAt(n) }))
      .filter((item) => shardOf(item.key, shards) === 1 && item.nextAt <= 5_020)
      .sort((a, b) => a.nextAt - b.nextAt);
    // More than one page, and up to the moment itself.
    expect(expected.length).toBeGreaterThan(3);
    const due = await dueAll(table, 'fields', 1, 5_020);
    expect(due.filter(({ key }) => keys.includes(key))).toEqual(expected);
    const [last] = expected.slice(-1);
    expect(await table.count('fields', 1, epochMs(5_020), 1_000)).toBe(due.length);
    const before = await dueAll(table, 'fields', 1, (last?.nextAt ?? 0) - 1);
    expect(before.map(({ key }) => key)).not.toContain(last?.key);
  });

  it.each(['fields', 'rest', 'keys', 'visits'] as const)(
    'keeps the lane %s apart from the others, and says it of what it reads',
    async (lane) => {
      const table = driver();
      const key = freshKey();
      const entry = { lane, nextAt: epochMs(7_000) };
      await table.write(key, { version: 1, state: 0, entry }, undefined);
      expect((await table.read([key])).get(key)?.entry).toEqual(entry);
      for (const other of ['fields', 'rest', 'keys', 'visits', 'legacy'] as const) {
        const due = await dueAll(table, other, shardOf(key, shards), 7_000);
        expect(due.some((item) => item.key === key)).toBe(other === lane);
      }
    },
  );

  it('moves an entry from lane to lane, and forgets one that is not written again', async () => {
    const table = driver();
    const key = freshKey();
    const shard = shardOf(key, shards);
    const isIn = async (lane: IndexedEntry['lane']) =>
      (await dueAll(table, lane, shard, 100)).some((item) => item.key === key);
    const nextAt = epochMs(10);
    await table.write(key, { version: 1, state: 0, entry: { lane: 'rest', nextAt } }, undefined);
    await table.write(key, { version: 2, state: 0, entry: { lane: 'fields', nextAt } }, 1);
    expect([await isIn('rest'), await isIn('fields')]).toEqual([false, true]);
    await table.write(key, { version: 3, state: 0 }, 2);
    expect(await isIn('fields')).toBe(false);
    expect((await table.read([key])).get(key)).not.toHaveProperty('entry');
  });

  it('finds dead letters by what their ids begin with', async () => {
    const table = driver();
    const deadLetter = { because: 'Marketo refused it', fields: [] };
    for (const id of ['ann#1', 'ann#2', 'anna#1', 'bob#1'])
      await table.putDeadLetter(id, deadLetter, epochMs(1));
    expect([...(await table.listDeadLetters(['ann#', 'bob#']))].sort()).toEqual([
      'ann#1',
      'ann#2',
      'bob#1',
    ]);
    expect(await table.listDeadLetters([])).toEqual([]);
  });

  it('gives dead letters as they were written, but for those that are retracted or not there', async () => {
    const table = driver();
    const deadLetter = { because: 'Marketo refused it', fields: [] };
    await table.putDeadLetter('dora#1', deadLetter, epochMs(1));
    await table.putDeadLetter('dora#2', deadLetter, epochMs(1));
    await table.retractDeadLetter('dora#2', deadLetter, epochMs(2));
    const found = await table.deadLetters(['dora#1', 'dora#2', 'dora#3']);
    expect([...found]).toEqual([['dora#1', deadLetter]]);
  });

  it('finds the dead letters of more people than it asks for at once', async () => {
    const table = driver();
    const deadLetter = { because: 'Marketo refused it', fields: [] };
    const ids = Array.from({ length: 30 }, (_, at) => `eve${at}#1`);
    await Promise.all(ids.map((id) => table.putDeadLetter(id, deadLetter, epochMs(1))));
    const found = await table.listDeadLetters(ids.map((id) => id.slice(0, -1)));
    expect([...found].sort()).toEqual(ids.toSorted());
  });

  it('retracts a dead letter that is still the same, and leaves one that says something else', async () => {
    const table = driver();
    const deadLetter = { because: 'Marketo refused it', fields: [] };
    const other = { ...deadLetter, lead: leadIdOf('carl@example.com') };
    expect(await table.retractDeadLetter('carl#1', deadLetter, epochMs(2))).toBe(false);
    await table.putDeadLetter('carl#1', other, epochMs(1));
    expect(await table.retractDeadLetter('carl#1', deadLetter, epochMs(2))).toBe(false);
    await table.putDeadLetter('carl#1', deadLetter, epochMs(3));
    expect(await table.retractDeadLetter('carl#1', deadLetter, epochMs(4))).toBe(true);
    expect(await table.retractDeadLetter('carl#1', deadLetter, epochMs(5))).toBe(false);
    expect(await table.listDeadLetters(['carl#'])).toEqual([]);
    const stored = await table.read(['dead#carl#1']);
    expect(JSON.stringify([...stored])).not.toContain('refused');
    // Whoever writes it again is heard.
    await table.putDeadLetter('carl#1', deadLetter, epochMs(6));
    expect(await table.listDeadLetters(['carl#'])).toEqual(['carl#1']);
  });

  it('keeps dead letters out of the index', async () => {
    const table = driver();
    const deadLetter = { because: 'Marketo refused it', fields: [] };
    await table.putDeadLetter('one', deadLetter, epochMs(1));
    await table.putDeadLetter('one', deadLetter, epochMs(1));
    for (const lane of ['fields', 'rest', 'keys', 'visits', 'legacy'] as const)
      for (let shard = 0; shard < shards; shard += 1) {
        const due = await dueAll(table, lane, shard, 1_000);
        expect(due.filter(({ key }) => key.includes('dead'))).toEqual([]);
      }
  });
});

describe('an entry of version 0.1, in a numbered shard', () => {
  it('is found in the lane of those, until it is written again', async () => {
    const key = freshKey();
    const shard = shardOf(key, shards);
    const put = new PutItemCommand({
      TableName: tableName,
      Item: {
        pk: { S: key },
        version: { N: '1' },
        state: { S: '{}' },
        shard: { S: `${shard}` },
        wakeAt: { N: '42' },
      },
    });
    await served.client.send(put);
    const legacy = () => dueAll(onDynamo, 'legacy', shard, 100);
    expect(await legacy()).toContainEqual({ key, nextAt: 42 });
    expect((await onDynamo.read([key])).get(key)?.entry).toEqual({ lane: 'legacy', nextAt: 42 });
    const entry = { lane: 'fields', nextAt: epochMs(42) } as const;
    await onDynamo.write(key, { version: 2, state: {}, entry }, 1);
    expect(await legacy()).toEqual([]);
  });
});

it('each item says which version of marketo-destination wrote it', async () => {
  const writer = async (pk: string): Promise<string | undefined> => {
    const get = new GetItemCommand({ TableName: tableName, Key: { pk: { S: pk } } });
    return (await served.client.send(get)).Item?.['writtenBy']?.S;
  };
  const key = freshKey();
  await onDynamo.write(key, { version: 1, state: {} }, undefined);
  expect(await writer(key)).toBe(version);
  const deadLetter = { because: 'refused', fields: [] };
  await onDynamo.putDeadLetter('of-somebody#1', deadLetter, epochMs(1_000));
  expect(await writer('dead#of-somebody#1')).toBe(version);
  expect(await onDynamo.retractDeadLetter('of-somebody#1', deadLetter, epochMs(2_000))).toBe(true);
  expect(await writer('dead#of-somebody#1')).toBe(version);
});

it('a dead letter that has an end is deleted by the table, and one that has none stays', async () => {
  const deadLetter = { because: 'no e-mail is known for this person', fields: [] };
  await onDynamo.putDeadLetter('fay#1', { ...deadLetter, until: epochMs(90_500) }, epochMs(1));
  await onDynamo.putDeadLetter('fay#2', deadLetter, epochMs(1));
  const items = await onDynamo.read(['dead#fay#1', 'dead#fay#2']);
  // Seconds on the wire, rounded up.
  expect(items.get('dead#fay#1')).toMatchObject({ expiresAt: 91_000 });
  expect(items.get('dead#fay#2')).not.toHaveProperty('expiresAt');
});
