import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { expect, onTestFinished, test } from 'vitest';
import { localCredentials, serveTables } from '../../local/tables.ts';
import type { Physicals, Template } from '../../local/template.ts';
import { temporaryFolder } from './support.ts';

const templateOf = (key: string): Template => ({
  Resources: {
    Leads: {
      Type: 'AWS::DynamoDB::GlobalTable',
      Properties: {
        AttributeDefinitions: [
          { AttributeName: key, AttributeType: 'S' },
          { AttributeName: 'shard', AttributeType: 'S' },
          { AttributeName: 'wakeAt', AttributeType: 'N' },
        ],
        KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
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
        Replicas: [{ Region: { Ref: 'AWS::Region' } }],
      },
    },
  },
});

const up = async (folder?: string, key = 'pk') => {
  const physicals: Physicals = new Map();
  const tables = await serveTables(templateOf(key), physicals, { folder });
  const client = new DynamoDBClient({
    endpoint: tables.url,
    region: 'us-east-1',
    credentials: localCredentials,
  });
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    client.destroy();
    return (closing ??= tables.close());
  };
  onTestFinished(close);
  return { ...tables, client, physicals, close };
};

const item = { pk: { S: 'lead' }, shard: { S: '1' }, wakeAt: { N: '5' } };

test('the table is made from the template, its index included', async () => {
  const { client, physicals, names } = await up();
  const TableName = physicals.get('Leads')?.ref;
  expect(names).toEqual([TableName]);
  expect(physicals.get('Leads')?.attributes['Arn']).toMatch(/^arn:aws:dynamodb:.*:table\//);
  await client.send(new PutItemCommand({ TableName, Item: item }));
  const found = await client.send(
    new QueryCommand({
      TableName,
      IndexName: 'wake',
      KeyConditionExpression: '#shard = :one and wakeAt < :ten',
      ExpressionAttributeNames: { '#shard': 'shard' },
      ExpressionAttributeValues: { ':one': { S: '1' }, ':ten': { N: '10' } },
    }),
  );
  expect(found.Items).toEqual([item]);
});

test('with a folder, items survive a restart; without one, they do not', async () => {
  for (const folder of [temporaryFolder(), undefined]) {
    const first = await up(folder);
    const TableName = first.names[0];
    await first.client.send(new PutItemCommand({ TableName, Item: item }));
    await first.close();
    const second = await up(folder);
    const key = { TableName, Key: { pk: { S: 'lead' } } };
    const { Item } = await second.client.send(new GetItemCommand(key));
    expect(Item).toEqual(folder === undefined ? undefined : item);
  }
});

test('a folder whose table has other keys is refused, with what to do', async () => {
  const folder = temporaryFolder();
  await (await up(folder)).close();
  await expect(up(folder, 'id')).rejects.toThrow(/DATA_DIR.*delete that folder/);
});
