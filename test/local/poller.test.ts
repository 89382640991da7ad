import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createForwardClock } from '../../local/clock.ts';
import type { LocalFunction } from '../../local/functions/function.ts';
import type { Outcome } from '../../local/functions/protocol.ts';
import { startPoller, type MappingSettings } from '../../local/sources/poller.ts';
import { serveSqs } from '../../local/sqs/server.ts';
import { localCredentials } from '../../local/tables.ts';

type Invoked = SQSEvent['Records'];

/** A function of the test's own, without a thread; keeps the batches that it got. */
const inline = (
  handler: (records: Invoked) => unknown,
  most = 4,
): LocalFunction & { readonly batches: Invoked[] } => {
  const batches: Invoked[] = [];
  return {
    name: 'tested',
    arn: 'arn:tested',
    handler: 'handler',
    most,
    batches,
    invoke: async (event): Promise<Outcome> => {
      const { Records } = JSON.parse(JSON.stringify(event)) as SQSEvent;
      batches.push(Records);
      try {
        const result = JSON.stringify(await handler(Records)) as string | undefined;
        return result === undefined ? {} : { result };
      } catch {
        return { error: { errorType: 'Error', errorMessage: 'failed' } };
      }
    },
    killBusy: () => 0,
    folder: '',
    renew: () => undefined,
    killNext: () => undefined,
    close: () => Promise.resolve(),
  };
};

const setUp = async (attributes: Record<string, string> = {}) => {
  const clock = createForwardClock();
  const sqs = await serveSqs({ port: 0, clock });
  const client = new SQSClient({
    endpoint: sqs.url,
    region: 'us-east-1',
    credentials: localCredentials,
  });
  const name = attributes['FifoQueue'] === 'true' ? 'q.fifo' : 'q';
  const created = await client.send(
    new CreateQueueCommand({ QueueName: name, Attributes: attributes }),
  );
  const queueUrl = created.QueueUrl ?? '';
  const stops: (() => Promise<void>)[] = [];
  onTestFinished(async () => {
    for (const stop of stops) await stop();
    client.destroy();
    await sqs.close();
  });
  const warnings: string[] = [];
  return {
    clock,
    warnings,
    start: (target: LocalFunction, settings: Partial<MappingSettings> = {}) => {
      const poller = startPoller(client, {
        queueUrl,
        queueArn: `arn:aws:sqs:us-east-1:000000000000:${name}`,
        target,
        batchSize: 10,
        windowMs: 0,
        concurrency: 5,
        reportsItems: true,
        warn: (message) => warnings.push(message),
        ...settings,
      });
      stops.push(() => poller.stop());
      return poller;
    },
    send: (body: string, group?: string) =>
      client.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: body,
          ...(group !== undefined && { MessageGroupId: group, MessageDeduplicationId: body }),
        }),
      ),
    sendMany: async (count: number, body = 'm') => {
      for (let at = 0; at < count; at += 10) {
        const Entries = Array.from({ length: Math.min(10, count - at) }, (_, index) => ({
          Id: String(index),
          MessageBody: `${body}${at + index}`,
        }));
        await client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
      }
    },
    counts: async () => {
      const { Attributes = {} } = await client.send(
        new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] }),
      );
      return {
        visible: Number(Attributes['ApproximateNumberOfMessages']),
        inFlight: Number(Attributes['ApproximateNumberOfMessagesNotVisible']),
      };
    },
  };
};

const bodies = (batch: Invoked | undefined): string[] => (batch ?? []).map(({ body }) => body);

test('a message reaches the function as a record, and is deleted when it answered', async () => {
  const queue = await setUp();
  const fn = inline(() => undefined);
  queue.start(fn);
  await queue.send('hello');
  await vi.waitFor(async () => {
    expect(await queue.counts()).toEqual({ visible: 0, inFlight: 0 });
    expect(fn.batches).toHaveLength(1);
  });
  expect(fn.batches[0]).toMatchObject([
    {
      body: 'hello',
      md5OfBody: '5d41402abc4b2a76b9719d911017c592',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:q',
      awsRegion: 'us-east-1',
      attributes: { ApproximateReceiveCount: '1' },
    },
  ]);
});

test('a failed message stays until its visibility expires, and comes again', async () => {
  const queue = await setUp({ VisibilityTimeout: '180' });
  const failed = new Set<string>();
  const fn = inline((records) => ({
    batchItemFailures: records
      .filter(({ body }) => body === 'm1' && !failed.has(body) && failed.add(body))
      .map(({ messageId }) => ({ itemIdentifier: messageId })),
  }));
  await queue.sendMany(3);
  queue.start(fn);
  await vi.waitFor(async () => {
    expect(await queue.counts()).toEqual({ visible: 0, inFlight: 1 });
  });
  queue.clock.advance(180_000);
  await vi.waitFor(async () => {
    expect(await queue.counts()).toEqual({ visible: 0, inFlight: 0 });
  });
  expect(fn.batches.map(bodies)).toEqual([['m0', 'm1', 'm2'], ['m1']]);
  expect(fn.batches[1]?.[0]?.attributes.ApproximateReceiveCount).toBe('2');
  expect(queue.warnings).toEqual([]);
});

