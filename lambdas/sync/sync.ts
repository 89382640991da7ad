import type { Logger } from '../delivery.ts';
import { errorName } from '../errorName.ts';
import type { Clock } from '../ports.ts';
import type { EpochMs } from '../segment/time.ts';
import type { Store } from '../store/leadStore.ts';
import type { Ticks } from '../store/ticks.ts';
import type { Dispatcher } from './dispatch.ts';
import type { FieldReports } from './fieldReports.ts';
import type { Importer } from './imports/importer.ts';
import type { TickRecord } from './readTicks.ts';
import { readTicks } from './readTicks.ts';
import type { Upkeep } from './upkeep.ts';

interface SyncPorts {
  readonly dispatcher: Dispatcher;
  /** Absent where the lead API has no bulk imports, or the settings want none. */
  readonly importer?: Importer | undefined;
  readonly upkeep: Upkeep;
  readonly store: Pick<Store, 'addVisit'>;
  readonly clock: Clock;
  readonly fieldReports: FieldReports;
  readonly ticks: Ticks;
  readonly logger: Logger;
  readonly sumUpHistory?: (() => Promise<void>) | undefined;
}

/**
 * One turn on a batch of ticks, over by `until`. What fails is logged and found by a later tick. Resolves
 * to the ids of the messages that must come again: those of version 0.1 that hold a visit, where the
 * table failed.
 */
export class Sync {
  private readonly ports: SyncPorts;

  constructor(ports: SyncPorts) {
    this.ports = ports;
  }

  async run(records: readonly TickRecord[], until: EpochMs): Promise<readonly string[]> {
    const { dispatcher, importer, upkeep, fieldReports, ticks, logger, sumUpHistory } = this.ports;
    const { leads, visits, isScheduled, adopted, unrecognized } = readTicks(records);
    if (unrecognized > 0)
      logger.error('Dropped unrecognized messages from the tick queue.', { count: unrecognized });
    const failed = await this.adopt(adopted);
    await Promise.all([
      this.attempt(() => dispatcher.run(leads, until, { waits: isScheduled })),
      (visits || isScheduled || adopted.length > 0) && this.attempt(() => upkeep.visits(until)),
      isScheduled && importer && this.attempt(() => importer.run(until)),
      isScheduled && this.attempt(() => upkeep.measure()),
      isScheduled && this.attempt(() => upkeep.keys(until)),
      isScheduled && this.attempt(() => upkeep.legacy(until)),
      isScheduled && sumUpHistory && this.attempt(sumUpHistory),
    ]);
    await ticks.flush();
    await fieldReports.publish();
    return failed;
  }

  private async adopt(adopted: ReturnType<typeof readTicks>['adopted']): Promise<string[]> {
    const { store, clock } = this.ports;
    const failed: string[] = [];
    for (const { id, visit, attempt } of adopted)
      await store.addVisit({ visit, attempt }, clock.now()).catch(() => failed.push(id));
    return failed;
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.ports.logger.error('sync failed; the next tick finds what is due', {
        error: errorName(error),
      });
    }
  }
}
