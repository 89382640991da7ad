import { shardOf } from '../../lambdas/aws/shard.ts';
import type { DueItem, IndexedEntry } from '../../lambdas/store/leadsTable.ts';

interface Change {
  readonly at: number;
  readonly key: string;
  readonly before: IndexedEntry | undefined;
}

/** The index of what is due as DynamoDB keeps it: it may answer what was true some time ago. */
export const createLaggingIndex = (shards: number, lagMs: number, now: () => number) => {
  const entries = new Map<string, IndexedEntry>();
  /** What changed in the last `lagMs`, the latest last. */
  let recent: Change[] = [];
  const shardOfKey = new Map<string, number>();

  const isIn = (key: string, shard: number): boolean => {
    if (shards === 1) return true;
    const known = shardOfKey.get(key) ?? shardOf(key, shards);
    shardOfKey.set(key, known);
    return known === shard;
  };

  /** The entries that changed since `ageMs` ago, as they were then. */
  const olderOf = (ageMs: number): ReadonlyMap<string, IndexedEntry | undefined> => {
    const older = new Map<string, IndexedEntry | undefined>();
    const since = now() - ageMs;
    for (const { at, key, before } of recent)
      if (at > since && !older.has(key)) older.set(key, before);
    return older;
  };

  return {
    put: (key: string, entry: IndexedEntry | undefined): void => {
      const before = entries.get(key);
      if (before?.nextAt === entry?.nextAt && before?.lane === entry?.lane) return;
      if (entry === undefined) entries.delete(key);
      else entries.set(key, entry);
      const since = now() - lagMs;
      if (recent.length > 50) recent = recent.filter(({ at }) => at > since);
      recent.push({ at: now(), key, before });
    },
    /** What is due in one shard of a lane, as the index knew it so long ago. */
    due: (
      lane: IndexedEntry['lane'],
      shard: number,
      until: number,
      ageMs: number,
    ): readonly DueItem[] => {
      const items: DueItem[] = [];
      const older = ageMs > 0 ? olderOf(ageMs) : undefined;
      const look = (key: string, entry: IndexedEntry | undefined): void => {
        if (entry?.lane === lane && entry.nextAt <= until && isIn(key, shard))
          items.push({ key, nextAt: entry.nextAt });
      };
      for (const [key, entry] of entries) if (!older?.has(key)) look(key, entry);
      for (const [key, entry] of older ?? []) look(key, entry);
      return items.sort((a, b) => a.nextAt - b.nextAt);
    },
  };
};
