import type { QueuedEvent } from '../segment/event.ts';

/** `events.fifo` as ingest sees it. Group and deduplication ids are already hashed. */
export interface EventsQueue {
  /**
   * Sends all entries, each group in its order unless it is too large to be sent one by one within
   * `budgetMs` (when absent: `sendTiming.budgetMs`); entries that the queue refuses are tried again,
   * a bounded number of times. Resolves to the entries that are not safe (empty: all are on the
   * queue), `throttled` where the queue asked us to slow down. After a refused entry, later entries
   * of its group count as not safe unless they were taken.
   */
  send(
    entries: readonly {
      readonly event: QueuedEvent;
      readonly group: string;
      readonly deduplication: string;
    }[],
    budgetMs?: number,
  ): Promise<
    readonly {
      readonly event: QueuedEvent;
      readonly because: string;
      readonly throttled?: boolean;
    }[]
  >;
}
