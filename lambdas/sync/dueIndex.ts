import type { Clock } from '../ports.ts';
import type { DueItem, IndexCursor, IndexedEntry, LeadsTable } from '../store/leadsTable.ts';
import { indexLimits } from '../limits.ts';
import type { EpochMs } from '../segment/time.ts';

interface DueIndexPorts {
  readonly table: Pick<LeadsTable, 'due'>;
  readonly clock: Clock;
  readonly shards: number;
}

/** One shard of a lane, read page by page. */
interface Stream {
  readonly lane: IndexedEntry['lane'];
  readonly shard: number;
  page: readonly DueItem[];
  position: number;
  /** Absent once the last page is read. */
  next: IndexCursor | 'first' | undefined;
}

/** How many partitions a lane has. */
export const shardsIn = (lane: IndexedEntry['lane'], shards: number): number =>
  lane === 'legacy' ? indexLimits.legacyShards : shards;

const isDry = ({ page, position }: Stream): boolean => position >= page.length;

/** The index of the items with something pending: the schedule, and the list of those who wait. */
export class DueIndex {
  private readonly ports: DueIndexPorts;

  constructor(ports: DueIndexPorts) {
    this.ports = ports;
  }

  /**
   * What is due in these lanes by now, or by `dueBy`, the earliest first; stops reading at `until`.
   */
  async *due(
    lanes: readonly IndexedEntry['lane'][],
    until: EpochMs,
    dueBy: EpochMs = this.ports.clock.now(),
  ): AsyncGenerator<DueItem, void, void> {
    const { clock, shards } = this.ports;
    const streams = lanes.flatMap((lane) =>
      Array.from({ length: shardsIn(lane, shards) }, (_, shard): Stream => ({
        lane,
        shard,
        page: [],
        position: 0,
        next: 'first',
      })),
    );
    for (;;) {
      const open = streams.filter((stream) => isDry(stream) && stream.next !== undefined);
      if (open.length > 0) {
        if (clock.now() >= until) return;
        await Promise.all(open.map((stream) => this.readOn(stream, dueBy)));
        continue;
      }
      const first = earliest(streams);
      if (first === undefined) return;
      const item = first.page[first.position];
      first.position += 1;
      if (item) yield item;
    }
  }

  /** The first page of each of these lanes' shards: no more requests, however many are due. */
  async heads(lanes: readonly IndexedEntry['lane'][]): Promise<readonly DueItem[]> {
    const { table, clock, shards } = this.ports;
    const pages = lanes.flatMap((lane) =>
      Array.from({ length: shardsIn(lane, shards) }, (_, shard) =>
        table.due(lane, shard, clock.now()),
      ),
    );
    return (await Promise.all(pages)).flatMap(({ items }) => items);
  }

  private async readOn(stream: Stream, dueBy: EpochMs): Promise<void> {
    const { lane, shard, next } = stream;
    const after = next === 'first' ? undefined : next;
    const page = await this.ports.table.due(lane, shard, dueBy, after);
    stream.page = page.items;
    stream.position = 0;
    stream.next = page.next;
  }
}

const earliest = (streams: readonly Stream[]): Stream | undefined => {
  let best: { readonly stream: Stream; readonly nextAt: EpochMs } | undefined;
  for (const stream of streams) {
    const item = stream.page[stream.position];
    if (item === undefined) continue;
    const { nextAt } = item;
    if (best === undefined || nextAt < best.nextAt) best = { stream, nextAt };
  }
  return best?.stream;
};
