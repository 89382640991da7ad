import type { Received } from '../local/sqs/message.ts';
import { Queues } from '../local/sqs/queues.ts';

interface DeferralOptions {
  /** When the events of the one lead come (epoch ms, ascending). */
  readonly moments: readonly number[];
  readonly lockMs: number;
  readonly callMs: number;
  /** Whether the messages of one receive go out together, or each in a call of its own. */
  readonly merges: boolean;
}

interface Drained {
  readonly calls: number;
  /** Events that no call carried. */
  readonly lost: number;
  /** How often any message was received. */
  readonly receives: number;
  /** How often the most unfortunate one was. */
  readonly maxReceives: number;
  /** From the last event to the end of the last call. */
  readonly drainMs: number;
  /** Of each event, how old it was when the call ended that carried it. */
  readonly ages: readonly number[];
  /** Of each call, how long after it could go it started. */
  readonly late: readonly number[];
}

const maxReceive = 10;

/**
 * The usual way with SQS, for one lead: the worker takes messages; while the lead is locked, it hides
 * them until the lock's end (`ChangeMessageVisibility`). No redrive policy, which would give up on
 * what was received too often. Merging comes with a FIFO queue, where order makes it safe.
 */
export const deferral = (options: DeferralOptions): Drained => {
  const { moments, lockMs, callMs, merges } = options;
  let now = moments[0] ?? 0;
  const queue = new Queues({ now: () => now }).create(
    merges ? 'usual.fifo' : 'usual',
    merges ? { FifoQueue: 'true' } : {},
  );
  const received = new Map<string, number>();
  let lockedUntil = 0;
  let calls = 0;
  const ages: number[] = [];
  const late: number[] = [];
  let lastCallEnds = now;
  let next = 0;

  const arrive = (): void => {
    for (; (moments[next] ?? Infinity) <= now; next += 1)
      queue.send({
        body: String(next),
        ...(merges && { group: 'lead', deduplication: String(next) }),
      });
  };

  const cameAt = ({ body }: Received): number => moments[Number(body)] ?? 0;

  /** The messages that this call carries; the others have to wait. */
  const callWith = (batch: readonly Received[]): readonly Received[] => {
    if (batch.length === 0 || now < lockedUntil) return [];
    const carried = merges ? batch : batch.slice(0, 1);
    late.push(now - Math.max(lockedUntil, Math.min(...carried.map(cameAt))));
    calls += 1;
    lastCallEnds = now + callMs;
    lockedUntil = lastCallEnds + lockMs;
    ages.push(...carried.map((message) => lastCallEnds - cameAt(message)));
    return carried;
  };

  const work = (batch: readonly Received[]): void => {
    for (const { id } of batch) received.set(id, (received.get(id) ?? 0) + 1);
    const going = new Set(callWith(batch));
    for (const message of batch) {
      if (going.has(message)) {
        queue.delete(message.receiptHandle);
      } else queue.changeVisibility(message.receiptHandle, Math.ceil((lockedUntil - now) / 1_000));
    }
  };

  for (;;) {
    arrive();
    for (let batch = queue.receive(maxReceive); batch.length > 0; batch = queue.receive(maxReceive))
      work(batch);
    const soonest = Math.min(queue.nextDeadline() ?? Infinity, moments[next] ?? Infinity);
    if (soonest === Infinity) break;
    now = soonest;
  }
  const counts = [...received.values()];
  return {
    calls,
    lost: moments.length - ages.length,
    receives: counts.reduce((sum, count) => sum + count, 0),
    maxReceives: counts.reduce((max, count) => Math.max(max, count), 0),
    drainMs: lastCallEnds - (moments.at(-1) ?? lastCallEnds),
    ages,
    late,
  };
};
