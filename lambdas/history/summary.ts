import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { EpochMs } from '../segment/time.ts';
import { bloomOf } from './bloom.ts';
import type { Listed } from './codec.ts';
import { countsOf } from './codec.ts';
import type { HistoryCount, HistoryFilter, HistoryProblem } from './historyPorts.ts';
import { latenciesOf } from './latencies.ts';
import type { HistoryOutcome, HistoryRow } from './types.ts';

/** A problem within one stretch of time. Of its people, short forms of their ids. */
interface SummaryProblem extends Omit<HistoryProblem, 'people'> {
  readonly owners: readonly string[];
}

/** The values that rows of a stretch have; absent: too many to list. */
interface Values {
  readonly types?: readonly string[];
  readonly names?: readonly string[];
  readonly sources?: readonly string[];
  readonly reasons?: readonly string[];
  /** Outcome, type and source of each that want attention: few rows have them, and filters ask for them together. */
  readonly kinds?: readonly string[];
}

/** What a stretch of time holds, so that lists can pass it over and charts need no rows. */
export interface Summary extends HistoryCount {
  readonly problems: readonly SummaryProblem[];
  readonly values: Values;
  /** Of the short hashes of its messages. */
  readonly bloom: Uint8Array;
}

const maxValues = 200;
const maxOwners = 100;
/** Enough to tell people apart. */
const ownerCharacters = 10;

const problems: ReadonlySet<HistoryOutcome> = new Set(['dead', 'refused', 'held', 'dropped']);

/** Without a reason there is nothing to group by. */
const noReason = 'no reason was given';

/** What a row lacks is empty. */
const kindOf = ({ outcome, type, source }: HistoryRow): string =>
  JSON.stringify([outcome, type ?? '', source ?? '']);

const distinct = (values: readonly (string | undefined)[]): readonly string[] | undefined => {
  const all = [...new Set(values.filter((value) => value !== undefined))];
  return all.length > maxValues ? undefined : all;
};

const exampleOf = ({ message, owner }: HistoryRow): HistoryProblem['first'] => ({
  message,
  ...(owner !== undefined && { owner }),
});

const problemOf = (rows: readonly [HistoryRow, ...HistoryRow[]]): SummaryProblem => {
  const sorted = rows.toSorted((a, b) => a.at - b.at);
  const [first = rows[0], latest = first] = [sorted[0], sorted.at(-1)];
  const owners = [...new Set(rows.flatMap(({ owner }) => owner?.slice(0, ownerCharacters) ?? []))];
  return {
    outcome: first.outcome,
    reason: first.reason ?? noReason,
    events: rows.length,
    owners: owners.slice(0, maxOwners),
    isMorePeople: owners.length > maxOwners,
    firstAt: first.at,
    latestAt: latest.at,
    first: exampleOf(first),
    latest: exampleOf(latest),
  };
};

export const problemsOf = (rows: readonly HistoryRow[]): readonly SummaryProblem[] =>
  [
    ...Map.groupBy(
      rows.filter(({ outcome }) => problems.has(outcome)),
      ({ outcome, reason = noReason }) => `${outcome} ${reason}`,
    ).values(),
  ].map((group) => problemOf(group as [HistoryRow, ...HistoryRow[]]));

/** One of each group, of several stretches. The most events come first. */
export const mergedProblems = (parts: readonly SummaryProblem[]): readonly HistoryProblem[] =>
  [...Map.groupBy(parts, ({ outcome, reason }) => `${outcome} ${reason}`).values()]
    .map((group) => {
      const byTime = group.toSorted((a, b) => a.firstAt - b.firstAt);
      const earliest = byTime[0] as SummaryProblem;
      const latest = group.reduce((best, one) => (one.latestAt >= best.latestAt ? one : best));
      return {
        outcome: earliest.outcome,
        reason: earliest.reason,
        events: group.reduce((sum, { events }) => sum + events, 0),
        people: new Set(group.flatMap(({ owners }) => owners)).size,
        isMorePeople: group.some(({ isMorePeople }) => isMorePeople),
        firstAt: earliest.firstAt,
        latestAt: latest.latestAt,
        first: earliest.first,
        latest: latest.latest,
      };
    })
    .sort((a, b) => b.events - a.events);

const callsIn = (listed: readonly Listed[]): Pick<HistoryCount, 'calls' | 'requests'> => {
  const calls = listed.flatMap(({ calls: own }) => own);
  return {
    calls: calls.filter(({ about }) => about === 'leads').length,
    requests: calls.reduce((sum, { requests }) => sum + requests, 0),
  };
};

