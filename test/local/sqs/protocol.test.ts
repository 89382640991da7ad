import { expect, test } from 'vitest';
import { ManualClock } from '../../../local/sqs/clock.ts';
import { serveSqs } from '../../../local/sqs/server.ts';
import { rule, start, withTwin } from './twin.ts';

const jsonResponses = 'Developer Guide: Interpreting Amazon SQS JSON API responses';

const post = (url: string, operation: string, body: string): Promise<Response> =>
  fetch(url, { method: 'POST', headers: { 'x-amz-target': operation }, body });

rule(
  'an error names itself in the body and its older code in a header',
  {
    page: jsonResponses,
    says: '__type and message in the body; code and sender or receiver in x-amzn-query-error',
  },
  async ({ served }) => {
    const response = await post(served.url, 'AmazonSQS.GetQueueUrl', '{"QueueName":"missing"}');
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toBe('application/x-amz-json-1.0');
    expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
    expect(response.headers.get('x-amzn-query-error')).toBe(
      'AWS.SimpleQueueService.NonExistentQueue;Sender',
    );
    expect(await response.json()).toEqual({
      __type: 'com.amazonaws.sqs#QueueDoesNotExist',
      message: 'The specified queue does not exist.',
    });
  },
);

rule(
  'a missing parameter is named',
  {
    page: 'API Reference: Common Errors',
    says: 'MissingParameter: a required parameter is not supplied',
  },
  async ({ create, served }) => {
    const QueueUrl = await create('q');
    const answer = async (operation: string, input: object): Promise<unknown> =>
      (await post(served.url, `AmazonSQS.${operation}`, JSON.stringify(input))).json();
    expect(await answer('SendMessage', { QueueUrl })).toEqual({
      __type: 'com.amazonaws.sqs#MissingParameter',
      message: 'The request must contain the parameter MessageBody.',
    });
    expect(await answer('DeleteMessageBatch', { QueueUrl, Entries: [{ Id: 'a' }] })).toMatchObject({
      message: 'The request must contain the parameter Entries.0.ReceiptHandle.',
    });
    expect(await answer('SendMessage', { QueueUrl, MessageBody: 1 })).toMatchObject({
      __type: 'com.amazonaws.sqs#InvalidParameterValue',
      message: expect.stringContaining('MessageBody') as string,
    });
  },
);

test('what is no request of SQS gets an error that says so', () =>
  withTwin(async ({ served }) => {
    const type = async (response: Promise<Response>): Promise<unknown> =>
      ((await (await response).json()) as { __type: unknown }).__type;
    const unsupported = 'com.amazonaws.sqs#UnsupportedOperation';
    expect(await type(fetch(served.url))).toBe(unsupported);
    expect(await type(post(served.url, 'AmazonSQS.AddPermission', '{}'))).toBe(unsupported);
    expect(await type(post(served.url, 'AmazonSQS.constructor', '{}'))).toBe(unsupported);
    expect(await type(post(served.url, 'DynamoDB.GetItem', '{}'))).toBe(unsupported);
    expect(await type(post(served.url, 'AmazonSQS.SendMessage', '{'))).toBe(
      'com.amazonaws.sqs#MalformedInput',
    );
    const response = await post(served.url, 'AmazonSQS.SendMessage', 'x'.repeat(9_000_000));
    expect(response.status).toBe(413);
  }));

test('closing ends waiting receives with nothing and stops listening', async () => {
  const clock = new ManualClock(start);
  const served = await serveSqs({ port: 0, clock });
  served.queues.create('q');
  const QueueUrl = `${served.url}/000000000000/q`;
  const body = JSON.stringify({ QueueUrl, WaitTimeSeconds: 20 });
  const received = post(served.url, 'AmazonSQS.ReceiveMessage', body);
  while (clock.alarms.length === 0) await new Promise((resolve) => setImmediate(resolve));
  await served.close();
  expect(await (await received).json()).toEqual({});
  await expect(post(served.url, 'AmazonSQS.ReceiveMessage', body)).rejects.toThrow();
});

test('a port that is taken is an error', async () => {
  const served = await serveSqs({ port: 0 });
  await expect(serveSqs({ port: Number(new URL(served.url).port) })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
  await served.close();
});
