import type { Spent } from './hour.ts';
import { columns, ratio, seconds, spoken, whole } from './text.ts';

/** A way to tell Marketo, and what it costs in API requests. */
export interface Way {
  readonly name: string;
  readonly syncs: number;
  readonly associates: number;
  readonly describes: number;
}

/** The pipeline's. */
export const ours = (name: string, { requests, byKind }: Spent): Way => ({
  name,
  // A request that Marketo refused, as with a token that has run out, is a request.
  syncs: requests - byKind.associate - byKind.describe,
  associates: byKind.associate,
  describes: byKind.describe,
});

const requestsOf = ({ syncs, associates, describes }: Way): number =>
  syncs + associates + describes;

/** Ways beside each other; the last column says how many times fewer requests than `base`. */
export const waysText = (events: number, base: Way, ways: readonly Way[]): readonly string[] =>
  columns([
    ['', 'requests', 'per event', 'syncs', 'associates', 'describe', 'times fewer'],
    ...ways.map((way) => [
      way.name,
      whole(requestsOf(way)),
      (requestsOf(way) / events).toFixed(4),
      whole(way.syncs),
      whole(way.associates),
      whole(way.describes),
      ratio(requestsOf(base) / requestsOf(way)),
    ]),
  ]);

/** What the requests cost besides: time, turns, and use of the table and the queue. */
export const spentText = (events: number, runs: readonly (readonly [string, Spent])[]) =>
  columns([
    [
      '',
      'late p50',
      'p99',
      'most',
      'drained',
      'leads/sync',
      'turns',
      'ticks/ev',
      'writes/ev',
      'counts/ev',
      'reads/ev',
      'queries/ev',
    ],
    ...runs.map(([name, spent]) => [
      name,
      ...[spent.late.p50, spent.late.p99, spent.late.max].map(seconds),
      spoken(spent.drainMs),
      ratio(spent.leadsPerSync),
      whole(spent.turns),
      ...[spent.ticks, spent.tableWrites, spent.counterUpdates, spent.itemsRead, spent.queries].map(
        (count) => (count / events).toFixed(2),
      ),
    ]),
  ]);
