import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { createHash } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sendLimits, sendTiming } from '../../lambdas/limits.ts';
import { createEventsQueue } from '../../lambdas/aws/sqsEventsQueue.ts';
import { sequenceKeyOf } from '../../lambdas/segment/order.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { serveSqs } from '../../local/sqs/server.ts';
import { clientOf, scriptedService } from './scripted.ts';
import type { QueuedEvent } from '../../lambdas/segment/event.ts';

const at = epochMs(1_772_366_400_000);

const entry = (messageId: string, group = 'g', name = '') => {
  const event: QueuedEvent = {
    type: 'page',
    messageId,
    messageHash: 'hash',
    order: sequenceKeyOf(at, at, 0, 'hash'),
    timestamp: at,
    receivedAt: at,
    userId: 'u',
    name,
  };
  return { event, group, deduplication: `d-${messageId}` };
};

interface BatchInput {
  readonly Entries: readonly {
    readonly Id: string;
    readonly MessageBody: string;
    readonly MessageGroupId: string;
  }[];
}

interface Refusal {
  readonly messageId: string;
  /** How many of its first tries are refused. */
  readonly times: number;
}

const idOf = (body: string): string => (JSON.parse(body) as QueuedEvent).messageId;

/** An SQS that takes what it is not told to refuse, and what came to it. */
const scripted = async (refusals: readonly Refusal[] = [], cutFrom = Infinity) => {
  const left = new Map(refusals.map(({ messageId, times }) => [messageId, times]));
  const requests: (readonly string[])[] = [];
  const taken: string[] = [];
  const url = await scriptedService((input) => {
    const { Entries } = input as BatchInput;
    requests.push(Entries.map(({ MessageBody }) => idOf(MessageBody)));
    if (requests.length >= cutFrom) return undefined;
    const Successful: object[] = [];
    const Failed: object[] = [];
    for (const { Id, MessageBody } of Entries) {
      const id = idOf(MessageBody);
      const times = left.get(id) ?? 0;
      left.set(id, times - 1);
      if (times > 0) {
        Failed.push({ Id, Code: 'InternalError', SenderFault: false, Message: 'secret' });
      } else {
        taken.push(id);
        const MD5OfMessageBody = createHash('md5').update(MessageBody).digest('hex');
        Successful.push({ Id, MessageId: Id, MD5OfMessageBody, SequenceNumber: '1' });
      }
    }
    return { body: { Successful, Failed } };
  });
  return { url, requests, taken };
};

const queueOn = (url: string, now: () => number = () => at) => {
  const client = new SQSClient(clientOf(url));
  onTestFinished(() => {
    client.destroy();
  });
  const pauses: number[] = [];
  const queue = createEventsQueue({
    client,
    queueUrl: `${url}/000000000000/events.fifo`,
    clock: { now: () => epochMs(now()) },
    random: () => 1,
    sleep: (milliseconds) => {
      pauses.push(milliseconds);
      return Promise.resolve();
    },
  });
  return { queue, pauses };
};

const many = (count: number, group: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => entry(`m${index}`, group(index)));

const becauseOf = (unsafe: readonly { event: QueuedEvent; because: string }[]) =>
  unsafe.map(({ event, because }) => [event.messageId, because]);

