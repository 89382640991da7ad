import { marketoLimits, syncTiming } from '../lambdas/limits.ts';
import { Queues } from '../local/sqs/queues.ts';
import { startSource } from './sources.ts';
import { createVirtualTime } from './time.ts';

interface Wish {
  /** Ms since the start. */
  readonly at: number;
  readonly lead: string;
}

interface WholeBatchesOptions {
  /** In the order of time. */
  readonly wishes: readonly Wish[];
  readonly isPoisoned: (lead: string) => boolean;
  /** One FIFO group for all, which keeps the order; or a standard queue. */
  readonly isOneGroup: boolean;
  readonly callMs: number;
  readonly receiveMs: number;
}

interface Done {
  /** Of the events of healthy leads that were told: how old they were then. */
  readonly ages: readonly number[];
  /** Events of healthy leads that SQS gave up. */
  readonly lost: number;
  readonly calls: number;
}

const visibilitySeconds = 30;
const maxReceiveCount = 5;
const settleMs = 24 * 3_600_000;
const maxFifo = 10;
/** What a worker takes that gathers for one call: as many leads as it carries, for a few seconds. */
const maxStandard = marketoLimits.leadsPerCall;
const windowMs = 5_000;

/**
 * The usual worker of a queue: what one invocation received goes out in one call; when that fails, the
 * whole batch fails, comes again after the visibility timeout, and is given up after five receives.
 * It has the pollers that ours has, and a window of 5 s to gather a batch (a FIFO queue allows none,
 * and batches of 10), but neither locks nor a quota, which is kind.
 */
export const wholeBatches = async (options: WholeBatchesOptions): Promise<Done> => {
  const { wishes, isPoisoned, isOneGroup, callMs, receiveMs } = options;
  const time = createVirtualTime(0);
  const queues = new Queues({ now: time.now });
  const fifo = isOneGroup ? { FifoQueue: 'true' } : {};
  const suffix = isOneGroup ? '.fifo' : '';
  const dead = queues.create(`dead${suffix}`, fifo);
  const queue = queues.create(`usual${suffix}`, {
    ...fifo,
    VisibilityTimeout: String(visibilitySeconds),
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount }),
  });
  const ages: number[] = [];
  let calls = 0;
  const { ring } = startSource({
    time,
    queue,
    pollers: syncTiming.maximumConcurrency,
    batchSize: isOneGroup ? maxFifo : maxStandard,
    windowMs: isOneGroup ? 0 : windowMs,
    receiveMs,
    timeoutMs: visibilitySeconds * 1_000,
    invoke: async (batch) => {
      calls += 1;
      await time.sleep(callMs);
      const sent = batch.map(({ body }) => wishes[Number(body)]);
      if (sent.some((wish) => wish && isPoisoned(wish.lead))) return batch.map(({ id }) => id);
      for (const wish of sent) if (wish) ages.push(time.now() - wish.at);
      return [];
    },
  });
  for (const [index, { at }] of wishes.entries()) {
    await time.runUntil(at);
    const group = isOneGroup ? { group: 'all', deduplication: String(index) } : {};
    queue.send({ body: String(index), ...group });
    ring();
  }
  await time.runUntil(time.now() + settleMs);
  const healthy = wishes.filter(({ lead }) => !isPoisoned(lead)).length;
  return { ages, lost: healthy - ages.length, calls };
};
