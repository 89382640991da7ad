import { historyLimits } from '../limits.ts';
import type { HistoryEvent, HistoryRow } from '../history/types.ts';
import { decodeStep } from '../history/codec.ts';
import { without } from '../lead/without.ts';
import { epochMs, type EpochMs } from '../segment/time.ts';
import { shardOf } from './shard.ts';

/** Where everything of the history table stands. The sort key of what is read by time begins with it. */
export const eventPk = (owner: string): string => `event#${owner}`;
export const listPk = (shard: number): string => `list#${shard}`;
export const summaryPk = 'summary';
export const personPk = (owner: string): string => `person#${shardOf(owner, historyLimits.shards)}`;

export const personPks = Array.from(
  { length: historyLimits.shards },
  (_, shard) => `person#${shard}`,
);

const timeCharacters = 13;

/** A moment as text that sorts like it. */
export const timeKey = (at: number): string =>
  String(Math.max(0, Math.trunc(at))).padStart(timeCharacters, '0');

export const timeOfKey = (sk: string): EpochMs => epochMs(Number(sk.slice(0, timeCharacters)));

/** An event as its item has it. */
export interface EventItem extends Omit<HistoryEvent, 'steps' | 'at' | 'owner' | 'message'> {
  readonly pk: string;
  readonly sk: string;
  readonly at?: EpochMs;
  readonly rank?: number;
  readonly steps?: readonly string[];
  readonly expiresAt?: number;
}

export const eventOf = (item: EventItem): HistoryEvent => {
  const { pk, sk, steps = [] } = item;
  const rest = without(item, 'pk', 'sk', 'steps', 'rank', 'expiresAt');
  return {
    ...rest,
    outcome: rest.outcome,
    at: rest.at ?? rest.receivedAt ?? epochMs(0),
    message: sk,
    owner: pk.slice(eventPk('').length),
    steps: steps.map(decodeStep),
  };
};

/** An event of which only its row is left, or ever was. */
export const eventOfRow = (row: HistoryRow): HistoryEvent => ({
  ...without(row, 'isArrival'),
  steps: [],
});
