import { absorbTiming, syncTiming, tickTiming } from '../../lambdas/limits.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { composeAbsorb } from '../../lambdas/absorb/composeAbsorb.ts';
import type { NormalizeRules } from '../../lambdas/absorb/normalize.ts';
import type { SyncSidePorts } from '../../lambdas/sync/composeSync.ts';
import { composeSync } from '../../lambdas/sync/composeSync.ts';
import type { Received } from '../../local/sqs/message.ts';
import type { Dice } from './dice.ts';
import type { Faults } from './faults.ts';
import type { WorkerInstance } from './workerInstance.ts';
import type { WorldQueues, Source } from './queues.ts';
import type { Scheduler } from './scheduler.ts';

interface Born {
  readonly instance: WorkerInstance;
  readonly ports: SyncSidePorts;
}

interface WorkerPorts {
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly dice: Dice;
  readonly queues: WorldQueues;
  readonly bear: () => Born;
  readonly rules: NormalizeRules;
  /** Which of a batch's messages are acknowledged, when the worker said which failed. */
  readonly acknowledged: (
    batch: readonly Received[],
    failed: readonly string[],
  ) => readonly Received[];
  readonly acknowledgesEarly: boolean;
  /** Nothing fails any more, and Marketo takes nothing for hours. */
  readonly isLongWait: () => boolean;
  /** An event's message is gone from its queue. */
  readonly onDone: (message: Received) => void;
}

const seconds = (count: number): number => count * 1_000;

/** In days of waiting, not every minute is worth looking at. */
const longWaitMs = seconds(600);

/** What Lambda does around the worker: polls, invokes, acknowledges, and replaces what died. */
export const createWorkers = (ports: WorkerPorts) => {
  const { scheduler, faults, dice, queues, bear, rules, onDone } = ports;
  const { acknowledged, acknowledgesEarly, isLongWait } = ports;

  const settle = (
    source: Pick<Source, 'acknowledge'>,
    batch: readonly Received[],
    failed: readonly string[] | undefined,
  ): Received[] => {
    // A batch whose worker died or threw comes again as a whole.
    const done = failed === undefined ? [] : acknowledged(batch, failed);
    return done.filter((message) => {
      if (faults.strikes('duplicates')) return false;
      source.acknowledge(message);
      return true;
    });
  };

  const absorbForEver = async (): Promise<void> => {
    const { events } = queues;
    const timeoutMs = seconds(absorbTiming.functionTimeoutSeconds);
    for (;;) {
      const { instance, ports: own } = bear();
      const absorb = composeAbsorb(own, rules);
      while (!instance.isOver()) {
        const batch = events.take(absorbTiming.batchSize);
        if (batch.length === 0) {
          await events.changed();
          continue;
        }
        const records = batch.map(({ id, body, group }) => ({ id, body, group: group ?? id }));
        if (acknowledgesEarly) batch.forEach(events.acknowledge);
        const visitsUntil = instance.clock.now() + timeoutMs - absorbTiming.visitReserveMs;
        const failed = await instance.live(absorb(records, visitsUntil), timeoutMs);
        for (const message of acknowledgesEarly ? batch : settle(events, batch, failed)) {
          const { body, group } = message;
          onDone(message);
          // As if its sender, or who empties a dead-letter queue, sent it once more.
          if (faults.strikes('duplicates'))
            events.send({ body, group, deduplication: `again-${scheduler.now()}-${dice.next()}` });
        }
      }
    }
  };

  let syncRuns = 0;

  const syncForEver = async (): Promise<void> => {
    const { ticks } = queues;
    const timeoutMs = seconds(syncTiming.functionTimeoutSeconds);
    for (;;) {
      const { instance, ports: own } = bear();
      const sync = composeSync(own);
      while (!instance.isOver()) {
        const batch = ticks.take(syncTiming.batchSize);
        if (batch.length === 0) {
          await ticks.changed();
          continue;
        }
        const until = epochMs(instance.clock.now() + timeoutMs);
        syncRuns += 1;
        const failed = await instance.live(sync.run(batch, until), timeoutMs);
        syncRuns -= 1;
        settle(ticks, batch, failed);
      }
    }
  };

  const scheduleForEver = async (): Promise<void> => {
    for (;;) {
      await scheduler.sleep(isLongWait() ? longWaitMs : tickTiming.everyMinutes * seconds(60));
      queues.ticks.schedule();
    }
  };

  return {
    absorbForEver,
    syncForEver,
    scheduleForEver,
    /** Whether a sync runs, which may still send a tick: a deletion takes what it carries, not the call. */
    isSyncing: (): boolean => syncRuns > 0,
  };
};
