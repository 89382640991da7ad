import { epochMs } from '../lambdas/segment/time.ts';
import type { EpochMs } from '../lambdas/segment/time.ts';
import type { Received } from '../local/sqs/message.ts';
import type { Queue } from '../local/sqs/queue.ts';
import { createSignal } from '../test/simulation/signal.ts';
import type { VirtualTime } from './time.ts';

const maxReceive = 10;

interface SourceOptions {
  readonly time: VirtualTime;
  readonly queue: Queue;
  /** Pollers that compete for the messages, each with one batch at a time. */
  readonly pollers: number;
  readonly batchSize: number;
  /** How long a batch stays open after its first message came. */
  readonly windowMs: number;
  /** One receive; messages that come at once are split among the pollers meanwhile. */
  readonly receiveMs: number;
  readonly timeoutMs: number;
  /** The function; resolves to the ids that must come again. `until` is when its time ends. */
  readonly invoke: (batch: readonly Received[], until: EpochMs) => Promise<readonly string[]>;
}

/** How a function and its queue were used so far. */
export interface SourceUse {
  /** Messages received, those that came again included. */
  readonly receives: number;
  /** How often the message was that was received most often. */
  readonly maxReceives: number;
  /** `ReceiveMessage` requests that found something, and `DeleteMessageBatch` requests. */
  readonly requests: number;
  readonly invocations: number;
  /** How long all invocations took together (virtual ms). */
  readonly busyMs: number;
}

interface Source {
  /** Something was sent. */
  readonly ring: () => void;
  readonly use: () => SourceUse;
}

/**
 * Lambda's event source mapping between a queue and a function, for ever. A poller that has taken
 * something waits behind the others, so the messages of a batching window fall evenly on all pollers:
 * the way that makes the smallest batches.
 */
export const startSource = (options: SourceOptions): Source => {
  const { time, queue, pollers, batchSize, windowMs, receiveMs, timeoutMs, invoke } = options;
  const bell = createSignal();
  const use = { receives: 0, maxReceives: 0, requests: 0, invocations: 0, busyMs: 0 };
  time.watch({ next: () => queue.nextDeadline(), ring: bell.ring });

  const receive = async (batch: Received[]): Promise<boolean> => {
    const some = queue.receive(Math.min(maxReceive, batchSize - batch.length));
    if (some.length === 0) return false;
    batch.push(...some);
    use.requests += 1;
    use.receives += some.length;
    for (const { receives } of some) use.maxReceives = Math.max(use.maxReceives, receives);
    await time.sleep(receiveMs);
    return true;
  };

  const gather = async (): Promise<readonly Received[]> => {
    const batch: Received[] = [];
    while (!(await receive(batch))) await bell.rung();
    if (windowMs === 0) return batch;
    let isOpen = true;
    const closing = time.sleep(windowMs).then(() => {
      isOpen = false;
    });
    const isFull = (): boolean => batch.length >= batchSize;
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- the window closes by itself
    while (isOpen && !isFull())
      if (!(await receive(batch))) await Promise.race([bell.rung(), closing]);
    return batch;
  };

  const poll = async (): Promise<never> => {
    for (;;) {
      const batch = await gather();
      const began = time.now();
      const failed = new Set(await invoke(batch, epochMs(began + timeoutMs)));
      use.invocations += 1;
      use.busyMs += time.now() - began;
      use.requests += Math.ceil((batch.length - failed.size) / maxReceive);
      for (const { id, receiptHandle } of batch) if (!failed.has(id)) queue.delete(receiptHandle);
      // In a FIFO queue, the next messages of a group can be taken now.
      bell.ring();
    }
  };
  for (let count = 0; count < pollers; count += 1) void poll();
  return { ring: bell.ring, use: () => ({ ...use }) };
};
