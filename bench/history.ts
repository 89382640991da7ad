import { performance } from 'node:perf_hooks';
import { eventPk, listPk, personPk, summaryPk, timeKey } from '../lambdas/aws/historyKeys.ts';
import { DynamoHistoryReader } from '../lambdas/aws/historyReader.ts';
import { stretchOf } from '../lambdas/aws/historySummaries.ts';
import { shortHashOf } from '../lambdas/digest.ts';
import { encodeListed, encodeStep } from '../lambdas/history/codec.ts';
import { rankOf } from '../lambdas/history/outcome.ts';
import type { HistoryFilter, HistoryReader } from '../lambdas/history/historyPorts.ts';
import { encodeSummary, summaryOf } from '../lambdas/history/summary.ts';
import type { HistoryOutcome, HistoryRow } from '../lambdas/history/types.ts';
import { historyLimits, historyTiming } from '../lambdas/limits.ts';
import type { EpochMs } from '../lambdas/segment/time.ts';
import { epochMs } from '../lambdas/segment/time.ts';
import { historyTableName, keepMs } from '../test/aws/historyOnDynamo.ts';
import type { Aim, Bench, BenchOptions, Outcome } from './bench.ts';
import { serveFilled } from './historyStore.ts';
import { columns, whole } from './text.ts';

const eventsAtFullSize = 1_000_000;
const dayMs = 86_400_000;
const daysAtFullSize = 29;
const endsAt = Date.UTC(2026, 0, 30, 12);
const now = epochMs(endsAt + 60_000);
const eventsPerList = 10;
const eventsPerPerson = 20;
const rowsPerPage = 50;
const rounds = 7;
const aimMs = 300;

const reasons = ['Marketo does not have this field', 'the e-mail is not valid', 'no consent'];

const outcomeOf = (index: number): HistoryOutcome => {
  if (index % 199 === 0) return 'dead';
  if (index % 97 === 0) return 'refused';
  if (index % 31 === 0) return 'held';
  return index % 5 === 0 ? 'superseded' : 'delivered';
};

const ownerOf = (index: number, events: number): string =>
  `lead-${(index * 7_919) % Math.ceil(events / eventsPerPerson)}`;
const emailOf = (owner: string): string => `${owner.replace('lead-', 'person.')}@example.com`;
const messageIdOf = (index: number): string => `bench-message-${index}`;

/** As many events a day, whatever the size. */
const daysMsOf = (events: number): number =>
  Math.max(1, Math.round((daysAtFullSize * events) / eventsAtFullSize)) * dayMs;

const rowOf = (index: number, events: number): HistoryRow => {
  const daysMs = daysMsOf(events);
  const at = epochMs(endsAt - daysMs + Math.floor((index * daysMs) / events));
  const outcome = outcomeOf(index);
  const isTrack = index % 3 !== 0;
  return {
    message: shortHashOf(messageIdOf(index)),
    owner: ownerOf(index, events),
    outcome,
    at,
    receivedAt: at,
    type: isTrack ? 'track' : index % 2 === 0 ? 'page' : 'identify',
    // A few names have most of the events, and one has hardly any.
    ...(isTrack && { name: index % 50_021 === 0 ? 'Rare Event' : `Event ${index % 17}` }),
    source: `source-${index % 4}`,
    ...(rankOf[outcome] >= 6 || outcome === 'held' ? { reason: reasons[index % 3] ?? '' } : {}),
    messageId: messageIdOf(index),
  };
};

const itemOf = (row: HistoryRow): Record<string, unknown> => {
  const { owner = '', message, at } = row;
  const step = {
    kind: 'step',
    at,
    service: 'absorb',
    step: 'absorbed',
    fields: ['Email'],
  } as const;
  return {
    ...row,
    pk: eventPk(owner),
    sk: message,
    rank: rankOf[row.outcome],
    email: emailOf(owner),
    userId: owner,
    steps: [encodeStep(step), encodeStep({ ...step, step: 'synced' })],
  };
};

/** Everything that the history of so many events has, as the functions and the summing up leave it. */
const itemsOf = function* (events: number): Generator<Record<string, unknown>> {
  const people = new Set<string>();
  let list: HistoryRow[] = [];
  let stretch: HistoryRow[] = [];
  let last: HistoryRow | undefined;
  const begin = (at: EpochMs): EpochMs => stretchOf(at);
  for (let index = 0; index < events; index += 1) {
    const row = rowOf(index, events);
    yield itemOf(row);
    const { owner = '' } = row;
    if (!people.has(owner)) {
      people.add(owner);
      yield { pk: personPk(owner), sk: owner, email: emailOf(owner), userIdKey: owner, at: row.at };
    }
    const [first = last ?? row] = stretch;
    // One without events is summed up, too.
    for (let at = begin(first.at); at < begin(row.at); at = epochMs(at + historyTiming.summaryMs)) {
      yield summaryItem(at, stretch);
      stretch = [];
    }
    stretch.push(row);
    last = row;
    list.unshift(row);
    if (list.length < eventsPerList) continue;
    const rows = encodeListed({ rows: list, calls: [], troubles: [] });
    yield { pk: listPk(index % historyLimits.shards), sk: `${timeKey(row.at)}#${index}`, rows };
    list = [];
  }
};