/** What these lists count to, as a stretch that begins at `at`. */
export const countOf = (at: EpochMs, listed: readonly Listed[]): HistoryCount => ({
  at,
  received: listed.flatMap(({ rows }) => rows).filter(({ isArrival }) => isArrival).length,
  outcomes: countsOf(listed.flatMap(({ rows }) => rows)),
  ...callsIn(listed),
  latencies: latenciesOf(
    listed.flatMap(({ rows }) =>
      rows.flatMap(({ outcome, at: endedAt, receivedAt }) =>
        outcome === 'delivered' && receivedAt !== undefined ? [endedAt - receivedAt] : [],
      ),
    ),
  ),
});

export const summaryOf = (at: EpochMs, listed: readonly Listed[]): Summary => {
  const rows = listed.flatMap((one) => one.rows);
  const kinds = distinct(rows.filter(({ outcome }) => problems.has(outcome)).map(kindOf));
  const [types, names, sources, reasons] = [
    distinct(rows.map(({ type }) => type)),
    distinct(rows.map(({ name }) => name)),
    distinct(rows.map(({ source }) => source)),
    distinct(rows.map(({ reason }) => reason)),
  ];
  return {
    ...countOf(at, listed),
    problems: problemsOf(rows),
    values: {
      ...(types && { types }),
      ...(names && { names }),
      ...(sources && { sources }),
      ...(reasons && { reasons }),
      ...(kinds && { kinds }),
    },
    bloom: bloomOf([...new Set(rows.map(({ message }) => message))]),
  };
};

export const encodeSummary = ({ bloom, ...rest }: Summary): Uint8Array =>
  deflateRawSync(JSON.stringify([rest, Buffer.from(bloom).toString('base64')]));

export const decodeSummary = (bytes: Uint8Array): Summary => {
  const [rest, bloom] = JSON.parse(inflateRawSync(bytes).toString('utf8')) as [
    Omit<Summary, 'bloom'>,
    string,
  ];
  return { ...rest, bloom: Buffer.from(bloom, 'base64') };
};

const holdsPart = (value: string | undefined, part: string): boolean =>
  value?.toLowerCase().includes(part.toLowerCase()) === true;

/** Whether a row is what the filter asks for; people are found otherwise. */
export const doesMatch = (row: HistoryRow, filter: HistoryFilter): boolean =>
  (filter.from === undefined || row.at >= filter.from) &&
  (filter.to === undefined || row.at < filter.to) &&
  (filter.outcomes === undefined || filter.outcomes.includes(row.outcome)) &&
  (filter.type === undefined || row.type === filter.type) &&
  (filter.source === undefined || row.source === filter.source) &&
  (filter.name === undefined || holdsPart(row.name, filter.name)) &&
  (filter.reason === undefined || holdsPart(row.reason, filter.reason)) &&
  (filter.owner === undefined || row.owner === filter.owner) &&
  (filter.messageId === undefined || holdsPart(row.messageId, filter.messageId));

/** False: no row that wants attention is what the filter asks for of it; others are not looked at. */
const mayHaveKind = (
  kinds: readonly string[] | undefined,
  { outcomes = [], type, source }: HistoryFilter,
): boolean =>
  kinds === undefined ||
  !outcomes.every((outcome) => problems.has(outcome)) ||
  outcomes.length === 0 ||
  kinds.some((kind) => {
    const [outcome, ofType, from] = JSON.parse(kind) as [HistoryOutcome, string, string];
    return (
      outcomes.includes(outcome) &&
      (type === undefined || type === ofType) &&
      (source === undefined || source === from)
    );
  });

/** False: no row of the stretch is what the filter asks for. */
export const mayMatch = (
  { outcomes, values }: Pick<Summary, 'outcomes' | 'values'>,
  filter: HistoryFilter,
): boolean => {
  const { types, names, sources, reasons, kinds } = values;
  const { type, name, source, reason } = filter;
  return (
    filter.outcomes?.every((outcome) => outcomes[outcome] === undefined) !== true &&
    (type === undefined || types?.includes(type) !== false) &&
    (source === undefined || sources?.includes(source) !== false) &&
    (name === undefined || names?.some((one) => holdsPart(one, name)) !== false) &&
    (reason === undefined || reasons?.some((one) => holdsPart(one, reason)) !== false) &&
    mayHaveKind(kinds, filter)
  );
};
