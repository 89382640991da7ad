import type { IndexCursor, IndexedEntry, LeadsTable } from '../lambdas/store/leadsTable.ts';
import { epochMs } from '../lambdas/segment/time.ts';
import { shardsIn } from '../lambdas/sync/dueIndex.ts';

/** Later than any `nextAt`. */
const everything = epochMs(Number.MAX_SAFE_INTEGER);

/** Leads and keys: a waiting visit is no person. */
const lanes: readonly IndexedEntry['lane'][] = ['fields', 'relations', 'rest', 'keys', 'legacy'];

/**
 * Counts the leads and keys with something pending or held: each has an entry in the index.
 * Stops once there are `most`, page by page of one shard after the other.
 */
export const createPendingCount =
  (table: Pick<LeadsTable, 'due'>, shards: number) =>
  async (max: number): Promise<{ readonly count: number; readonly isAll: boolean }> => {
    let count = 0;
    for (const lane of lanes)
      for (let shard = 0; shard < shardsIn(lane, shards); shard += 1) {
        let after: IndexCursor | undefined;
        do {
          const page = await table.due(lane, shard, everything, after);
          count += page.items.length;
          after = page.next;
          if (count > max) return { count: max, isAll: false };
        } while (after !== undefined);
      }
    return { count, isAll: true };
  };
