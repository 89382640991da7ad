import { without } from '../../lambdas/lead/without.ts';
import type { Tick, TickQueue } from '../../lambdas/store/tickQueue.ts';
import type { Received, Sending } from '../../local/sqs/message.ts';
import type { Queue } from '../../local/sqs/queue.ts';
import { Queues } from '../../local/sqs/queues.ts';
import { queueTiming } from '../../lambdas/limits.ts';
import { createSignal } from './signal.ts';
import type { Faults } from './faults.ts';
import type { Scheduler } from './scheduler.ts';

const maxPerReceive = 10;

/** A queue and those who wait for its messages. */
const createSource = (scheduler: Scheduler, queue: Queue) => {
  const signal = createSignal();
  /** When the bell rings next by itself. */
  let ringsAt = Infinity;
  const ringAt = async (at: number): Promise<void> => {
    if (at >= ringsAt) return;
    ringsAt = at;
    await scheduler.sleep(at - scheduler.now());
    if (ringsAt === at) ringsAt = Infinity;
    signal.ring();
  };
  return {
    send: (sending: Sending): string => {
      const { id } = queue.send(sending);
      signal.ring();
      return id;
    },
    take: (most: number): Received[] => {
      const all: Received[] = [];
      while (all.length < most) {
        const some = queue.receive(Math.min(maxPerReceive, most - all.length));
        if (some.length === 0) break;
        all.push(...some);
      }
      return all;
    },
    acknowledge: ({ receiptHandle }: Received): void => {
      queue.delete(receiptHandle);
      signal.ring();
    },
    /** Resolves when there may be something to take: a message came, appeared or went. */
    changed: (): Promise<void> => {
      void ringAt(queue.nextDeadline() ?? Infinity);
      return signal.rung();
    },
    isEmpty: (): boolean => {
      const { visible, delayed, inFlight } = queue.counts();
      return visible + delayed + inFlight === 0;
    },
  };
};

export type Source = ReturnType<typeof createSource>;

/** As the adapter writes a tick down. */
const bodyOf = (tick: Tick): string => JSON.stringify(without(tick, 'delaySeconds'));

const scheduled = JSON.stringify({ scheduled: true });

/** Both queues, on the SQS twin under the virtual clock, and the tick queue as workers see it. */
export const createQueues = (scheduler: Scheduler, faults: Faults) => {
  const queues = new Queues({ now: scheduler.now });
  const retention = { MessageRetentionPeriod: String(queueTiming.retentionSeconds) };
  const events = createSource(
    scheduler,
    queues.create('events.fifo', {
      FifoQueue: 'true',
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
      VisibilityTimeout: String(queueTiming.eventsVisibilitySeconds),
      ...retention,
    }),
  );
  const source = createSource(
    scheduler,
    queues.create('ticks', {
      VisibilityTimeout: String(queueTiming.ticksVisibilitySeconds),
      ...retention,
    }),
  );

  /** Ticks on the queue that workers sent; the scheduled ones never end. */
  const waiting = new Set<string>();
  /** What SQS did not take. */
  const refused: string[] = [];
  let sent = 0;

  const sendOne = (tick: Tick): void => {
    const { delaySeconds } = tick;
    sent += 1;
    try {
      waiting.add(source.send({ body: bodyOf(tick), delaySeconds }));
    } catch (error) {
      refused.push(`a delay of ${delaySeconds} s: ${String(error)}`);
      throw error;
    }
  };

  const port: TickQueue = {
    send: (ticks) =>
      faults.call(() => {
        for (const tick of ticks) {
          if (faults.strikes('lostTicks')) continue;
          sendOne(tick);
          if (faults.strikes('duplicates')) sendOne(tick);
        }
      }),
  };

  const ticks = {
    take: source.take,
    changed: source.changed,
    acknowledge: (received: Received): void => {
      source.acknowledge(received);
      waiting.delete(received.id);
    },
    port,
    /** The tick that EventBridge sends once a minute. */
    schedule: (): void => {
      source.send({ body: scheduled });
    },
    refused,
    isEmpty: (): boolean => waiting.size === 0,
    /** How many ticks workers sent so far. */
    sent: (): number => sent,
  };
  return { events, ticks };
};

export type WorldQueues = ReturnType<typeof createQueues>;
