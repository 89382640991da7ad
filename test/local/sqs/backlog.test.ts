import { describe, expect, it } from 'vitest';
import { sqsLimits } from '../../../local/sqs/limits.ts';
import { Queues } from '../../../local/sqs/queues.ts';

// Developer Guide, "Avoid large message backlogs with the same message group ID": a FIFO queue looks
// for available groups among its first 120,000 messages.

const queueWith = (backlog: number) => {
  const queue = new Queues({ now: () => 1_772_366_400_000 }).create('q.fifo', {
    FifoQueue: 'true',
  });
  let sent = 0;
  const send = (group: string, body: string): void => {
    queue.send({ body, group, deduplication: `d-${(sent += 1)}` });
  };
  for (let each = 0; each < backlog; each += 1) send('crowded', 'x');
  const receive = (): readonly string[] => queue.receive(10).map(({ body }) => body);
  return { queue, send, receive };
};

describe('a FIFO queue with a long backlog of one group', () => {
  it('gives other groups out as long as they are among the first 120,000 messages', () => {
    const { send, receive } = queueWith(sqsLimits.fifoScan - 1);
    send('other', 'o');
    expect(receive()).toHaveLength(10);
    expect(receive()).toEqual(['o']);
  });

  it('does not see a group behind them until enough of the backlog is gone, in flight is not gone', () => {
    const { queue, send, receive } = queueWith(sqsLimits.fifoScan);
    send('other', 'o');
    const first = queue.receive(10);
    expect(first).toHaveLength(10);
    // The crowded group is in flight, and nobody else is seen.
    expect(receive()).toEqual([]);
    queue.delete(first[0]?.receiptHandle ?? '');
    expect(receive()).toEqual(['o']);
  });

  it('gives everything out in the end, each group in its order', () => {
    const { queue, send } = queueWith(sqsLimits.fifoScan + 5);
    for (const body of ['1', '2', '3']) send('other', body);
    const seen: string[] = [];
    for (let some = queue.receive(10); some.length > 0; some = queue.receive(10))
      for (const { body, receiptHandle } of some) {
        if (body !== 'x') seen.push(body);
        queue.delete(receiptHandle);
      }
    expect(seen).toEqual(['1', '2', '3']);
    expect(queue.counts()).toEqual({ visible: 0, delayed: 0, inFlight: 0 });
  });
});
