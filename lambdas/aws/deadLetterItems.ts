import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient, QueryCommandOutput } from '@aws-sdk/lib-dynamodb';
import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { DeadLetter } from '../lead/leadTypes.ts';
import { without } from '../lead/without.ts';
import type { DeadVisit, LeadsTable } from '../store/leadsTable.ts';
import type { BatchRead } from './batchRead.ts';
import type { Item } from './item.ts';
import { dueIndex, written } from './item.ts';

const prefix = 'dead#';
const keyOf = (id: string): string => prefix + id;
const idOf = (pk: string): string => pk.slice(prefix.length);

/**
 * Index partition of one person's dead letters, beside the numbered ones of the items to be woken:
 * to look for them costs what they are, however many others there are.
 */
const shardOf = (id: string): string => prefix + (id.split('#', 1)[0] ?? '');

/** How many people's dead letters are looked for at once. */
const queriesAtOnce = 25;

/** A dead letter as it was given; `at` is for those who read the table. */
const deadLetterIn = (state: string): DeadLetter | DeadVisit =>
  without(JSON.parse(state) as { readonly at: number }, 'at') as DeadLetter | DeadVisit;

interface DeadLettersOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  readonly readAll: BatchRead;
}

/** The dead letters of the leads table. */
export const createDeadLetters = ({
  client,
  tableName,
  readAll,
}: DeadLettersOptions): Pick<
  LeadsTable,
  'putDeadLetter' | 'listDeadLetters' | 'deadLetters' | 'retractDeadLetter'
> => {
  /** Ids of the dead letters in one partition. */
  const deadIn = async (shard: string): Promise<string[]> => {
    const ids: string[] = [];
    let after: Record<string, unknown> | undefined;
    do {
      const answer: QueryCommandOutput = await client.send(
        new QueryCommand({
          TableName: tableName,
          IndexName: dueIndex,
          KeyConditionExpression: '#shard = :shard',
          ExpressionAttributeNames: { '#shard': 'shard' },
          ExpressionAttributeValues: { ':shard': shard },
          ...(after && { ExclusiveStartKey: after }),
        }),
      );
      ids.push(...((answer.Items ?? []) as Item[]).map(({ pk }) => idOf(pk)));
      after = answer.LastEvaluatedKey;
    } while (after !== undefined);
    return ids;
  };

  return {
    putDeadLetter: async (id, deadLetter, at) => {
      const state = JSON.stringify({ ...deadLetter, at });
      const shard = shardOf(id);
      const { until } = deadLetter as { readonly until?: number };
      const expiresAt = until === undefined ? {} : { expiresAt: Math.ceil(until / 1_000) };
      const Item: Item = {
        pk: keyOf(id),
        version: at,
        ...written,
        state,
        shard,
        wakeAt: at,
        ...expiresAt,
      };
      await client.send(new PutCommand({ TableName: tableName, Item }));
    },

    listDeadLetters: async (prefixes) => {
      const ids: string[] = [];
      const shards = [...new Set(prefixes.map(shardOf))];
      for (let at = 0; at < shards.length; at += queriesAtOnce)
        ids.push(...(await Promise.all(shards.slice(at, at + queriesAtOnce).map(deadIn))).flat());
      return ids.filter((id) => prefixes.some((one) => id.startsWith(one)));
    },

    deadLetters: async (ids) => {
      const items = await readAll(ids.map(keyOf));
      return new Map(
        items
          .filter(({ sealed }) => !sealed)
          .map(({ pk, state }) => [idOf(pk), deadLetterIn(state)] as const),
      );
    },

    retractDeadLetter: async (id, deadLetter, at) => {
      const expiresAt = Math.ceil(at / 1_000);
      const Item: Item = {
        ...{ pk: keyOf(id), version: at, ...written },
        ...{ state: '{}', sealed: true, expiresAt },
      };
      try {
        await client.send(
          new PutCommand({
            TableName: tableName,
            Item,
            // What the letter says, whenever it was written: after it comes only the time.
            ConditionExpression: 'begins_with(#state, :letter)',
            ExpressionAttributeNames: { '#state': 'state' },
            ExpressionAttributeValues: {
              ':letter': `${JSON.stringify(deadLetter).slice(0, -1)},"at":`,
            },
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
  };
};
