import { BatchGetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { shortHashOf } from '../digest.ts';
import { without } from '../lead/without.ts';
import type { HistoryFilter, HistoryPage, HistoryReader } from '../history/historyPorts.ts';
import { doesMatch, mayMatch, type Summary } from '../history/summary.ts';
import type { HistoryEvent, HistoryRow } from '../history/types.ts';
import { historyLimits, historyTiming } from '../limits.ts';
import type { Clock } from '../ports.ts';
import type { EpochMs } from '../segment/time.ts';
import { epochMs } from '../segment/time.ts';
import { type EventItem, eventOf, eventOfRow, eventPk, timeKey, timeOfKey } from './historyKeys.ts';
import type { Lists, PlacedList } from './historyLists.ts';
import { allOf } from './historyLists.ts';
import { endOfStretch, type HistorySummaries, stretchOf } from './historySummaries.ts';

interface SearchOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  readonly keepMs: number;
  readonly clock: Clock;
  readonly lists: Lists;
  readonly summaries: HistorySummaries;
  readonly events: Pick<HistoryReader, 'event' | 'ofOwner' | 'people'>;
}

const { summaryMs } = historyTiming;
const keysPerRead = 100;
/** Stretches that are read at once: first one, then twice as many each time. */
const maxAtOnce = 32;

/** What is longer is read page by page. */
const shortMs = 12 * summaryMs;
/** Rows between two matches that are read along. */
const rowsInVain = 300;

type Part = readonly [EpochMs, EpochMs];

/** Of one event, far more than are shown. */
const maxOfOwner = 1_000;

interface Found {
  readonly row: HistoryRow;
  /** Where a page goes on behind this row. */
  readonly after: string;
}