describe('the events queue', () => {
  it('sends one group in its order, ten at a time, one request after the other', async () => {
    const { url, requests, taken } = await scripted();
    const entries = many(25, () => 'g');
    expect(await queueOn(url).queue.send(entries)).toEqual([]);
    expect(requests.map(({ length }) => length)).toEqual([10, 10, 5]);
    expect(taken).toEqual(entries.map(({ event }) => event.messageId));
  });

  it('keeps the order of every group where many travel at once', async () => {
    const { url, requests, taken } = await scripted();
    const entries = many(200, (index) => `g${index % 7}`);
    expect(await queueOn(url).queue.send(entries)).toEqual([]);
    expect(new Set(taken).size).toBe(200);
    for (let group = 0; group < 7; group += 1) {
      const mine = taken.map((id) => Number(id.slice(1))).filter((n) => n % 7 === group);
      expect(mine).toEqual([...mine].sort((a, b) => a - b));
    }
    expect(requests.length).toBeLessThan(30);
  });

  it('never puts more than a mebibyte into one request', async () => {
    const { url, requests } = await scripted();
    const name = 'x'.repeat(sendLimits.bytes / 3);
    const entries = ['a', 'b', 'c'].map((id) => entry(id, 'g', name));
    expect(await queueOn(url).queue.send(entries)).toEqual([]);
    expect(requests).toEqual([['a', 'b'], ['c']]);
  });

  it('sends an entry that SQS refused again, after a growing pause, before any later one', async () => {
    const { url, requests } = await scripted([{ messageId: 'm1', times: 2 }]);
    const { queue, pauses } = queueOn(url);
    expect(await queue.send(many(12, () => 'g'))).toEqual([]);
    expect(requests.slice(1)).toEqual([['m1'], ['m1'], ['m10', 'm11']]);
    expect(pauses).toEqual([2 * sendTiming.backoffFirstMs, 4 * sendTiming.backoffFirstMs]);
  });

  it('gives an entry up after its tries, with what would overtake it, and nothing else', async () => {
    const { url, requests, taken } = await scripted([{ messageId: 'm0', times: Infinity }]);
    const entries = many(160, (index) => `g${index % 80}`);
    const unsafe = await queueOn(url).queue.send(entries);
    expect(becauseOf(unsafe)).toEqual([
      ['m0', 'InternalError'],
      ['m80', 'behind an entry that was not taken'],
    ]);
    expect(requests.flat().filter((id) => id === 'm0')).toHaveLength(sendTiming.tries);
    expect(taken).toHaveLength(158);
    expect(taken).not.toContain('m80');
  });

  it('counts an entry that SQS says nothing of as not taken', async () => {
    const url = await scriptedService(() => ({ body: { Successful: [] } }));
    expect(becauseOf(await queueOn(url).queue.send([entry('m')]))).toEqual([
      ['m', 'not answered by SQS'],
    ]);
  });

  it('claims nothing that was in a request that broke, and tries nothing after it', async () => {
    const { url, requests } = await scripted([], 2);
    const unsafe = await queueOn(url).queue.send(many(30, () => 'g'));
    expect(unsafe.map(({ event }) => event.messageId)).toEqual(
      many(30, () => 'g')
        .slice(10)
        .map(({ event }) => event.messageId),
    );
    expect(requests).toHaveLength(2);
  });

  it('tries each lane once where every request breaks, however many groups there are', async () => {
    const { url, requests } = await scripted([], 1);
    const entries = many(160, (index) => `g${index}`);
    expect(await queueOn(url).queue.send(entries)).toHaveLength(160);
    expect(requests.length).toBeLessThanOrEqual(sendTiming.lanes);
  });

  it('claims nothing where there is no queue at all', async () => {
    const { url } = await scripted();
    const { queue } = queueOn(url.replace(/\d+$/, '1'));
    expect(await queue.send([entry('m1'), entry('m2', 'h')])).toHaveLength(2);
  });

  it('names an error of SQS without repeating its text', async () => {
    const url = await scriptedService(() => ({
      status: 400,
      body: { __type: 'com.amazonaws.sqs#QueueDoesNotExist', message: 'secret' },
    }));
    expect(becauseOf(await queueOn(url).queue.send([entry('m')]))).toEqual([
      ['m', 'QueueDoesNotExist'],
    ]);
  });

  it('says where SQS asks to slow down, for an entry and for a whole request', async () => {
    const refusing = await scriptedService((input) => ({
      body: {
        Failed: (input as BatchInput).Entries.map(({ Id }) => ({
          Id,
          Code: 'RequestThrottled',
          SenderFault: true,
        })),
      },
    }));
    const throwing = await scriptedService(() => ({
      status: 400,
      body: { __type: 'com.amazonaws.sqs#OverLimit', message: 'secret' },
    }));
    for (const url of [refusing, throwing]) {
      expect(await queueOn(url).queue.send([entry('m')])).toMatchObject([{ throttled: true }]);
    }
    const { url } = await scripted([{ messageId: 'm', times: Infinity }]);
    const [unsafe] = await queueOn(url).queue.send([entry('m')]);
    expect(unsafe).not.toHaveProperty('throttled');
  });

  it('brings 2,500 events of one user in time, at 60 ms a request', async () => {
    const { url, requests, taken } = await scripted();
    const perLane = Math.floor(sendTiming.budgetMs / sendTiming.slowRequestMs);
    expect(await queueOn(url).queue.send(many(2_500, () => 'g'))).toEqual([]);
    expect(new Set(taken).size).toBe(2_500);
    expect(requests).toHaveLength(250);
    // One lane sends one request after the other, and no lane has more than this.
    expect(perLane * 60).toBeLessThan(sendTiming.budgetMs / 2);
    const indexes = taken.map((id) => Number(id.slice(1)));
    const runs = Map.groupBy(indexes, (index) => Math.floor(index / (perLane * 10)));
    expect([...runs.values()].map(({ length }) => length).toSorted((a, b) => a - b)).toEqual([
      250, 750, 750, 750,
    ]);
    for (const run of runs.values()) expect(run).toEqual(run.toSorted((a, b) => a - b));
    // They travel at once: the last run does not wait for the first.
    expect(indexes.indexOf(2_250)).toBeLessThan(indexes.indexOf(749));
  });

  it('stops after the time that it is given', async () => {
    const { url, requests } = await scripted();
    let now: number = at;
    const { queue } = queueOn(url, () => (now += 300));
    expect(
      await queue.send(
        many(40, () => 'g'),
        1_000,
      ),
    ).toHaveLength(10);
    expect(requests).toHaveLength(3);
  });

  it('stops when its time is used up', async () => {
    const { url, requests } = await scripted();
    let now: number = at;
    const { queue } = queueOn(url, () => (now += sendTiming.budgetMs / 3));
    const unsafe = await queue.send(many(40, () => 'g'));
    expect(requests).toHaveLength(2);
    expect(new Set(unsafe.map(({ because }) => because))).toContain('out of time');
    expect(unsafe).toHaveLength(20);
  });

  it('needs no request for nothing', async () => {
    const { url, requests } = await scripted();
    expect(await queueOn(url).queue.send([])).toEqual([]);
    expect(requests).toEqual([]);
  });
});

