import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Queues } from '../../local/sqs/queues.ts';
import { ingestWith, receivedAt, request } from './support.ts';
import type { EventsQueue } from '../../lambdas/ingest/eventsQueue.ts';
import type { QueuedEvent } from '../../lambdas/segment/event.ts';

/** The twin of SQS as events queue; of the sends that `faults` names, the answer is lost half-way. */
const queueWith = (faults: readonly boolean[]) => {
  const queues = new Queues({ now: () => receivedAt });
  const queue = queues.create('events.fifo', {
    FifoQueue: 'true',
    DeduplicationScope: 'messageGroup',
    FifoThroughputLimit: 'perMessageGroupId',
  });
  let sends = 0;
  const eventsQueue: EventsQueue = {
    send: (entries) => {
      const isLost = faults[sends] ?? false;
      sends += 1;
      const taken = isLost ? entries.slice(0, Math.ceil(entries.length / 2)) : entries;
      for (const { event, group, deduplication } of taken) {
        queue.send({ body: JSON.stringify(event), group, deduplication });
      }
      const unsafe = isLost ? entries : [];
      return Promise.resolve(unsafe.map(({ event }) => ({ event, because: 'Lost' })));
    },
  };
  const received = (): string[] => {
    const ids: string[] = [];
    for (;;) {
      const messages = queue.receive(10);
      if (messages.length === 0) return ids;
      ids.push(...messages.map(({ body }) => (JSON.parse(body) as QueuedEvent).messageId));
      for (const { receiptHandle } of messages) queue.delete(receiptHandle);
    }
  };
  return { eventsQueue, received };
};

const event = fc.record({
  type: fc.constantFrom('identify', 'page', 'track', 'group', 'nonsense'),
  userId: fc.constantFrom('u', 'v', 'w'),
  messageId: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
});

describe('an accepted event', () => {
  it('is on the queue exactly once for its messageId, however often its request fails', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { minLength: 1, maxLength: 12 }),
        fc.array(fc.boolean(), { maxLength: 3 }),
        async (batch, faults) => {
          const { eventsQueue, received } = queueWith(faults);
          const { post, lines } = ingestWith({ eventsQueue });
          // As an SDK does: again, until it is not asked to come again.
          let status: number | undefined = 503;
          for (let tries = 0; status === 503 && tries < 5; tries += 1) {
            ({ status } = await post(request('/v1/batch', { batch })));
          }
          const queued = lines.filter(({ step }) => step === 'queued');
          const ids = queued.map(({ messageId }) => messageId).toSorted();
          expect(status === 200).toBe(lines.some(({ step }) => step !== 'refused'));
          expect(received().toSorted()).toEqual(ids);
          expect(new Set(ids).size).toBe(ids.length);
          // Every messageId of a good event is there.
          const good = batch.filter(({ type }) => ['identify', 'page'].includes(type));
          expect(ids).toEqual(expect.arrayContaining(good.map(({ messageId }) => messageId)));
        },
      ),
    );
  });

  it('is the first of those with its messageId in one request; the others say so', async () => {
    const { post, sent, lines } = ingestWith();
    const batch = ['u', 'v', 'w'].map((userId) => ({ type: 'page', userId, messageId: 'm' }));
    expect((await post(request('/v1/batch', { batch }))).said).toEqual({ success: true });
    expect(sent.map((entry) => entry.event.userId)).toEqual(['u']);
    expect(lines.map(({ step }) => step)).toEqual(['queued', 'dropped', 'dropped']);
    expect(lines[1]).toMatchObject({
      messageId: 'm',
      because: 'its request holds this messageId twice',
    });
  });
});
