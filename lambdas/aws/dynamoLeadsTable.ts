import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { fromStored, toStored } from '../lead/storedForm.ts';
import type { LeadsTable, Stored } from '../store/leadsTable.ts';
import { epochMs } from '../segment/time.ts';
import { createBatchRead } from './batchRead.ts';
import { createDeadLetters } from './deadLetterItems.ts';
import type { Item } from './item.ts';
import { dueIndex, laneOf, shardName, written } from './item.ts';
import { shardOf } from './shard.ts';

interface LeadsTableOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly shards: number;
  readonly pageItems: number;
}

const storedOf = ({ version, state, shard, wakeAt, expiresAt }: Item): Stored => ({
  version,
  state: fromStored(JSON.parse(state)),
  ...(wakeAt !== undefined &&
    shard !== undefined && { entry: { lane: laneOf(shard), nextAt: epochMs(wakeAt) } }),
  ...(expiresAt !== undefined && { expiresAt: epochMs(expiresAt * 1_000) }),
});

/** The leads table on DynamoDB. Rejects with the SDK's error when DynamoDB cannot be used. */
export const createLeadsTable = (options: LeadsTableOptions): LeadsTable => {
  const { tableName, shards, pageItems } = options;
  const client = DynamoDBDocumentClient.from(options.client);

  const readAll = createBatchRead({ client, tableName });

  return {
    read: async (keys) => new Map((await readAll(keys)).map((item) => [item.pk, storedOf(item)])),

    write: async (pk, { version, state, entry, expiresAt }, expected) => {
      const item: Item = {
        pk,
        version,
        ...written,
        state: JSON.stringify(toStored(state)),
        ...(entry && { wakeAt: entry.nextAt, shard: shardName(entry.lane, shardOf(pk, shards)) }),
        // Rounded up: an item never goes before its time.
        ...(expiresAt !== undefined && { expiresAt: Math.ceil(expiresAt / 1_000) }),
      };
      const condition =
        expected === undefined
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : {
              ConditionExpression: 'version = :expected',
              ExpressionAttributeValues: { ':expected': expected },
            };
      try {
        await client.send(new PutCommand({ TableName: tableName, Item: item, ...condition }));
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },

    due: async (lane, shard, until, after) => {
      const answer = await client.send(
        new QueryCommand({
          TableName: tableName,
          IndexName: dueIndex,
          // `shard` is one of DynamoDB's reserved words.
          KeyConditionExpression: '#shard = :shard AND wakeAt <= :until',
          ExpressionAttributeNames: { '#shard': 'shard' },
          ExpressionAttributeValues: { ':shard': shardName(lane, shard), ':until': until },
          Limit: pageItems,
          ...(after && { ExclusiveStartKey: after }),
        }),
      );
      const items = ((answer.Items ?? []) as Item[]).map(({ pk, wakeAt = 0 }) => ({
        key: pk,
        nextAt: epochMs(wakeAt),
      }));
      return { items, ...(answer.LastEvaluatedKey && { next: answer.LastEvaluatedKey }) };
    },

    count: async (lane, shard, until, most) => {
      let count = 0;
      let after: Record<string, unknown> | undefined;
      do {
        const answer = await client.send(
          new QueryCommand({
            TableName: tableName,
            IndexName: dueIndex,
            Select: 'COUNT',
            KeyConditionExpression: '#shard = :shard AND wakeAt <= :until',
            ExpressionAttributeNames: { '#shard': 'shard' },
            ExpressionAttributeValues: { ':shard': shardName(lane, shard), ':until': until },
            ...(after && { ExclusiveStartKey: after }),
          }),
        );
        count += answer.Count ?? 0;
        after = answer.LastEvaluatedKey;
      } while (after !== undefined && count <= most);
      return count;
    },

    ...createDeadLetters({ client, tableName, readAll }),
  };
};
