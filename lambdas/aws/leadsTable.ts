import { setTimeout } from 'node:timers/promises';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  PutCommand,
  QueryCommand,
} from '@aws-sdk/lib-dynamodb';
import type { LeadsTable, Stored } from '../ports.ts';
import { epochMs } from '../segment/time.ts';
import { shardOf } from './shard.ts';

/** DynamoDB's limit of one BatchGetItem. */
const mostKeysPerRead = 100;

const unprocessedPauseMs = 50;

/** Index partition of the dead letters, beside the numbered ones of the items to be woken. */
const deadShard = 'dead';

interface LeadsTableOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly shards: number;
  readonly pageItems: number;
}

/** An item on the wire. `state` is JSON text: DynamoDB's numbers and empty names cannot spoil it. */
interface Item {
  readonly pk: string;
  readonly version: number;
  readonly state: string;
  readonly shard?: string;
  readonly wakeAt?: number;
  /** Seconds, as DynamoDB's TTL wants it. */
  readonly expiresAt?: number;
}

const storedOf = ({ version, state, wakeAt, expiresAt }: Item): Stored => ({
  version,
  state: JSON.parse(state) as unknown,
  ...(wakeAt !== undefined && { wakeAt: epochMs(wakeAt) }),
  ...(expiresAt !== undefined && { expiresAt: epochMs(expiresAt * 1_000) }),
});

/** The leads table on DynamoDB. Rejects with the SDK's error when DynamoDB cannot be used. */
export const createLeadsTable = (options: LeadsTableOptions): LeadsTable => {
  const { tableName, shards, pageItems } = options;
  const client = DynamoDBDocumentClient.from(options.client);

  const readPage = async (keys: readonly string[]): Promise<Item[]> => {
    const items: Item[] = [];
    let open: readonly { readonly pk: string }[] = keys.map((pk) => ({ pk }));
    while (open.length > 0) {
      const Keys = [...open];
      const request = { RequestItems: { [tableName]: { Keys, ConsistentRead: true } } };
      const answer = await client.send(new BatchGetCommand(request));
      items.push(...((answer.Responses?.[tableName] ?? []) as Item[]));
      const left = (answer.UnprocessedKeys?.[tableName]?.Keys ?? []) as { pk: string }[];
      // DynamoDB gives back what its throughput did not allow; asked at once it would do so again.
      if (left.length > 0) await setTimeout(unprocessedPauseMs);
      open = left;
    }
    return items;
  };

  return {
    read: async (keys) => {
      const pages: string[][] = [];
      for (let at = 0; at < keys.length; at += mostKeysPerRead)
        pages.push(keys.slice(at, at + mostKeysPerRead));
      const items = (await Promise.all(pages.map(readPage))).flat();
      return new Map(items.map((item) => [item.pk, storedOf(item)]));
    },

    write: async (pk, { version, state, wakeAt, expiresAt }, expected) => {
      const item: Item = {
        pk,
        version,
        state: JSON.stringify(state),
        ...(wakeAt !== undefined && { wakeAt, shard: String(shardOf(pk, shards)) }),
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

    waking: async (shard, before, after) => {
      const answer = await client.send(
        new QueryCommand({
          TableName: tableName,
          IndexName: 'wake',
          // `shard` is one of DynamoDB's reserved words.
          KeyConditionExpression: '#shard = :shard AND wakeAt < :before',
          ExpressionAttributeNames: { '#shard': 'shard' },
          ExpressionAttributeValues: { ':shard': String(shard), ':before': before },
          Limit: pageItems,
          ...(after && { ExclusiveStartKey: after }),
        }),
      );
      const keys = ((answer.Items ?? []) as Item[]).map(({ pk }) => pk);
      return { keys, ...(answer.LastEvaluatedKey && { next: answer.LastEvaluatedKey }) };
    },

    bury: async (id, letter, at) => {
      const state = JSON.stringify({ ...letter, at });
      const Item: Item = { pk: `dead#${id}`, version: at, state, shard: deadShard, wakeAt: at };
      await client.send(new PutCommand({ TableName: tableName, Item }));
    },
  };
};
