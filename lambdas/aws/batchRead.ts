import { setTimeout } from 'node:timers/promises';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import type { Item } from './item.ts';

/** DynamoDB's limit of one BatchGetItem. */
const maxKeysPerRead = 100;

const unprocessedPauseMs = 50;

/** One BatchGetItem: what it found, and the keys that DynamoDB did not look at. */
type ReadPage<T> = (
  keys: readonly string[],
) => Promise<{ readonly items: readonly T[]; readonly unprocessed: readonly string[] }>;

/** Reads all keys page by page, and asks again for those that were not processed. */
export const readAllPages = async <T>(
  keys: readonly string[],
  readPage: ReadPage<T>,
  pause: () => Promise<unknown>,
): Promise<readonly T[]> => {
  const readOn = async (page: readonly string[]): Promise<readonly T[]> => {
    const { items, unprocessed } = await readPage(page);
    if (unprocessed.length === 0) return items;
    // DynamoDB gives back what its throughput did not allow; asked at once it would do so again.
    await pause();
    return [...items, ...(await readOn(unprocessed))];
  };
  const pages: string[][] = [];
  for (let at = 0; at < keys.length; at += maxKeysPerRead)
    pages.push(keys.slice(at, at + maxKeysPerRead));
  return (await Promise.all(pages.map(readOn))).flat();
};

interface BatchReadOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
}

export type BatchRead = ReturnType<typeof createBatchRead>;

/** Reads items by their keys, strongly consistent; each key once. */
export const createBatchRead = ({ client, tableName }: BatchReadOptions) => {
  const readPage: ReadPage<Item> = async (keys) => {
    const Keys = keys.map((pk) => ({ pk }));
    const request = { RequestItems: { [tableName]: { Keys, ConsistentRead: true } } };
    const answer = await client.send(new BatchGetCommand(request));
    const left = (answer.UnprocessedKeys?.[tableName]?.Keys ?? []) as { pk: string }[];
    return {
      items: (answer.Responses?.[tableName] ?? []) as Item[],
      unprocessed: left.map(({ pk }) => pk),
    };
  };

  return (keys: readonly string[]): Promise<readonly Item[]> =>
    readAllPages(keys, readPage, () => setTimeout(unprocessedPauseMs));
};