describe('the events queue on the twin of SQS', () => {
  const twin = async () => {
    const sqs = await serveSqs({ port: 0 });
    onTestFinished(() => sqs.close());
    const client = new SQSClient(clientOf(sqs.url));
    onTestFinished(() => {
      client.destroy();
    });
    const Attributes = { FifoQueue: 'true', VisibilityTimeout: '60' };
    const made = await client.send(
      new CreateQueueCommand({ QueueName: 'events.fifo', Attributes }),
    );
    const QueueUrl = made.QueueUrl ?? '';
    const received = async (): Promise<QueuedEvent[]> => {
      const all: QueuedEvent[] = [];
      for (;;) {
        const { Messages = [] } = await client.send(
          new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 }),
        );
        if (Messages.length === 0) return all;
        all.push(...Messages.map(({ Body = '' }) => JSON.parse(Body) as QueuedEvent));
        const Entries = Messages.map(({ ReceiptHandle }, index) => ({
          Id: String(index),
          ReceiptHandle,
        }));
        await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
      }
    };
    const clock = { now: () => at };
    return { queue: createEventsQueue({ client, queueUrl: QueueUrl, clock }), received };
  };

  it('an event arrives as it was sent, and once however often it is sent', async () => {
    const { queue, received } = await twin();
    const entries = many(23, (index) => `g${index % 3}`);
    expect(await queue.send(entries)).toEqual([]);
    expect(await queue.send(entries)).toEqual([]);
    const events = await received();
    expect(events).toHaveLength(23);
    expect(new Set(events.map(({ messageId }) => messageId)).size).toBe(23);
    expect(events).toContainEqual(entries[7]?.event);
  });

  it('characters that SQS does not allow in a message arrive all the same', async () => {
    const { queue, received } = await twin();
    const strange = entry('m', 'g', '\u0000\u0008\ud800\ufffe\uffff\u{1ffff}é');
    expect(await queue.send([strange])).toEqual([]);
    expect(await received()).toEqual([strange.event]);
  });
});
