import { describe, expect, it } from 'vitest';
import { Crowding } from '../../lambdas/ingest/crowding.ts';
import { crowdingLimits } from '../../lambdas/limits.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { Queues } from '../../local/sqs/queues.ts';
import { sqsLimits } from '../../local/sqs/limits.ts';
import { basic, deleteKey, ingestWith, receivedAt, request, serverKey } from './support.ts';
import type { EventsQueue } from '../../lambdas/ingest/eventsQueue.ts';

const { spreadAfter, refuseAfter, ways, backlogMessages, windowMs } = crowdingLimits;

let ids = 0;
const pagesOf = (anonymousId: string, many: number) => ({
  batch: Array.from({ length: many }, () => ({
    type: 'page',
    anonymousId,
    messageId: `m-${(ids += 1)}`,
  })),
});

const full = () => Promise.resolve(backlogMessages);

describe('a group that one source crowds', () => {
  it('is one group, in order, as long as absorb can follow', async () => {
    const { post, sent } = ingestWith();
    await post(request('/v1/batch', pagesOf('constant', spreadAfter)));
    expect(new Set(sent.map(({ group }) => group)).size).toBe(1);
  });

  it('is spread over several, and a message that is sent again is in the same one', async () => {
    const { post, sent } = ingestWith();
    await post(request('/v1/batch', pagesOf('constant', spreadAfter)));
    const body = pagesOf('constant', 300);
    await post(request('/v1/batch', body));
    await post(request('/v1/batch', body));
    const later = sent.slice(spreadAfter).map(({ group }) => group);
    expect(new Set(later).size).toBe(ways);
    expect(later.slice(300)).toEqual(later.slice(0, 300));
    await post(request('/v1/page', { anonymousId: 'other' }));
    expect(sent.at(-1)?.group).not.toContain('#');
  });

  it('is refused with 429 while the queue is so long that all others would not be seen', async () => {
    let backlog = backlogMessages;
    const { post, sent, troubles } = ingestWith({ backlog: () => Promise.resolve(backlog) });
    const crowd = () => post(request('/v1/batch', pagesOf('constant', 600)));
    expect((await crowd()).status).toBe(200);
    const { status, said, answer } = await crowd();
    expect([status, said.code, answer.headers?.['retry-after']]).toEqual([429, 'crowded', '5']);
    expect(troubles).toEqual(['a request was refused as a whole {"because":"crowded (userId)"}']);
    // Its other people, other sources for the same person, and deletes go on.
    expect((await post(request('/v1/page', { anonymousId: 'other' }))).status).toBe(200);
    for (const key of [serverKey, deleteKey]) {
      const headers = { authorization: basic(key) };
      const body = pagesOf('constant', 5);
      expect((await post(request('/v1/batch', body, { headers }))).status).toBe(200);
    }
    backlog = backlogMessages - 1;
    expect((await crowd()).status).toBe(200);
    expect(sent).toHaveLength(600 + 1 + 10 + 600);
  });

  it('goes on where nobody can tell how long the queue is', async () => {
    const { post } = ingestWith({ backlog: () => Promise.resolve(undefined) });
    const { status } = await post(request('/v1/batch', pagesOf('constant', refuseAfter + 1)));
    expect(status).toBe(200);
  });

  it('is forgotten when it is quiet again', async () => {
    let now: number = receivedAt;
    const { post } = ingestWith({ backlog: full, clock: { now: () => epochMs(now) } });
    await post(request('/v1/batch', pagesOf('constant', refuseAfter)));
    expect((await post(request('/v1/batch', pagesOf('constant', 1)))).status).toBe(429);
    now += 2 * windowMs;
    expect((await post(request('/v1/batch', pagesOf('constant', 1)))).status).toBe(200);
  });

  it('costs no question about the queue as long as nobody crowds it', async () => {
    const { post } = ingestWith({ backlog: () => Promise.reject(new Error('nobody may ask')) });
    expect((await post(request('/v1/batch', pagesOf('constant', 500)))).status).toBe(200);
  });
});

describe('the counts', () => {
  it('take a bounded memory, however many groups there are', () => {
    const crowding = new Crowding({ now: () => receivedAt });
    for (let each = 0; each < 3 * crowdingLimits.groups; each += 1)
      crowding.note({ source: 's', group: `g-${each}` });
    expect(crowding.note({ source: 's', group: 'g-0' })).toBe(1);
  });
});

it('a constant anonymousId that is sent without end never hides another visitor from absorb', async () => {
  const queue = new Queues({ now: () => receivedAt }).create('events.fifo', {
    FifoQueue: 'true',
    DeduplicationScope: 'messageGroup',
    FifoThroughputLimit: 'perMessageGroupId',
  });
  const eventsQueue: EventsQueue = {
    send: (entries) => {
      for (const { event, group, deduplication } of entries)
        queue.send({ body: event.anonymousId ?? '', group, deduplication });
      return Promise.resolve([]);
    },
  };
  const backlog = () => {
    const { visible, inFlight } = queue.counts();
    return Promise.resolve(visible + inFlight);
  };
  const { post } = ingestWith({ eventsQueue, backlog });
  let refused = 0;
  // More than SQS looks through, and nobody absorbs meanwhile.
  for (let sent = 0; sent < sqsLimits.fifoScan + 20_000; sent += 2_500) {
    const { status } = await post(request('/v1/batch', pagesOf('constant', 2_500)));
    if (status === 429) refused += 1;
  }
  expect(refused).toBeGreaterThan(0);
  expect((await post(request('/v1/page', { anonymousId: 'ada' }))).status).toBe(200);
  const bodies: string[] = [];
  for (let some = queue.receive(10); some.length > 0; some = queue.receive(10))
    bodies.push(...some.map(({ body }) => body));
  expect(bodies).toContain('ada');
}, 60_000);
