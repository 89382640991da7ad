import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import type { ScanCommandOutput } from '@aws-sdk/lib-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { createBatchRead } from '../../lambdas/aws/batchRead.ts';
import type { Item } from '../../lambdas/aws/item.ts';
import { dueIndex } from '../../lambdas/aws/item.ts';
import type { DeadLetter } from '../../lambdas/lead/leadTypes.ts';
import type { DeadVisit } from '../../lambdas/store/leadsTable.ts';
import type { EpochMs } from '../../lambdas/segment/time.ts';
import { deadLetterLimits } from '../limits.ts';
import type { Place } from './place.ts';
import { placeIn, placeText } from './place.ts';

/** A dead letter of the leads table. The same one may be written again, at another time. */
export interface StoredDeadLetter {
  readonly id: string;
  readonly letter: DeadLetter | DeadVisit;
  readonly at: EpochMs;
}

/** All dead letters of the leads table, for whoever lists, resends and drops them. */
export interface DeadLetterStore {
  /**
   * Ids of a page of them, in no order that means anything; soon, not strongly, consistent. A page
   * may be empty and still have a next one. Rejects with `bad-input` for what is no `after` of ours.
   */
  page(after?: string): Promise<{ readonly ids: readonly string[]; readonly next?: string }>;
  /** How many there are; counts on until `most` are found, or too much was looked through. */
  count(max: number): Promise<{
    readonly count: number;
    readonly isAll: boolean;
    /** How many it took; each may read as much of what waits as DynamoDB reads at once. */
    readonly requests: number;
  }>;
  /** Strongly consistent; those that are not there, or were emptied for good, are missing. */
  read(ids: readonly string[]): Promise<readonly StoredDeadLetter[]>;
  /**
   * Removes one; `at`: only if it is the one of that time. The same one may be written again
   * under its id at any time, later too. Resolves to whether there was one.
   */
  remove(id: string, at?: EpochMs): Promise<boolean>;
}

const prefix = 'dead#';

interface DeadLetterStoreOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly pageItems?: number;
}

/** `Letters` on DynamoDB. Rejects with the SDK's error where it cannot be used. */
export const createDeadLetterStore = ({
  client,
  tableName: TableName,
  pageItems = deadLetterLimits.pageItems,
}: DeadLetterStoreOptions): DeadLetterStore => {
  const document = DynamoDBDocumentClient.from(client);
  const readAll = createBatchRead({ client: document, tableName: TableName });

  /** A stretch of the wake index, of which only dead letters are given. */
  const scan = async (after: Place | undefined, Select: 'COUNT' | 'ALL_PROJECTED_ATTRIBUTES') => {
    const answer: ScanCommandOutput = await document.send(
      new ScanCommand({
        TableName,
        IndexName: dueIndex,
        Select,
        FilterExpression: 'begins_with(#shard, :dead)',
        ExpressionAttributeNames: { '#shard': 'shard' },
        ExpressionAttributeValues: { ':dead': prefix },
        ...(after && { ExclusiveStartKey: after }),
      }),
    );
    return {
      places: (answer.Items ?? []) as Place[],
      count: answer.Count ?? 0,
      next: answer.LastEvaluatedKey as Place | undefined,
    };
  };

  return {
    page: async (after) => {
      const found: Place[] = [];
      let from = after === undefined ? undefined : placeIn(after);
      for (let scans = 0; scans < deadLetterLimits.scans; scans += 1) {
        const { places, next } = await scan(from, 'ALL_PROJECTED_ATTRIBUTES');
        found.push(...places);
        from = next;
        if (next === undefined || found.length >= pageItems) break;
      }
      const taken = found.slice(0, pageItems);
      const last = found.length > pageItems ? taken.at(-1) : from;
      return {
        ids: taken.map(({ pk }) => pk.slice(prefix.length)),
        ...(last && { next: placeText(last) }),
      };
    },

    count: async (max) => {
      let count = 0;
      let requests = 0;
      let from: Place | undefined;
      do {
        const found = await scan(from, 'COUNT');
        requests += 1;
        count += found.count;
        from = found.next;
      } while (from !== undefined && count < max && requests < deadLetterLimits.scans);
      return { count, isAll: from === undefined, requests };
    },

    read: async (ids) => {
      const items = await readAll([...new Set(ids)].map((id) => prefix + id));
      return items.flatMap((item) => (item.sealed ? [] : [storedDeadLetterIn(item)]));
    },

    remove: async (id, at) => {
      const isThere = 'attribute_exists(pk) AND attribute_not_exists(sealed)';
      const condition =
        at === undefined
          ? { ConditionExpression: isThere }
          : {
              ConditionExpression: `${isThere} AND version = :at`,
              ExpressionAttributeValues: { ':at': at },
            };
      try {
        await document.send(
          new DeleteCommand({ TableName, Key: { pk: prefix + id }, ...condition }),
        );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
  };
};

const storedDeadLetterIn = ({ pk, state }: Item): StoredDeadLetter => {
  const { at, ...deadLetter } = JSON.parse(state) as StoredDeadLetter['letter'] & {
    readonly at: EpochMs;
  };
  return { id: pk.slice(prefix.length), letter: deadLetter, at };
};