const summaryItem = (at: EpochMs, rows: readonly HistoryRow[]): Record<string, unknown> => ({
  pk: summaryPk,
  sk: timeKey(at),
  summary: encodeSummary(summaryOf(at, [{ rows, calls: [], troubles: [] }])),
});

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const from = performance.now();
  await work();
  return performance.now() - from;
};

interface Question {
  readonly what: string;
  readonly ask: (reader: HistoryReader) => Promise<unknown>;
  readonly isFilter: boolean;
}

const questionsOn = (events: number): readonly Question[] => {
  const middle = Math.floor(events / 2);
  const filters: readonly (readonly [string, HistoryFilter])[] = [
    ['all events', {}],
    ['outcome delivered', { outcomes: ['delivered'] }],
    ['outcome dead', { outcomes: ['dead'] }],
    ['type page', { type: 'page' }],
    ['a frequent name', { name: 'Event 3' }],
    ['a name that hardly occurs', { name: 'rare' }],
    ['a name that does not occur', { name: 'never sent' }],
    ['source', { source: 'source-2' }],
    ['part of a reason', { reason: 'not valid' }],
    ['dead of one source and type', { outcomes: ['dead'], source: 'source-1', type: 'track' }],
    [
      'a day two weeks ago',
      { from: epochMs(endsAt - 15 * dayMs), to: epochMs(endsAt - 14 * dayMs) },
    ],
    ['part of an e-mail', { person: `person.${Math.floor(events / eventsPerPerson / 2)}@` }],
    ['a person', { owner: ownerOf(middle, events) }],
    ['a messageId', { messageId: messageIdOf(middle) }],
  ];
  const from = epochMs(stretchOf(endsAt - daysMsOf(events)));
  return [
    ...filters.map(([what, filter]) => ({
      what,
      isFilter: true,
      ask: (reader: HistoryReader) => reader.search(filter, { most: rowsPerPage }),
    })),
    {
      what: 'outcomes of all days by the hour',
      isFilter: false,
      ask: (reader) => reader.counts(from, now, 3_600_000),
    },
    { what: 'problems of all days', isFilter: false, ask: (reader) => reader.problems(from, now) },
  ];
};

const run = async (options: BenchOptions): Promise<Outcome> => {
  const events = Math.max(1_000, Math.round(eventsAtFullSize * options.size));
  const { client, close } = await serveFilled(itemsOf(events));
  try {
    const clock = { now: () => now };
    const reader = new DynamoHistoryReader({ client, tableName: historyTableName, keepMs, clock });
    // A console reads the summaries once.
    const firstMs = await timed(() => reader.problems(epochMs(endsAt - daysMsOf(events)), now));
    const measured: { readonly what: string; readonly ms: number; readonly isFilter: boolean }[] =
      [];
    for (const { what, ask, isFilter } of questionsOn(events)) {
      const times: number[] = [];
      for (let round = 0; round < rounds; round += 1) times.push(await timed(() => ask(reader)));
      measured.push({ what, ms: median(times), isFilter });
    }
    const filtersMs = median(measured.filter(({ isFilter }) => isFilter).map(({ ms }) => ms));
    const slowest = measured.reduce((worst, one) => (one.ms > worst.ms ? one : worst));
    const aims: readonly Aim[] = [
      {
        what: 'first rows of a filter, the median of all of them',
        aim: `at most ${aimMs} ms`,
        got: `${whole(filtersMs)} ms`,
        isMet: filtersMs <= aimMs,
      },
      {
        what: `first rows of the slowest (${slowest.what})`,
        aim: `at most ${aimMs} ms`,
        got: `${whole(slowest.ms)} ms`,
        isMet: slowest.ms <= aimMs,
      },
    ];
    return {
      lines: [
        `${whole(events)} events of ${whole(daysMsOf(events) / dayMs)} ${daysMsOf(events) === dayMs ? 'day' : 'days'} on DynamoDB’s emulator, in this process`,
        `The first look of a console, which reads the summaries: ${whole(firstMs)} ms`,
        '',
        ...columns([['', 'median (ms)'], ...measured.map(({ what, ms }) => [what, whole(ms)])]),
      ],
      aims,
      numbers: {
        bench: 'history',
        ...options,
        firstMs,
        medianMs: filtersMs,
        ms: Object.fromEntries(measured.map(({ what, ms }) => [what, ms])),
      },
    };
  } finally {
    await close();
  }
};

export const history: Bench = {
  measures: 'The first rows of each filter over 1,000,000 events of the history',
  run,
};
