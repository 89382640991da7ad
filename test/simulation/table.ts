import type { LeadsTable, Stored } from '../../lambdas/ports.ts';
import { createLeadsTableTwin } from '../twins/leadsTable.ts';
import type { Faults } from './faults.ts';

const retryMs = 400;

/** The leads table behind a network. `rewritten` names dead letters that changed after they were written. */
export const createFaultyTable = (faults: Faults, shards: number) => {
  const { table: twin, rows, dead } = createLeadsTableTwin(shards);
  const rewritten: string[] = [];
  /** What the wake index answered last, for each shard. */
  const awake = new Map<number, Awaited<ReturnType<LeadsTable['waking']>>>();

  /** DynamoDB reads each item of a batch at a moment of its own. */
  const readEach = async (keys: readonly string[]): Promise<ReadonlyMap<string, Stored>> => {
    const found = new Map<string, Stored>();
    for (const key of keys) {
      if (faults.strikes('slow')) await faults.lag();
      for (const [name, item] of await twin.read([key])) found.set(name, item);
    }
    return found;
  };

  const table: LeadsTable = {
    read: (keys) => faults.call(() => readEach(keys)),
    write: (key, item, expected) =>
      faults.call(async () => {
        const isWritten = await twin.write(key, item, expected);
        if (!isWritten || !faults.strikes('lostResponses')) return isWritten;
        await faults.lag(retryMs);
        return twin.write(key, item, expected);
      }),
    waking: (shard, before, after) =>
      faults.call(async () => {
        const last = awake.get(shard);
        if (last && faults.strikes('staleIndexes')) return last;
        const found = await twin.waking(shard, before, after);
        awake.set(shard, found);
        return found;
      }),
    bury: (id, letter, at) =>
      faults.call(() => {
        const before = dead.get(id);
        if (before && JSON.stringify(before) !== JSON.stringify(letter)) rewritten.push(id);
        return twin.bury(id, letter, at);
      }),
    buried: (prefixes) => faults.call(() => twin.buried(prefixes)),
    letters: (ids) => faults.call(() => twin.letters(ids)),
    seal: (id, until) => faults.call(() => twin.seal(id, until)),
  };
  return { table, rows, dead, rewritten };
};
