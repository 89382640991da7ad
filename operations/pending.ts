import type { LeadsTable, WakeCursor } from '../lambdas/ports.ts';
import { epochMs } from '../lambdas/segment/time.ts';

/** Later than any `wakeAt`. */
const everything = epochMs(Number.MAX_SAFE_INTEGER);

/**
 * Counts the leads and keys with something pending or held: each has a place in the wake index.
 * Stops once there are `most`, page by page of one shard after the other.
 */
export const createPendingCount =
  (table: Pick<LeadsTable, 'waking'>, shards: number) =>
  async (most: number): Promise<{ readonly count: number; readonly isAll: boolean }> => {
    let count = 0;
    for (let shard = 0; shard < shards; shard += 1) {
      let after: WakeCursor | undefined;
      do {
        const page = await table.waking(shard, everything, after);
        count += page.keys.length;
        after = page.next;
        if (count > most) return { count: most, isAll: false };
      } while (after !== undefined);
    }
    return { count, isAll: true };
  };
