import type { DueMessage, DueQueue } from '../../lambdas/ports.ts';
import type { LeadId } from '../../lambdas/lead/types.ts';
import type { Received, Sending } from '../../local/sqs/message.ts';
import type { Queue } from '../../local/sqs/queue.ts';
import { Queues } from '../../local/sqs/queues.ts';
import { queueTiming } from '../../lambdas/limits.ts';
import { createBell } from './bell.ts';
import type { Faults } from './faults.ts';
import type { Scheduler } from './scheduler.ts';

const mostPerReceive = 10;

/** A queue and those who wait for its messages. */
const createSource = (scheduler: Scheduler, queue: Queue) => {
  const bell = createBell();
  return {
    send: (sending: Sending): string => {
      const { id } = queue.send(sending);
      bell.ring();
      return id;
    },
    take: (most: number): Received[] => {
      const all: Received[] = [];
      while (all.length < most) {
        const some = queue.receive(Math.min(mostPerReceive, most - all.length));
        if (some.length === 0) break;
        all.push(...some);
      }
      return all;
    },
    acknowledge: ({ receiptHandle }: Received): void => {
      queue.delete(receiptHandle);
      bell.ring();
    },
    /** Resolves when there may be something to take: a message came, appeared or went. */
    changed: (): Promise<void> => {
      const next = queue.nextDeadline();
      const appears = next === undefined ? [] : [scheduler.sleep(next - scheduler.now())];
      return Promise.race([bell.rung(), ...appears]);
    },
    isEmpty: (): boolean => {
      const { visible, delayed, inFlight } = queue.counts();
      return visible + delayed + inFlight === 0;
    },
  };
};

export type Source = ReturnType<typeof createSource>;

const bodyOf = (message: DueMessage): string =>
  JSON.stringify({ ...message, delaySeconds: undefined });

/** Both queues, on the SQS twin under the virtual clock, and the due queue as the worker sees it. */
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
  const wakeUps = createSource(
    scheduler,
    queues.create('due', {
      VisibilityTimeout: String(queueTiming.dueVisibilitySeconds),
      ...retention,
    }),
  );

  /** Of each due message that is somewhere on the queue, the lead it wakes. */
  const promised = new Map<string, LeadId>();
  /** What SQS did not take. */
  const refused: string[] = [];
  let sent = 0;

  const sendOne = (message: DueMessage): void => {
    const { delaySeconds } = message;
    sent += 1;
    try {
      const id = wakeUps.send({ body: bodyOf(message), delaySeconds });
      if ('lead' in message) promised.set(id, message.lead);
    } catch (error) {
      refused.push(`a delay of ${delaySeconds} s: ${String(error)}`);
      throw error;
    }
  };

  const port: DueQueue = {
    send: (messages) =>
      faults.call(() => {
        for (const message of messages) {
          if ('lead' in message && faults.strikes('lostDues')) continue;
          sendOne(message);
          if (faults.strikes('duplicates')) sendOne(message);
        }
      }),
  };

  const due = {
    ...wakeUps,
    acknowledge: (received: Received): void => {
      wakeUps.acknowledge(received);
      promised.delete(received.id);
    },
    port,
    refused,
    /** The leads that some message on the queue will wake, or is waking. */
    promisedLeads: (): ReadonlySet<LeadId> => new Set(promised.values()),
    /** How many messages were sent so far. */
    sent: (): number => sent,
  };
  return { events, due };
};

export type WorldQueues = ReturnType<typeof createQueues>;