test.each([
  ['throws', () => Promise.reject(new Error('secret'))],
  ['answers nonsense', () => ({ batchItemFailures: [{ id: 'x' }] })],
])('a function that %s keeps its whole batch in the queue', async (_name, handler) => {
  const queue = await setUp();
  await queue.sendMany(3);
  queue.start(inline(handler));
  await vi.waitFor(() => {
    expect(queue.warnings).toHaveLength(1);
  });
  expect(queue.warnings[0]).toMatch(/^tested: a batch of 3 failed: /);
  expect(queue.warnings[0]).not.toContain('secret');
  expect(await queue.counts()).toEqual({ visible: 0, inFlight: 3 });
});

test('a window collects more than one receive gives, up to the batch size', async () => {
  const queue = await setUp();
  const fn = inline(() => undefined);
  await queue.sendMany(35);
  queue.start(fn, { batchSize: 25, windowMs: 200 });
  await vi.waitFor(async () => {
    expect(await queue.counts()).toEqual({ visible: 0, inFlight: 0 });
    expect(fn.batches.flat()).toHaveLength(35);
  });
  expect(fn.batches.map(({ length }) => length)).toEqual([25, 10]);
});

test('a window closes by itself when too few messages come', async () => {
  const queue = await setUp();
  const fn = inline(() => undefined);
  queue.start(fn, { batchSize: 300, windowMs: 120 });
  await queue.send('first');
  await queue.send('second');
  await vi.waitFor(() => {
    expect(fn.batches.map(bodies)).toEqual([['first', 'second']]);
  });
});

test('a batch never exceeds the payload of an invocation; the rest comes in the next', async () => {
  const queue = await setUp();
  const fn = inline(() => undefined);
  const large = 'x'.repeat(900_000);
  for (let count = 0; count < 8; count += 1) await queue.send(`${count}${large}`);
  queue.start(fn, { batchSize: 300, windowMs: 200 });
  await vi.waitFor(async () => {
    expect(fn.batches.flat()).toHaveLength(8);
    expect(await queue.counts()).toEqual({ visible: 0, inFlight: 0 });
  });
  expect(fn.batches.map(({ length }) => length)).toEqual([6, 2]);
});

test.each([
  ['the mapping', { concurrency: 2 }, 4],
  ['the function', { concurrency: 5 }, 2],
])('no more batches are at work at once than %s allows', async (_name, settings, most) => {
  const queue = await setUp();
  let atOnce = 0;
  let highest = 0;
  const fn = inline(async () => {
    atOnce += 1;
    highest = Math.max(highest, atOnce);
    await new Promise((resolve) => setTimeout(resolve, 15));
    atOnce -= 1;
  }, most);
  await queue.sendMany(8);
  queue.start(fn, { ...settings, batchSize: 1 });
  await vi.waitFor(() => {
    expect(fn.batches).toHaveLength(8);
  });
  expect(highest).toBe(2);
});

test('a FIFO batch holds several groups, each in its order', async () => {
  const queue = await setUp({ FifoQueue: 'true' });
  const fn = inline(() => undefined);
  for (const [body, group] of [
    ['a1', 'a'],
    ['b1', 'b'],
    ['a2', 'a'],
  ] as const) {
    await queue.send(body, group);
  }
  queue.start(fn);
  await vi.waitFor(() => {
    expect(fn.batches).toHaveLength(1);
  });
  const [records = []] = fn.batches;
  expect(bodies(records).toSorted()).toEqual(['a1', 'a2', 'b1']);
  expect(bodies(records.filter(({ attributes }) => attributes.MessageGroupId === 'a'))).toEqual([
    'a1',
    'a2',
  ]);
});

test('stopping gives back what was taken and is not done', async () => {
  const queue = await setUp({ VisibilityTimeout: '1000' });
  const fn = inline(() => undefined);
  await queue.sendMany(3);
  const poller = queue.start(fn, { batchSize: 300, windowMs: 60_000 });
  await vi.waitFor(async () => {
    expect(await queue.counts()).toEqual({ visible: 0, inFlight: 3 });
  });
  await poller.stop();
  expect(await queue.counts()).toEqual({ visible: 3, inFlight: 0 });
  expect(fn.batches).toEqual([]);
});

test('stopping waits for the batch at work, and gives it back where it failed', async () => {
  const queue = await setUp({ VisibilityTimeout: '1000' });
  let fail: (() => void) | undefined;
  const fn = inline(
    () =>
      new Promise((_resolve, reject) => {
        fail = () => {
          reject(new Error('killed'));
        };
      }),
  );
  await queue.sendMany(2);
  const poller = queue.start(fn);
  await vi.waitFor(() => {
    expect(fail).toBeDefined();
  });
  const stopped = poller.stop();
  fail?.();
  await stopped;
  expect(await queue.counts()).toEqual({ visible: 2, inFlight: 0 });
  expect(queue.warnings).toEqual([]);
});
