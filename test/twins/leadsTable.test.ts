import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import fc from 'fast-check';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLeadsTable } from '../../lambdas/aws/leadsTable.ts';
import type { LeadsTable, WakeCursor } from '../../lambdas/ports.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { createLeadsTableTwin } from './leadsTable.ts';

const shards = 2;
const server = dynalite({ createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });
let client: DynamoDBClient;
let onDynamo: LeadsTable;
const TableName = 'leads';

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'shard', AttributeType: 'S' },
        { AttributeName: 'wakeAt', AttributeType: 'N' },
      ],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'wake',
          KeySchema: [
            { AttributeName: 'shard', KeyType: 'HASH' },
            { AttributeName: 'wakeAt', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    }),
  );
  onDynamo = createLeadsTable({ client, tableName: TableName, shards, pageItems: 3 });
});

afterAll(async () => {
  client.destroy();
  await new Promise((resolve) => server.close(resolve));
});

/** Names of one run: its items are told from those of other runs by it. */
let run = 0;

type Step = (table: LeadsTable) => Promise<unknown>;

const own = (name: string): string => name.replace('#', `#${run}-`);
const isOwn = (name: string): boolean => name.includes(`#${run}-`);

const key = fc.constantFrom('lead#a', 'lead#b', 'lead#c', 'lead#d', 'key#e', 'key#f');
const version = fc.integer({ min: 1, max: 3 });
const letterId = fc.constantFrom('ann#1', 'ann#2', 'anna#1', 'bob#1');
const letter = { because: 'Marketo refused it', fields: [] };

const wakingAll = async (table: LeadsTable, shard: number, before: number): Promise<string[]> => {
  const keys: string[] = [];
  let after: WakeCursor | undefined;
  do {
    const page = await table.waking(shard, epochMs(before), after);
    keys.push(...page.keys);
    after = page.next;
  } while (after !== undefined);
  return keys.filter(isOwn);
};

let moment = 0;

const write = fc
  .tuple(key, version, fc.option(version, { nil: undefined }), fc.boolean())
  .map(([name, next, expected, wakes]): Step => {
    // No two items wake at one moment: of those, DynamoDB’s order is its own.
    const wakeAt = epochMs(1_000 + (moment += 1));
    const item = { version: next, state: { next }, ...(wakes && { wakeAt }) };
    return (table) => table.write(own(name), item, expected);
  });

const step: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: write, weight: 4 },
  fc.array(key, { minLength: 1 }).map(
    (keys): Step =>
      async (table) =>
        [...(await table.read([...new Set(keys.map(own))]))].sort(([a], [b]) => (a < b ? -1 : 1)),
  ),
  fc.tuple(fc.nat({ max: shards - 1 }), fc.nat({ max: 1_500 })).map(
    ([shard, before]): Step =>
      (table) =>
        wakingAll(table, shard, 500 + before),
  ),
  letterId.map(
    (id): Step =>
      (table) =>
        table.bury(own(id), letter, epochMs(1)),
  ),
  letterId.map(
    (id): Step =>
      (table) =>
        table.seal(own(id), epochMs(2)),
  ),
  fc.constantFrom<string[][]>(['ann#'], ['ann#', 'bob#'], []).map(
    (prefixes): Step =>
      async (table) =>
        [...(await table.buried(prefixes.map(own)))].sort(),
  ),
);

it('the twin answers every sequence of requests as DynamoDB does', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      run += 1;
      const { table: twin } = createLeadsTableTwin(shards);
      for (const [index, ask] of steps.entries())
        expect(await ask(twin), `step ${index}`).toEqual(await ask(onDynamo));
    }),
    { numRuns: 40 },
  );
});
