import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, onTestFinished, test, vi } from 'vitest';
import { recordOf } from '../../local/sources/record.ts';
import { rateMs, startSchedule } from '../../local/sources/schedule.ts';
import { judgeBatch } from '../../local/sources/verdict.ts';
import { serveSqs } from '../../local/sqs/server.ts';
import { clientOf } from '../aws/scripted.ts';

/** A queue, and the bodies of what came into it so far. */
const serveQueue = async () => {
  const sqs = await serveSqs({ port: 0 });
  const client = new SQSClient(clientOf(sqs.url));
  onTestFinished(async () => {
    client.destroy();
    await sqs.close();
  });
  const { QueueUrl = '' } = await client.send(new CreateQueueCommand({ QueueName: 'q' }));
  const seen: (string | undefined)[] = [];
  const bodies = async () => {
    const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl }));
    seen.push(...Messages.map(({ Body }) => Body));
    return seen;
  };
  return { client, queueUrl: QueueUrl, bodies };
};

const ids = ['a', 'b', 'c'];
const judge = (answer: unknown) => judgeBatch(ids, { result: JSON.stringify(answer) }, true);

test.each([
  ['nothing', {}],
  ['null', { result: 'null' }],
  ['an empty object', { result: '{}' }],
  ['a null list', { result: '{"batchItemFailures":null}' }],
  ['an empty list', { result: '{"batchItemFailures":[]}' }],
])('an answer of %s means that the whole batch is done', (_name, outcome) => {
  expect(judgeBatch(ids, outcome, true)).toEqual({ done: ids, failed: [] });
});

test('only the reported messages of a batch stay', () => {
  expect(judge({ batchItemFailures: [{ itemIdentifier: 'b' }, { itemIdentifier: 'b' }] })).toEqual({
    done: ['a', 'c'],
    failed: ['b'],
  });
});

test.each([
  ['an empty identifier', { batchItemFailures: [{ itemIdentifier: '' }] }],
  ['a null identifier', { batchItemFailures: [{ itemIdentifier: null }] }],
  ['another key', { batchItemFailures: [{ itemIdentifier: 'a' }, { messageId: 'b' }] }],
  ['a message of another batch', { batchItemFailures: [{ itemIdentifier: 'z' }] }],
  ['bare ids', { batchItemFailures: ['a'] }],
  ['no list', { batchItemFailures: 'a' }],
  ['text', 'ok'],
  ['a list', []],
])('an answer with %s fails the whole batch', (_name, answer) => {
  expect(judge(answer)).toMatchObject({ done: [], failed: ids });
});

test('a failed invocation fails the whole batch, with its type as the reason', () => {
  const outcome = { error: { errorType: 'TypeError', errorMessage: 'secret text' } };
  expect(judgeBatch(ids, outcome, false)).toEqual({
    done: [],
    failed: ids,
    because: 'TypeError',
  });
});

test('without ReportBatchItemFailures the answer does not matter', () => {
  const outcome = { result: '{"batchItemFailures":[{"itemIdentifier":"b"}]}' };
  expect(judgeBatch(ids, outcome, false)).toEqual({ done: ids, failed: [] });
});

test('a message becomes a record in the shape that Lambda sends', () => {
  const attributes = {
    ApproximateReceiveCount: '1',
    SentTimestamp: '1',
    SenderId: 'x',
    ApproximateFirstReceiveTimestamp: '2',
    MessageGroupId: 'g',
    SequenceNumber: '7',
  };
  const record = recordOf(
    {
      MessageId: 'id',
      ReceiptHandle: 'handle',
      Body: '{}',
      MD5OfBody: 'md5',
      Attributes: attributes,
      MessageAttributes: {
        kind: { DataType: 'String', StringValue: 'x' },
        bytes: { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2]) },
      },
    },
    'arn:aws:sqs:us-east-1:000000000000:q',
  );
  const none = { stringListValues: [], binaryListValues: [] };
  expect(record).toEqual({
    messageId: 'id',
    receiptHandle: 'handle',
    body: '{}',
    attributes,
    messageAttributes: {
      kind: { dataType: 'String', stringValue: 'x', ...none },
      bytes: { dataType: 'Binary', binaryValue: 'AQI=', ...none },
    },
    md5OfBody: 'md5',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:q',
    awsRegion: 'us-east-1',
  });
});

test('rate expressions are read, and others are refused by name', () => {
  expect(rateMs('rate(1 minute)')).toBe(60_000);
  expect(rateMs('rate(5 minutes)')).toBe(300_000);
  expect(rateMs('rate(2 days)')).toBe(172_800_000);
  expect(() => rateMs('cron(0 * * * ? *)')).toThrow(/cron/);
  expect(() => rateMs('rate(0 minutes)')).toThrow(/rate\(0 minutes\)/);
});

test('a schedule sends its constant message to its queue, at once and then at its rate', async () => {
  const { client, queueUrl, bodies } = await serveQueue();
  const warnings: string[] = [];
  const stop = startSchedule(client, {
    everyMs: 5,
    body: '{"scheduled":true}',
    queueUrl,
    warn: (message) => warnings.push(message),
  });
  onTestFinished(stop);
  await vi.waitFor(async () => {
    await bodies();
    expect((await bodies()).length).toBeGreaterThan(1);
  });
  expect(new Set(await bodies())).toEqual(new Set(['{"scheduled":true}']));
  expect(warnings).toEqual([]);
});

test('a schedule whose queue is not there says so, and goes on', async () => {
  const { client, queueUrl } = await serveQueue();
  const warnings: string[] = [];
  const stop = startSchedule(client, {
    everyMs: 5,
    body: '{"scheduled":true}',
    queueUrl: `${queueUrl}-gone`,
    warn: (message) => warnings.push(message),
  });
  onTestFinished(stop);
  await vi.waitFor(() => {
    expect(warnings.length).toBeGreaterThan(1);
  });
  expect(warnings[0]).toContain('-gone');
});
