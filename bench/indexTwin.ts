import { shardOf } from '../lambdas/aws/shard.ts';
import type {
  DueItem,
  IndexCursor,
  IndexedEntry,
  LeadsTable,
} from '../lambdas/store/leadsTable.ts';
import type { EpochMs } from '../lambdas/segment/time.ts';
import { pageReadUnits } from './units.ts';

/** Entries of one shard of a lane; sorted when they are read after a change. */
interface Shard {
  readonly entries: Map<string, IndexedEntry['nextAt']>;
  sorted: readonly DueItem[] | undefined;
}

const compare = (a: DueItem, b: DueItem): number =>
  a.nextAt - b.nextAt || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);

/** What was used of one partition key of the index, in DynamoDB's units. */
interface PartitionUse {
  writeUnits: number;
  readUnits: number;
}

interface IndexOptions {
  readonly shards: number;
  readonly pageItems: number;
}

/**
 * The table's index as DynamoDB keeps it, sorted and read page by page. The table's twin looks at every
 * item instead, which takes too long where a hundred thousand leads wait for a day.
 */
export const createIndexTwin = ({ shards, pageItems }: IndexOptions) => {
  const shardsByName = new Map<string, Shard>();
  const entryOf = new Map<string, IndexedEntry>();
  const uses = new Map<string, PartitionUse>();

  const useOf = (lane: IndexedEntry['lane'], shard: number): PartitionUse => {
    const name = `${lane}#${shard}`;
    const use = uses.get(name) ?? { writeUnits: 0, readUnits: 0 };
    uses.set(name, use);
    return use;
  };

  const shardFor = (lane: IndexedEntry['lane'], shard: number): Shard => {
    const name = `${lane}#${shard}`;
    const found = shardsByName.get(name) ?? { entries: new Map(), sorted: undefined };
    shardsByName.set(name, found);
    return found;
  };

  const change = (key: string, { lane }: IndexedEntry): Shard => {
    const shard = shardFor(lane, shardOf(key, shards));
    shard.sorted = undefined;
    return shard;
  };

  const sortedOf = (shard: Shard): readonly DueItem[] =>
    (shard.sorted ??= [...shard.entries].map(([key, nextAt]) => ({ key, nextAt })).sort(compare));

  const due: LeadsTable['due'] = (lane, shard, until, after) => {
    const sorted = sortedOf(shardFor(lane, shard));
    const last = after as DueItem | undefined;
    const next = last ? sorted.findIndex((item) => compare(item, last) > 0) : 0;
    const start = next < 0 ? sorted.length : next;
    const items = sorted.slice(start, start + pageItems).filter(({ nextAt }) => nextAt <= until);
    const cursor: IndexCursor | undefined =
      items.length === pageItems ? { ...items.at(-1) } : undefined;
    useOf(lane, shard).readUnits += pageReadUnits(items.length);
    return Promise.resolve({ items, ...(cursor && { next: cursor }) });
  };

  return {
    due,
    countDue: (lane: IndexedEntry['lane'], shard: number, until: EpochMs): number => {
      const sorted = sortedOf(shardFor(lane, shard));
      const first = sorted.findIndex(({ nextAt }) => nextAt > until);
      return first < 0 ? sorted.length : first;
    },
    /** Takes over the entry of an item that was written; returns the one that it had before. */
    put: (key: string, entry: IndexedEntry | undefined): IndexedEntry | undefined => {
      const before = entryOf.get(key);
      // An entry that moves is deleted and put; one that stays costs nothing.
      if (before?.nextAt !== entry?.nextAt || before?.lane !== entry?.lane)
        for (const one of [before, entry])
          if (one) useOf(one.lane, shardOf(key, shards)).writeUnits += 1;
      if (before) change(key, before).entries.delete(key);
      if (entry) change(key, entry).entries.set(key, entry.nextAt);
      if (entry) entryOf.set(key, entry);
      else entryOf.delete(key);
      return before;
    },
    /** What was used until now, by lane and number. */
    uses: (): ReadonlyMap<string, PartitionUse> => uses,
    /** How many items stand in this lane. */
    count: (lane: IndexedEntry['lane']): number =>
      Array.from({ length: shards }, (_, shard) => shardFor(lane, shard).entries.size).reduce(
        (sum, size) => sum + size,
        0,
      ),
  };
};

export type IndexTwin = ReturnType<typeof createIndexTwin>;
