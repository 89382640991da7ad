import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Listed } from '../history/codec.ts';
import { decodeListed } from '../history/codec.ts';
import { historyLimits } from '../limits.ts';
import type { EpochMs } from '../segment/time.ts';
import { listPk, timeKey } from './historyKeys.ts';

/** What one invocation listed, by its place in time. */
export interface PlacedList extends Listed {
  readonly sk: string;
}

interface Stretch {
  /** The lists of this moment are in. */
  readonly from: EpochMs;
  /** Where it ends, by its sort key: this one is in. */
  readonly before: string;
}

interface ListsOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
}

type ListItem = { readonly sk: string; readonly rows: Uint8Array };

/** Items of the first request to each partition; the next ones take ever more. */
const firstItems = 8;
const moreTimes = 8;
const maxItems = 2_000;

/** The lists of a stretch of time, the latest first, whichever partition they stand in. */
export const createLists = ({ client, tableName }: ListsOptions) => {
  const pages = async function* (
    shard: number,
    { from, before }: Stretch,
    first: number,
  ): AsyncGenerator<readonly PlacedList[], undefined> {
    let after: Record<string, unknown> | undefined;
    let items = first;
    do {
      const answer = await client.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :before',
          ExpressionAttributeValues: {
            ':pk': listPk(shard),
            ':from': timeKey(from),
            ':before': before,
          },
          ScanIndexForward: false,
          Limit: items,
          ...(after && { ExclusiveStartKey: after }),
        }),
      );
      yield ((answer.Items ?? []) as ListItem[]).map(({ sk, rows }) => ({
        sk,
        ...decodeListed(rows),
      }));
      items = Math.min(maxItems, items * moreTimes);
      after = answer.LastEvaluatedKey;
    } while (after !== undefined);
  };

  return async function* (stretch: Stretch, first = firstItems): AsyncGenerator<PlacedList> {
    const sources = Array.from({ length: historyLimits.shards }, (_, shard) => ({
      pages: pages(shard, stretch, first),
      waiting: [] as PlacedList[],
      isOver: false,
    }));
    const fill = async (source: (typeof sources)[number]): Promise<void> => {
      while (source.waiting.length === 0 && !source.isOver) {
        const { value, done } = await source.pages.next();
        if (done === true) source.isOver = true;
        else source.waiting.push(...value);
      }
    };
    for (;;) {
      await Promise.all(sources.map(fill));
      const latest = sources
        .filter(({ waiting }) => waiting.length > 0)
        .reduce<(typeof sources)[number] | undefined>(
          (best, one) =>
            best === undefined || (one.waiting[0]?.sk ?? '') > (best.waiting[0]?.sk ?? '')
              ? one
              : best,
          undefined,
        );
      const next = latest?.waiting.shift();
      if (next === undefined) return;
      yield next;
    }
  };
};

export type Lists = ReturnType<typeof createLists>;

/** All of a stretch. */
export const allOf = async (lists: Lists, stretch: Stretch): Promise<readonly PlacedList[]> => {
  const all: PlacedList[] = [];
  for await (const list of lists(stretch, maxItems)) all.push(list);
  return all;
};
