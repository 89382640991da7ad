import { CreateTableCommand, DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCounters } from '../../lambdas/aws/dynamoCounters.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import type { Counters } from '../../lambdas/sync/counters.ts';
import { createCountersTwin } from '../twins/counters.ts';
import { serveDynamo } from '../support/dynamo.ts';
import { clientOf, scriptedService } from './scripted.ts';

let dynamo: Awaited<ReturnType<typeof serveDynamo>>;
let client: DynamoDBClient;
let onDynamo: Counters;

beforeAll(async () => {
  dynamo = await serveDynamo();
  client = new DynamoDBClient(clientOf(dynamo.url));
  await client.send(
    new CreateTableCommand({
      TableName: 'leads',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    }),
  );
  onDynamo = createCounters({ client, tableName: 'leads' });
});

afterAll(async () => {
  client.destroy();
  await dynamo.close();
});

const drivers: readonly [string, () => Counters][] = [
  ['the twin', () => createCountersTwin().counters],
  ['DynamoDB', () => onDynamo],
];

let count = 0;
const freshKey = (): string => `budget#test#${(count += 1)}`;
const most = (limit: number) => ({ most: limit, expiresAt: epochMs(1_785_500_000_500) });

describe.each(drivers)('a counter on %s', (_name, driver) => {
  it('starts at nothing', async () => {
    expect(await driver().used(freshKey())).toBe(0);
  });

  it('counts up to its limit and no further', async () => {
    const counters = driver();
    const key = freshKey();
    expect(await counters.add(key, 3, most(5))).toBe(true);
    expect(await counters.add(key, 3, most(5))).toBe(false);
    expect(await counters.used(key)).toBe(3);
    expect(await counters.add(key, 2, most(5))).toBe(true);
    expect(await counters.add(key, 1, most(5))).toBe(false);
    expect(await counters.used(key)).toBe(5);
  });

  it('refuses at once what is more than its limit, though nothing was counted yet', async () => {
    const counters = driver();
    const key = freshKey();
    expect(await counters.add(key, 6, most(5))).toBe(false);
    expect(await counters.used(key)).toBe(0);
  });

  it('goes by the limit of the moment', async () => {
    const counters = driver();
    const key = freshKey();
    await counters.add(key, 5, most(5));
    expect(await counters.add(key, 1, most(6))).toBe(true);
    expect(await counters.add(key, 1, most(3))).toBe(false);
  });

  it('counts again what was given back', async () => {
    const counters = driver();
    const key = freshKey();
    await counters.add(key, 5, most(5));
    await counters.giveBack(key, 2);
    expect(await counters.used(key)).toBe(3);
    expect(await counters.add(key, 2, most(5))).toBe(true);
    expect(await counters.add(key, 1, most(5))).toBe(false);
  });

  it('takes nothing back that was never counted', async () => {
    const counters = driver();
    const key = freshKey();
    await expect(counters.giveBack(key, 1)).rejects.toThrow();
    await counters.add(key, 1, most(5));
    await expect(counters.giveBack(key, 2)).rejects.toThrow();
    expect(await counters.used(key)).toBe(1);
  });

  it('keeps keys apart', async () => {
    const counters = driver();
    const [one, other] = [freshKey(), freshKey()];
    await counters.add(one, 5, most(5));
    expect(await counters.add(other, 5, most(5))).toBe(true);
  });

  it.each([
    [1, 7],
    [3, 10],
  ])('lets exactly as many of 1,000 racers for %i win as fit into %i', async (amount, limit) => {
    const counters = driver();
    const key = freshKey();
    const racers = Array.from({ length: 1_000 }, () => counters.add(key, amount, most(limit)));
    const winners = (await Promise.all(racers)).filter(Boolean);
    expect(winners).toHaveLength(Math.floor(limit / amount));
    expect(await counters.used(key)).toBe(winners.length * amount);
  });

  it('holds its limit when racers give back what they won', async () => {
    const counters = driver();
    const key = freshKey();
    let holders = 0;
    let maxHolders = 0;
    const racer = async (): Promise<void> => {
      if (!(await counters.add(key, 1, most(4)))) return;
      holders += 1;
      maxHolders = Math.max(maxHolders, holders);
      await new Promise((resolve) => setImmediate(resolve));
      holders -= 1;
      await counters.giveBack(key, 1);
    };
    await Promise.all(Array.from({ length: 200 }, racer));
    expect(maxHolders).toBeGreaterThan(0);
    expect(maxHolders).toBeLessThanOrEqual(4);
    expect(await counters.used(key)).toBe(0);
  });
});

describe('a counter’s item', () => {
  it('expires in whole seconds, never before its time', async () => {
    const key = freshKey();
    await onDynamo.add(key, 1, most(5));
    const { Item } = await client.send(
      new GetItemCommand({ TableName: 'leads', Key: { pk: { S: key } } }),
    );
    expect(Item?.expiresAt).toEqual({ N: '1785500001' });
  });
});

describe('DynamoDB in trouble', () => {
  const failing = async (status: number | 'cut off') => {
    let requests = 0;
    const endpoint = await scriptedService(() => {
      requests += 1;
      if (status === 'cut off') return undefined;
      return { status, body: { __type: 'InternalServerError', message: 'try again' } };
    });
    const retrying = new DynamoDBClient({ ...clientOf(endpoint), maxAttempts: 3 });
    return {
      counters: createCounters({ client: retrying, tableName: 'leads' }),
      sent: () => requests,
    };
  };

  it.each([500, 'cut off'] as const)(
    'gets a give-back once only (%s): done twice, it would let more calls go',
    async (status) => {
      const { counters, sent } = await failing(status);
      await expect(counters.giveBack('key', 1)).rejects.toThrow('may or may not');
      expect(sent()).toBe(1);
    },
  );

  it('is asked again to count: done twice, that lets fewer calls go', async () => {
    const { counters, sent } = await failing(500);
    await expect(counters.add('key', 1, most(5))).rejects.toThrow();
    expect(sent()).toBe(3);
  });
});
