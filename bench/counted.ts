import type { Counters } from '../lambdas/sync/counters.ts';
import type { LeadsTable } from '../lambdas/store/leadsTable.ts';
import type { Tick, TickQueue } from '../lambdas/store/tickQueue.ts';
import type { IndexTwin } from './indexTwin.ts';
import { indexWriteUnits, itemBytes, pageReadUnits, readUnits, writeUnits } from './units.ts';
import type { VirtualTime } from './time.ts';

/** How often the functions used what costs money in AWS. */
export interface Usage {
  /** `BatchGetItem` requests, and the items that they asked for. */
  reads: number;
  itemsRead: number;
  /** Pages of the index. */
  queries: number;
  writes: number;
  /** Writes that another invocation was quicker than. */
  lostWrites: number;
  counterUpdates: number;
  counterReads: number;
  ticks: number;
  /** `SendMessageBatch` requests that those took. */
  tickRequests: number;
  /** What DynamoDB bills for all of that: request units. */
  readUnits: number;
  writeUnits: number;
  /** Lines of the log, as UTF-8. */
  logBytes: number;
}

export const noUsage = (): Usage => ({
  reads: 0,
  itemsRead: 0,
  queries: 0,
  writes: 0,
  lostWrites: 0,
  counterUpdates: 0,
  counterReads: 0,
  ticks: 0,
  tickRequests: 0,
  readUnits: 0,
  writeUnits: 0,
  logBytes: 0,
});

/** Requests to DynamoDB. */
export const tableRequests = (usage: Usage): number => {
  const { reads, queries, writes, counterUpdates, counterReads } = usage;
  return reads + queries + writes + counterUpdates + counterReads;
};

/** What was used since an earlier reading. */
export const usedSince = (now: Usage, before: Usage): Usage => {
  const since = { ...now };
  for (const name of Object.keys(since) as (keyof Usage)[]) since[name] -= before[name];
  return since;
};

const maxSend = 10;
/** What 1 MB of the index holds. */
const entriesPerQuery = 6_000;
const maxRead = 100;

interface Counting {
  readonly time: VirtualTime;
  readonly usage: Usage;
  /** What each request takes. */
  readonly latencyMs: number;
}

/** The table with its index; requests take a while and are counted. */
export const countedTable = (
  table: LeadsTable,
  index: IndexTwin,
  { time, usage, latencyMs }: Counting,
): LeadsTable => ({
  ...table,
  read: async (keys) => {
    await time.sleep(latencyMs);
    const found = await table.read(keys);
    usage.reads += Math.ceil(new Set(keys).size / maxRead);
    for (const key of new Set(keys)) {
      const item = found.get(key);
      usage.itemsRead += 1;
      usage.readUnits += readUnits(item === undefined ? 0 : itemBytes(key, item));
    }
    return found;
  },
  write: async (key, item, expected) => {
    await time.sleep(latencyMs);
    usage.writes += 1;
    // One that loses the race is billed as well.
    usage.writeUnits += writeUnits(itemBytes(key, item));
    const isWritten = await table.write(key, item, expected);
    if (isWritten) usage.writeUnits += indexWriteUnits(index.put(key, item.entry), item.entry);
    else usage.lostWrites += 1;
    return isWritten;
  },
  due: async (lane, shard, until, after) => {
    await time.sleep(latencyMs);
    const page = await index.due(lane, shard, until, after);
    usage.queries += 1;
    usage.readUnits += pageReadUnits(page.items.length);
    return page;
  },
  count: async (lane, shard, until) => {
    await time.sleep(latencyMs);
    const found = index.countDue(lane, shard, until);
    usage.queries += Math.max(1, Math.ceil(found / entriesPerQuery));
    usage.readUnits += pageReadUnits(found);
    return found;
  },
  putDeadLetter: async (id, letter, at) => {
    usage.writes += 1;
    usage.writeUnits += writeUnits(itemBytes(id, { version: at, state: letter }));
    // Its entry in the list of dead letters.
    usage.writeUnits += 1;
    await table.putDeadLetter(id, letter, at);
  },
});

/** The budget's counters, likewise. */
export const countedCounters = (
  counters: Counters,
  { time, usage, latencyMs }: Counting,
): Counters => ({
  add: async (key, amount, limit) => {
    await time.sleep(latencyMs);
    usage.counterUpdates += 1;
    usage.writeUnits += 1;
    return counters.add(key, amount, limit);
  },
  giveBack: async (key, amount) => {
    await time.sleep(latencyMs);
    usage.counterUpdates += 1;
    usage.writeUnits += 1;
    await counters.giveBack(key, amount);
  },
  used: async (key) => {
    await time.sleep(latencyMs);
    usage.counterReads += 1;
    usage.readUnits += 1;
    return counters.used(key);
  },
});

/** The tick queue that `send` sends one tick to, likewise. */
export const countedTicks = (
  send: (tick: Tick) => void,
  { time, usage, latencyMs }: Counting,
): TickQueue => ({
  send: async (ticks) => {
    await time.sleep(latencyMs);
    usage.ticks += ticks.length;
    usage.tickRequests += Math.ceil(ticks.length / maxSend);
    ticks.forEach(send);
  },
});
