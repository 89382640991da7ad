import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { mayHold } from '../history/bloom.ts';
import type {
  HistoryCount,
  HistoryLine,
  HistoryProblem,
  HistoryReader,
} from '../history/historyPorts.ts';
import { addedLatencies } from '../history/latencies.ts';
import type { Summary } from '../history/summary.ts';
import { countOf, mergedProblems, problemsOf } from '../history/summary.ts';
import type { HistoryEvent, HistoryPerson } from '../history/types.ts';
import { historyLimits, historyTiming } from '../limits.ts';
import type { Clock } from '../ports.ts';
import type { EpochMs } from '../segment/time.ts';
import { epochMs } from '../segment/time.ts';
import { type EventItem, eventOf, eventPk, personPks } from './historyKeys.ts';
import type { Lists, PlacedList } from './historyLists.ts';
import { allOf, createLists } from './historyLists.ts';
import { createHistorySearch } from './historySearch.ts';
import { endOfStretch, HistorySummaries, stretchOf } from './historySummaries.ts';

interface HistoryReaderOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly keepMs: number;
  readonly clock: Clock;
}

/** A page of persons that a filter has not looked through yet. */
const personPageItems = 1_000;

const { summaryMs } = historyTiming;

/** The history table as the console reads it. */
export class DynamoHistoryReader implements HistoryReader {
  private readonly client: DynamoDBDocumentClient;
  private readonly tableName: string;
  private readonly keepMs: number;
  private readonly clock: Clock;
  private readonly lists: Lists;
  private readonly summaries: HistorySummaries;
  readonly search: HistoryReader['search'];

  constructor({ client, tableName, keepMs, clock }: HistoryReaderOptions) {
    this.client = DynamoDBDocumentClient.from(client);
    this.tableName = tableName;
    this.keepMs = keepMs;
    this.clock = clock;
    const shared = { client: this.client, tableName, keepMs };
    this.lists = createLists(shared);
    this.summaries = new HistorySummaries(shared);
    const { lists, summaries } = this;
    this.search = createHistorySearch({ ...shared, clock, lists, summaries, events: this });
  }

  async event(message: string, owner?: string): Promise<HistoryEvent | undefined> {
    if (owner !== undefined) return this.item(owner, message);
    const row = await this.rowOf(message);
    if (row === undefined) return undefined;
    const item = row.owner === undefined ? undefined : await this.item(row.owner, message);
    return item ?? { ...row, steps: [] };
  }

  async ofOwner(owner: string, max: number): Promise<readonly HistoryEvent[]> {
    const items: EventItem[] = [];
    let after: Record<string, unknown> | undefined;
    for (let page = 0; page < historyLimits.pagesPerOwner; page += 1) {
      const answer = await this.client.send(
        new QueryCommand({
          TableName: this.tableName,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': eventPk(owner) },
          ...(after && { ExclusiveStartKey: after }),
        }),
      );
      items.push(...((answer.Items ?? []) as EventItem[]));
      after = answer.LastEvaluatedKey;
      if (after === undefined) break;
    }
    return items
      .map(eventOf)
      .sort((a, b) => (b.receivedAt ?? b.at) - (a.receivedAt ?? a.at))
      .slice(0, max);
  }

  async counts(from: EpochMs, to: EpochMs, everyMs: number): Promise<readonly HistoryCount[]> {
    const isWhole = everyMs % summaryMs === 0 && from % summaryMs === 0;
    const { parts, listed } = isWhole
      ? await this.stretches(from, to)
      : { parts: [], listed: await allOf(this.lists, stretch(from, to)) };
    const lists = Map.groupBy(listed, ({ sk }) => indexOf(Number(sk.slice(0, 13)), from, everyMs));
    const summed = Map.groupBy(parts, ({ at }) => indexOf(at, from, everyMs));
    return Array.from({ length: Math.max(0, Math.ceil((to - from) / everyMs)) }, (_, index) => {
      const at = epochMs(from + index * everyMs);
      return [countOf(at, lists.get(index) ?? []), ...(summed.get(index) ?? [])].reduce(added);
    });
  }

  async problems(from: EpochMs, to: EpochMs): Promise<readonly HistoryProblem[]> {
    const { parts, listed } = await this.stretches(stretchOf(from), to);
    return mergedProblems([
      ...parts.flatMap(({ problems }) => problems),
      ...problemsOf(listed.flatMap(({ rows }) => rows)),
    ]);
  }

  async people(part: string, max: number): Promise<readonly HistoryPerson[]> {
    const found = await Promise.all(personPks.map((pk) => this.peopleIn(pk, part, max)));
    return found
      .flat()
      .sort((a, b) => b.at - a.at)
      .slice(0, max);
  }

