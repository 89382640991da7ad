import type { Counters, DueMessage, DueQueue, LeadsTable, Stored } from '../lambdas/ports.ts';
import { indexWriteUnits, itemBytes, pageReadUnits, readUnits, writeUnits } from './units.ts';
import type { VirtualTime } from './time.ts';

/** How often the worker used what costs money in AWS. */
export interface Usage {
  itemsRead: number;
  writes: number;
  /** Writes that another worker was quicker than. */
  lostWrites: number;
  counterUpdates: number;
  dueMessages: number;
  /** `SendMessageBatch` requests that those took. */
  dueRequests: number;
  /** What DynamoDB bills for all of that: request units. */
  readUnits: number;
  writeUnits: number;
  /** The reads of the sweep, which happen whether or not there are leads to wake. */
  sweepReadUnits: number;
  /** Lines of the log, as UTF-8. */
  logBytes: number;
}

export const noUsage = (): Usage => ({
  itemsRead: 0,
  writes: 0,
  lostWrites: 0,
  counterUpdates: 0,
  dueMessages: 0,
  dueRequests: 0,
  readUnits: 0,
  writeUnits: 0,
  sweepReadUnits: 0,
  logBytes: 0,
});

const sendMost = 10;

interface Counting {
  readonly time: VirtualTime;
  readonly usage: Usage;
  /** What each request takes. */
  readonly latencyMs: number;
}

/** The table, whose requests take a while and are counted. */
export const countedTable = (
  table: LeadsTable,
  { time, usage, latencyMs }: Counting,
): LeadsTable => {
  /** Of each item in the wake index, when it wakes. */
  const waking = new Map<string, number>();

  const noteWake = (key: string, { wakeAt }: Stored): void => {
    usage.writeUnits += indexWriteUnits(waking.get(key), wakeAt);
    if (wakeAt === undefined) waking.delete(key);
    else waking.set(key, wakeAt);
  };

  return {
    ...table,
    read: async (keys) => {
      await time.sleep(latencyMs);
      const found = await table.read(keys);
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
      if (isWritten) noteWake(key, item);
      else usage.lostWrites += 1;
      return isWritten;
    },
    waking: async (shard, before, after) => {
      // The twin looks at every item, which is slow where a sweep of days finds nothing.
      const isAny = [...waking.values()].some((wakeAt) => wakeAt < before);
      const page = isAny ? await table.waking(shard, before, after) : { keys: [] };
      usage.sweepReadUnits += pageReadUnits(page.keys.length);
      return page;
    },
    bury: async (id, letter, at) => {
      usage.writes += 1;
      usage.writeUnits += writeUnits(itemBytes(id, { version: at, state: letter }));
      usage.writeUnits += indexWriteUnits(undefined, at);
      await table.bury(id, letter, at);
    },
  };
};

/** The budget's counters, likewise. */
export const countedCounters = (
  counters: Counters,
  { time, usage, latencyMs }: Counting,
): Counters => ({
  ...counters,
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
  used: (key) => {
    usage.readUnits += 1;
    return counters.used(key);
  },
});

/** The due queue that `send` sends one message to, likewise. */
export const countedDue = (
  send: (message: DueMessage) => void,
  { time, usage, latencyMs }: Counting,
): DueQueue => ({
  send: async (messages) => {
    if (messages.length === 0) return;
    await time.sleep(latencyMs);
    usage.dueMessages += messages.length;
    usage.dueRequests += Math.ceil(messages.length / sendMost);
    messages.forEach(send);
  },
});
