import type { IndexedEntry } from '../store/leadsTable.ts';
import { version } from '../version.ts';

/**
 * Index of the items with something pending, on `shard` and `wakeAt`, which holds `nextAt`:
 * `lib/leadsTable.ts` makes it. The names are those of version 0.1: to rename an index's key is to
 * build the index anew.
 */
export const dueIndex = 'wake';

/** An item on the wire. `state` is JSON text: DynamoDB's numbers and empty names cannot spoil it. */
export interface Item {
  readonly pk: string;
  /** Changes with each write. */
  readonly version: number;
  /** Version of marketo-destination that wrote it; 0.1 did not say. */
  readonly writtenBy?: string;
  readonly state: string;
  /** Its lane's letter and a number; of a dead letter, whose it is. */
  readonly shard?: string;
  readonly wakeAt?: number;
  /** A dead letter that was retracted. */
  readonly sealed?: true;
  /** Seconds, as DynamoDB's TTL wants it. */
  readonly expiresAt?: number;
}

/** Every write of an item says this of it. */
export const written = { writtenBy: version } as const;

/** What the shards of a lane begin with. Version 0.1 had numbers alone. */
const prefixes: Readonly<Record<IndexedEntry['lane'], string>> = {
  fields: 'f',
  relations: 'm',
  rest: 'r',
  keys: 'k',
  visits: 'v',
  legacy: '',
};

export const shardName = (lane: IndexedEntry['lane'], shard: number): string =>
  prefixes[lane] + String(shard);

const lanes = Object.keys(prefixes) as IndexedEntry['lane'][];

/** The lane of a shard by its name. */
export const laneOf = (name: string): IndexedEntry['lane'] =>
  lanes.find((lane) => prefixes[lane] !== '' && name.startsWith(prefixes[lane])) ?? 'legacy';
