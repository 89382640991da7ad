import { shardOf } from '../../lambdas/aws/shard.ts';
import type { DeadVisit, LeadsTable, Stored } from '../../lambdas/store/leadsTable.ts';
import type { DeadLetter } from '../../lambdas/lead/leadTypes.ts';

interface Row {
  readonly item: Omit<Stored, 'state'>;
  readonly json: string;
}

/** The leads table in memory. Its conformance suite runs on DynamoDB's emulator, too. */
export const createLeadsTableTwin = (shards: number) => {
  const rows = new Map<string, Row>();
  const dead = new Map<string, DeadLetter | DeadVisit>();
  /** Hashing is most of what a scan would cost. */
  const shardsOf = new Map<string, number>();
  const shardOfKey = (key: string): number => {
    const shard = shardsOf.get(key) ?? shardOf(key, shards);
    shardsOf.set(key, shard);
    return shard;
  };
  const storedOf = ({ item, json }: Row): Stored => ({
    ...item,
    state: JSON.parse(json) as unknown,
  });
  const table: LeadsTable = {
    read: (keys) => {
      const found = keys.flatMap((key): [string, Stored][] => {
        const row = rows.get(key);
        return row ? [[key, storedOf(row)]] : [];
      });
      return Promise.resolve(new Map(found));
    },
    write: (key, { state, ...item }, expected) => {
      if (rows.get(key)?.item.version !== expected) return Promise.resolve(false);
      rows.set(key, { item, json: JSON.stringify(state) });
      return Promise.resolve(true);
    },
    due: (lane, shard, until) => {
      const items = [...rows].flatMap(([key, { item }]) => {
        const { entry } = item;
        const isIn = entry?.lane === lane && entry.nextAt <= until;
        return isIn && shardOfKey(key) === shard ? [{ key, nextAt: entry.nextAt }] : [];
      });
      items.sort((a, b) => a.nextAt - b.nextAt);
      return Promise.resolve({ items });
    },
    count: async (lane, shard, until) => (await table.due(lane, shard, until)).items.length,
    putDeadLetter: (id, letter) => {
      dead.set(id, letter);
      return Promise.resolve();
    },
    listDeadLetters: (prefixes) =>
      Promise.resolve([...dead.keys()].filter((id) => prefixes.some((one) => id.startsWith(one)))),
    deadLetters: (ids) =>
      Promise.resolve(
        new Map(
          ids.flatMap((id): [string, DeadLetter | DeadVisit][] => {
            const letter = dead.get(id);
            return letter ? [[id, letter]] : [];
          }),
        ),
      ),
    retractDeadLetter: (id, letter) => {
      const isSame = JSON.stringify(dead.get(id)) === JSON.stringify(letter);
      if (isSame) dead.delete(id);
      return Promise.resolve(isSame);
    },
  };
  return { table, rows, dead };
};
