import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Summary } from '../history/summary.ts';
import { decodeSummary, encodeSummary, summaryOf } from '../history/summary.ts';
import { historyTiming } from '../limits.ts';
import type { EpochMs } from '../segment/time.ts';
import { epochMs } from '../segment/time.ts';
import { summaryPk, timeKey, timeOfKey } from './historyKeys.ts';
import type { Lists } from './historyLists.ts';
import { allOf } from './historyLists.ts';

interface SummariesOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  readonly keepMs: number;
}

/** Two months of them. */
const maxKnown = 20_000;

/** A request to each of so many parts of a long stretch at once. */
const partsOfStretch = 8;

const { summaryMs, summaryDelayMs, summaryBackMs } = historyTiming;

/** The beginning of the stretch that a moment is in. */
export const stretchOf = (at: number): EpochMs => epochMs(Math.floor(at / summaryMs) * summaryMs);

/** The end of a stretch, as a sort key that all of its lists are before. */
export const endOfStretch = (from: number, lengthMs: number = summaryMs): string =>
  `${timeKey(from + lengthMs - 1)}~`;

/** What stretches of time hold, each summed up once it is over. They never change, so they are remembered. */
export class HistorySummaries {
  private readonly options: SummariesOptions;
  private readonly known = new Map<EpochMs, Summary>();
  /** No stretch between the two is unknown that the table had. */
  private read: { readonly first: EpochMs; readonly last: EpochMs } | undefined;

  constructor(options: SummariesOptions) {
    this.options = options;
  }

  /** The summaries of the stretches that begin in this time, by their beginnings. */
  async between(from: EpochMs, to: EpochMs): Promise<ReadonlyMap<EpochMs, Summary>> {
    const first = stretchOf(from);
    const all = await this.readMissing(first, to);
    return new Map([...all].filter(([at]) => at >= first && at < to).sort(([a], [b]) => a - b));
  }

  /** Sums up what is over and nobody has summed up, of the latest hour. */
  async sumUp(lists: Lists, now: EpochMs): Promise<void> {
    const { client, tableName } = this.options;
    const last = stretchOf(now - summaryDelayMs - summaryMs);
    for (let at = last; at > now - summaryBackMs; at = epochMs(at - summaryMs)) {
      const Key = { pk: summaryPk, sk: timeKey(at) };
      const { Item } = await client.send(
        new GetCommand({ TableName: tableName, Key, ProjectionExpression: 'pk' }),
      );
      // Whatever is before it was summed up then.
      if (Item !== undefined) return;
      await this.put(at, await allOf(lists, { from: at, before: endOfStretch(at) }));
    }
  }

  private async put(at: EpochMs, listed: Parameters<typeof summaryOf>[1]): Promise<void> {
    const { client, tableName, keepMs } = this.options;
    await client.send(
      new PutCommand({
        TableName: tableName,
        Item: {
          pk: summaryPk,
          sk: timeKey(at),
          summary: encodeSummary(summaryOf(at, listed)),
          expiresAt: Math.ceil((at + summaryMs + keepMs) / 1_000),
        },
      }),
    );
  }

  /** Reads what is not known yet, and what may have come since. */
  private async readMissing(from: EpochMs, to: EpochMs): Promise<ReadonlyMap<EpochMs, Summary>> {
    const { first, last } = this.read ?? { first: to, last: to };
    const parts = [
      ...partsBetween(from, Math.min(first, to)),
      ...(this.read ? partsBetween(Math.max(first, last - summaryBackMs), to) : []),
    ];
    const found = await Promise.all(parts.map(([start, end]) => this.query(start, end)));
    if (this.known.size > maxKnown) this.known.clear();
    for (const [at, summary] of found.flat()) this.known.set(at, summary);
    this.read =
      this.known.size === 0
        ? undefined
        : { first: epochMs(Math.min(first, from)), last: epochMs(Math.max(last, to)) };
    return this.known;
  }

  private async query(from: number, to: number): Promise<(readonly [EpochMs, Summary])[]> {
    const { client, tableName } = this.options;
    const found: (readonly [EpochMs, Summary])[] = [];
    let after: Record<string, unknown> | undefined;
    do {
      const answer = await client.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
          ExpressionAttributeValues: {
            ':pk': summaryPk,
            ':from': timeKey(from),
            ':to': timeKey(to),
          },
          ...(after && { ExclusiveStartKey: after }),
        }),
      );
      for (const item of (answer.Items ?? []) as { sk: string; summary: Uint8Array }[])
        found.push([timeOfKey(item.sk), decodeSummary(item.summary)]);
      after = answer.LastEvaluatedKey;
    } while (after !== undefined);
    return found;
  }
}

/** A long stretch in several parts, which are read at once. */
const partsBetween = (from: number, to: number): (readonly [number, number])[] => {
  const step = Math.max(summaryMs, Math.ceil((to - from) / partsOfStretch / summaryMs) * summaryMs);
  const parts: (readonly [number, number])[] = [];
  for (let at = from; at < to; at += step) parts.push([at, Math.min(to, at + step) - 1]);
  return parts;
};
