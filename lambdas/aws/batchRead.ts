import { setTimeout } from 'node:timers/promises';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import type { Item } from './item.ts';

/** DynamoDB's limit of one BatchGetItem. */
const mostKeysPerRead = 100;

const unprocessedPauseMs = 50;

interface BatchReadOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
}

export type BatchRead = ReturnType<typeof createBatchRead>;

/** Reads items by their keys, strongly consistent; each key once. */
export const createBatchRead = ({ client, tableName }: BatchReadOptions) => {
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

  return async (keys: readonly string[]): Promise<readonly Item[]> => {
    const pages: string[][] = [];
    for (let at = 0; at < keys.length; at += mostKeysPerRead)
      pages.push(keys.slice(at, at + mostKeysPerRead));
    return (await Promise.all(pages.map(readPage))).flat();
  };
};