/** Searches the history: by people where the filter names some, else by time. */
export const createHistorySearch = (options: SearchOptions): HistoryReader['search'] => {
  const { client, tableName, keepMs, clock, lists, summaries, events } = options;

  /** Events of these rows as their items have them, by message. */
  const itemsOf = async (
    rows: readonly HistoryRow[],
  ): Promise<ReadonlyMap<string, HistoryEvent>> => {
    const keys = rows.flatMap(({ owner, message }) =>
      owner === undefined ? [] : [{ pk: eventPk(owner), sk: message }],
    );
    const pages = Array.from({ length: Math.ceil(keys.length / keysPerRead) }, async (_, page) => {
      const Keys = keys.slice(page * keysPerRead, (page + 1) * keysPerRead);
      const answer = await client.send(
        new BatchGetCommand({ RequestItems: { [tableName]: { Keys } } }),
      );
      return (answer.Responses?.[tableName] ?? []) as EventItem[];
    });
    return new Map((await Promise.all(pages)).flat().map((item) => [item.sk, eventOf(item)]));
  };

  /** Lists of the time between, the latest first, without those that surely hold nothing of it. */
  const listsOf = async function* (
    filter: HistoryFilter,
    from: EpochMs,
    before: string,
  ): AsyncGenerator<PlacedList> {
    const isAny = Object.keys(filter).every((key) => key === 'from' || key === 'to');
    if (isAny) {
      yield* lists({ from, before });
      return;
    }
    const end = timeOfKey(before);
    const known = await summaries.between(from, epochMs(end + 1));
    const latest = [...known.keys()].at(-1);
    const recent = latest === undefined ? from : epochMs(latest + summaryMs);
    if (recent <= end) yield* lists({ from: epochMs(Math.max(from, recent)), before });
    yield* older(filter, from, before, known);
  };

  const older = async function* (
    filter: HistoryFilter,
    from: EpochMs,
    before: string,
    known: ReadonlyMap<EpochMs, Summary>,
  ): AsyncGenerator<PlacedList> {
    const parts = partsOf(known, filter, from);
    const stretchIn = ([start, end]: Part) => {
      const partEnd = endOfStretch(start, end - start);
      return { from: start, before: partEnd < before ? partEnd : before };
    };
    const isShort = ([start, end]: Part): boolean => end - start <= shortMs;
    for (let at = 0, atOnce = 1; at < parts.length; atOnce = next(atOnce)) {
      const [first, ...others] = parts.slice(at, at + atOnce);
      if (first === undefined) return;
      if (!isShort(first)) {
        yield* lists(stretchIn(first));
        at += 1;
        continue;
      }
      const long = others.findIndex((part) => !isShort(part));
      const short = [first, ...(long < 0 ? others : others.slice(0, long))];
      const found = short.map((one) => allOf(lists, stretchIn(one)));
      // Whoever has enough does not wait for the others.
      for (const one of found) one.catch(() => undefined);
      for (const one of found) yield* await one;
      at += short.length;
    }
  };

  const byTime = async (
    filter: HistoryFilter,
    { most: max, after, budgetMs = historyTiming.searchMs }: Parameters<HistoryReader['search']>[1],
  ): Promise<HistoryPage> => {
    const now = clock.now();
    const until = now + budgetMs;
    const from = epochMs(Math.max(filter.from ?? 0, now - keepMs));
    const top = filter.to === undefined ? now + summaryMs : filter.to - 1;
    const [before = `${timeKey(top)}~`, skipped] = after === undefined ? [] : cursorOf(after);
    const seen = new Set<string>();
    const page: HistoryEvent[] = [];
    let waiting: Found[] = [];
    let last: string | undefined;
    let searchedTo = from;

    const settle = async (): Promise<void> => {
      const some = waiting.slice(0, Math.max(1, max - page.length));
      waiting = waiting.slice(some.length);
      const items = await itemsOf(some.map(({ row }) => row));
      for (const { row, after: behind } of some) {
        last = behind;
        searchedTo = row.at;
        const item = items.get(row.message);
        // A later row says what it came to.
        if (item && item.at > row.at) continue;
        const event = item ?? eventOfRow(row);
        if (item === undefined || doesMatch({ ...row, outcome: item.outcome }, filter))
          page.push(event);
      }
    };

    for await (const { sk, rows } of listsOf(filter, from, before)) {
      const start = sk === before && skipped !== undefined ? skipped : 0;
      // A cursor behind all rows of a list has nothing of it: each call gets on by one list at least.
      if (sk === before && start >= rows.length) continue;
      rows.forEach((row, index) => {
        if (index < start || seen.has(row.message)) return;
        seen.add(row.message);
        if (doesMatch(row, filter)) waiting.push({ row, after: `${sk}|${index + 1}` });
      });
      while (waiting.length > 0 && page.length + waiting.length >= max && page.length < max)
        await settle();
      if (page.length >= max) return { events: page, ...(last && { next: last }), searchedTo };
      if (clock.now() < until) continue;
      while (waiting.length > 0) await settle();
      return { events: page, next: `${sk}|${rows.length}`, searchedTo: timeOfKey(sk) };
    }
    while (waiting.length > 0 && page.length < max) await settle();
    return waiting.length > 0 && last !== undefined
      ? { events: page, next: last, searchedTo }
      : { events: page, searchedTo: from };
  };

  const byOwners = async (
    filter: HistoryFilter,
    owners: readonly string[],
    { most: max, after }: Parameters<HistoryReader['search']>[1],
  ): Promise<HistoryPage> => {
    const rest = without(filter, 'person', 'owner');
    const found = await Promise.all(owners.map((owner) => events.ofOwner(owner, maxOfOwner)));
    const placed = found
      .flat()
      .filter((event) => doesMatch(event, rest))
      .map((event) => ({ event, place: `${timeKey(event.at)}|${event.message}` }))
      .sort((a, b) => (a.place < b.place ? 1 : -1))
      .filter(({ place }) => after === undefined || place < after);
    const page = placed.slice(0, max);
    const last = page.at(-1);
    const isMore = last !== undefined && placed.length > max;
    return {
      events: page.map(({ event }) => event),
      ...(isMore && { next: last.place }),
      searchedTo: isMore ? last.event.at : epochMs(filter.from ?? 0),
    };
  };

  const byMessage = async (filter: HistoryFilter): Promise<HistoryPage | undefined> => {
    if (filter.messageId === undefined) return undefined;
    const event = await events.event(shortHashOf(filter.messageId));
    return event && doesMatch(event, without(filter, 'messageId'))
      ? { events: [event], searchedTo: epochMs(filter.from ?? 0) }
      : undefined;
  };

  return async (filter, page) => {
    if (filter.owner !== undefined) return byOwners(filter, [filter.owner], page);
    if (filter.person !== undefined) {
      const people = await events.people(filter.person, historyLimits.personsPerSearch);
      return byOwners(
        filter,
        people.map(({ owner }) => owner),
        page,
      );
    }
    // A whole messageId is found at once; else it is a part of one.
    const exact = page.after === undefined ? await byMessage(filter) : undefined;
    return exact ?? byTime(filter, page);
  };
};

const next = (atOnce: number): number => Math.min(maxAtOnce, atOnce * 2);

const cursorOf = (after: string): readonly [string, number] => {
  const [sk = '', index = '0'] = after.split('|');
  return [sk, Number(index)];
};

/** Stretches that may hold what is looked for, and gaps between them, the latest first. */
const partsOf = (
  known: ReadonlyMap<EpochMs, Summary>,
  filter: HistoryFilter,
  from: EpochMs,
): readonly Part[] => {
  const parts: [EpochMs, EpochMs][] = [];
  let passedOver = 0;
  const take = (start: EpochMs, end: EpochMs): void => {
    const latest = parts.at(-1);
    // Another request costs more than to read some rows in vain.
    if (latest !== undefined && passedOver <= rowsInVain) latest[1] = end;
    else parts.push([start, end]);
    passedOver = 0;
  };
  let start = stretchOf(from);
  for (const [at, summary] of known) {
    if (at > start) take(start, at);
    const end = epochMs(at + summaryMs);
    if (mayMatch(summary, filter)) take(at, end);
    else passedOver += Object.values(summary.outcomes).reduce((sum, count) => sum + count, 0);
    start = end;
  }
  return parts.toReversed();
};