  async latest(max: number): Promise<readonly HistoryLine[]> {
    const lines: HistoryLine[] = [];
    const now = this.clock.now();
    const from = epochMs(now - this.keepMs);
    for await (const { rows, calls, troubles } of this.lists(stretch(from, now + summaryMs))) {
      const events = rows.map((row) => ({ kind: 'event' as const, ...row }));
      lines.push(...[...events, ...calls, ...troubles].sort((a, b) => b.at - a.at));
      if (lines.length >= max) break;
    }
    return lines.slice(0, max);
  }

  private async peopleIn(pk: string, part: string, max: number): Promise<HistoryPerson[]> {
    const found: HistoryPerson[] = [];
    let after: Record<string, unknown> | undefined;
    do {
      const answer = await this.client.send(
        new QueryCommand({
          TableName: this.tableName,
          KeyConditionExpression: 'pk = :pk',
          FilterExpression:
            'contains(email, :part) OR contains(userIdKey, :part) OR contains(nameKey, :part)',
          ExpressionAttributeValues: { ':pk': pk, ':part': part.trim().toLowerCase() },
          Limit: personPageItems,
          ...(after && { ExclusiveStartKey: after }),
        }),
      );
      for (const item of answer.Items ?? []) {
        const { sk, email, userId, name, at } = item as Omit<HistoryPerson, 'owner'> & {
          sk: string;
        };
        found.push({
          owner: sk,
          ...(email !== undefined && { email }),
          ...(userId !== undefined && { userId }),
          ...(name !== undefined && { name }),
          at,
        });
      }
      after = answer.LastEvaluatedKey;
    } while (after !== undefined && found.length < max);
    return found;
  }

  private async item(owner: string, message: string): Promise<HistoryEvent | undefined> {
    const { Item } = await this.client.send(
      new GetCommand({ TableName: this.tableName, Key: { pk: eventPk(owner), sk: message } }),
    );
    return Item && eventOf(Item as EventItem);
  }

  /** The latest row of an event: in stretches whose summary may hold it, or that have none. */
  private async rowOf(message: string) {
    const { parts, listed } = await this.stretches(undefined, undefined, ({ bloom }) =>
      mayHold(bloom, message),
    );
    const rowIn = (lists: readonly PlacedList[]) =>
      lists.flatMap(({ rows }) => rows).find((row) => row.message === message);
    const recent = rowIn(listed);
    if (recent) return recent;
    for (const { at } of parts.toReversed()) {
      const row = rowIn(await allOf(this.lists, { from: at, before: endOfStretch(at) }));
      if (row) return row;
    }
    return undefined;
  }

  /** The summaries of a time, as far as wanted, and the lists of what has none. */
  private async stretches(
    from: EpochMs | undefined,
    to: EpochMs | undefined,
    isWanted: (summary: Summary) => boolean = () => true,
  ) {
    const now = this.clock.now();
    const first = from ?? stretchOf(now - this.keepMs);
    const end = to ?? epochMs(now + summaryMs);
    const known = await this.summaries.between(first, end);
    const listed = await Promise.all(
      gapsIn(known, first, end).map(([start, stop]) => allOf(this.lists, stretch(start, stop))),
    );
    return { parts: [...known.values()].filter(isWanted), listed: listed.flat() };
  }
}

const stretch = (from: number, to: number) => ({
  from: epochMs(from),
  before: endOfStretch(from, to - from),
});

const indexOf = (at: number, from: number, everyMs: number): number =>
  Math.floor((at - from) / everyMs);

const added = (one: HistoryCount, other: HistoryCount): HistoryCount => {
  const outcomes = { ...one.outcomes };
  for (const [outcome, count] of Object.entries(other.outcomes))
    outcomes[outcome as keyof typeof outcomes] =
      (outcomes[outcome as keyof typeof outcomes] ?? 0) + count;
  return {
    at: one.at,
    received: one.received + other.received,
    outcomes,
    calls: one.calls + other.calls,
    requests: one.requests + other.requests,
    latencies: addedLatencies(one.latencies, other.latencies),
  };
};

/** The parts of a time in which no stretch has been summed up, the latest first. */
const gapsIn = (
  known: ReadonlyMap<EpochMs, unknown>,
  from: EpochMs,
  to: EpochMs,
): readonly (readonly [EpochMs, EpochMs])[] => {
  const gaps: (readonly [EpochMs, EpochMs])[] = [];
  let start = from;
  for (const at of known.keys()) {
    if (at > start) gaps.unshift([start, at]);
    start = epochMs(Math.max(start, at + summaryMs));
  }
  if (to > start) gaps.unshift([start, to]);
  return gaps;
};
