import type { KeyId, LeadId } from '../lead/types.ts';
import type { Clock, LeadsTable, WakeCursor } from '../ports.ts';
import type { EpochMs } from '../segment/time.ts';
import { parseKey } from '../store/leadStore.ts';

interface WakeIndexPorts {
  readonly table: LeadsTable;
  readonly clock: Clock;
  readonly shards: number;
}

/** What a reading of the wake index found. */
interface Asleep {
  /** Of each shard, in the order of their `wakeAt`. */
  readonly leads: readonly (readonly LeadId[])[];
  readonly keys: readonly KeyId[];
}

export type WakeIndex = ReturnType<typeof createWakeIndex>;

/** Reads the keys of all items that wake before a moment; stops at `until`. */
export const createWakeIndex =
  ({ table, clock, shards }: WakeIndexPorts) =>
  async (before: EpochMs, until: EpochMs): Promise<Asleep> => {
    const shardOf = async (shard: number) => {
      const found: string[] = [];
      let after: WakeCursor | undefined;
      do {
        const page = await table.waking(shard, before, after);
        found.push(...page.keys);
        after = page.next;
      } while (after !== undefined && clock.now() < until);
      return found.map(parseKey);
    };
    const all = await Promise.all(Array.from({ length: shards }, (_, shard) => shardOf(shard)));
    return {
      leads: all.map((parsed) => parsed.flatMap(({ lead }) => lead ?? [])),
      keys: all.flatMap((parsed) => parsed.flatMap(({ key }) => key ?? [])),
    };
  };
