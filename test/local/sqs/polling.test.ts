import { expect } from 'vitest';
import { queueArn } from '../../../local/sqs/queues.ts';
import { fifo, first, rule, start } from './twin.ts';

const longPolling = 'Developer Guide: Amazon SQS short and long polling';
const receiveMessage = 'API Reference: ReceiveMessage';
const wait = { WaitTimeSeconds: 20 };

rule(
  'a receive that need not wait answers at once, also with nothing',
  {
    page: longPolling,
    says: 'with a wait of 0 (short polling) the answer comes at once even if empty',
  },
  async ({ create, bodies }) => {
    const queue = await create('q');
    expect(await bodies(queue)).toEqual([]);
  },
);

rule(
  'a waiting receive answers as soon as a message is sent',
  {
    page: receiveMessage,
    says: 'if a message becomes available the call returns sooner than WaitTimeSeconds',
  },
  async ({ create, receive, send, waiting }) => {
    const queue = await create('q');
    const received = receive(queue, wait);
    await waiting();
    await send(queue, 'x');
    expect(first(await received).Body).toBe('x');
  },
);

rule(
  'a waiting receive wakes when a visibility timeout ends',
  { page: receiveMessage, says: 'the call waits for a message to become available' },
  async ({ create, receive, send, waiting, clock }) => {
    const queue = await create('q');
    await send(queue, 'x');
    await receive(queue, { VisibilityTimeout: 5 });
    const received = receive(queue, wait);
    await waiting();
    clock.advance(4_999);
    expect(clock.alarms).toHaveLength(1);
    clock.advance(1);
    expect(first(await received).Body).toBe('x');
  },
);

rule(
  'a waiting receive wakes when a delay ends',
  { page: receiveMessage, says: 'the call waits for a message to become available' },
  async ({ create, receive, send, waiting, clock }) => {
    const queue = await create('q');
    await send(queue, 'x', { DelaySeconds: 3 });
    const received = receive(queue, wait);
    await waiting();
    clock.advance(3_000);
    expect(first(await received).Body).toBe('x');
  },
);

rule(
  'a waiting receive wakes when a delete frees its group',
  {
    page: receiveMessage,
    says: 'a group is available again when its invisible messages are deleted',
  },
  async ({ create, receive, sendTo, remove, waiting }) => {
    const queue = await create('q.fifo', fifo);
    await sendTo(queue, 'a', 'a1', 'a2');
    const taken = await receive(queue, { MaxNumberOfMessages: 1 });
    const received = receive(queue, wait);
    await waiting();
    await remove(queue, ...taken);
    expect(first(await received).Body).toBe('a2');
  },
);

rule(
  'a waiting receive wakes when a message is given back with visibility 0',
  {
    page: 'Developer Guide: Amazon SQS visibility timeout',
    says: 'with 0 the message is immediately available to others',
  },
  async ({ create, receive, send, hide, waiting }) => {
    const queue = await create('q');
    await send(queue, 'x');
    const message = first(await receive(queue));
    const received = receive(queue, wait);
    await waiting();
    await hide(queue, message, 0);
    expect(first(await received).Body).toBe('x');
  },
);

rule(
  'a receive that waits on a dead-letter queue wakes when a message moves there',
  {
    page: 'Developer Guide: Using dead-letter queues in Amazon SQS',
    says: 'a dead-letter queue is received from like any queue',
  },
  async ({ create, receive, send, hide, bodies, waiting }) => {
    const dead = await create('dead');
    const RedrivePolicy = JSON.stringify({
      deadLetterTargetArn: queueArn('dead'),
      maxReceiveCount: 1,
    });
    const queue = await create('q', { RedrivePolicy });
    await send(queue, 'x');
    await hide(queue, first(await receive(queue)), 0);
    const received = receive(dead, wait);
    await waiting();
    expect(await bodies(queue)).toEqual([]);
    expect(first(await received).Body).toBe('x');
  },
);

rule(
  'a receive that waits on a dead-letter queue wakes also when another waiting receive moves a message there',
  {
    page: 'API Reference: CreateQueue',
    says: 'a message whose receive count exceeds maxReceiveCount moves to the dead-letter queue',
  },
  async ({ create, receive, send, hide, waiting, clock }) => {
    const dead = await create('dead');
    const RedrivePolicy = JSON.stringify({
      deadLetterTargetArn: queueArn('dead'),
      maxReceiveCount: 1,
    });
    const queue = await create('q', { RedrivePolicy });
    await send(queue, 'x');
    const message = first(await receive(queue));
    const letters = receive(dead, { WaitTimeSeconds: 5 });
    await waiting();
    const others = receive(queue, { WaitTimeSeconds: 3 });
    while (clock.alarms[0] !== start + 3_000) await new Promise((resolve) => setImmediate(resolve));
    await hide(queue, message, 0);
    expect(first(await letters).Body).toBe('x');
    clock.advance(3_000);
    expect(await others).toEqual([]);
  },
);

rule(
  'a waiting receive ends with nothing when its time is over',
  {
    page: receiveMessage,
    says: 'when the wait ends without a message, no message list is returned',
  },
  async ({ create, receive, waiting, clock }) => {
    const queue = await create('q');
    const received = receive(queue, { WaitTimeSeconds: 2 });
    await waiting();
    clock.advance(1_999);
    expect(clock.alarms).toHaveLength(1);
    clock.advance(1);
    expect(await received).toEqual([]);
  },
);

rule(
  'a queue can make every receive wait',
  {
    page: 'API Reference: CreateQueue',
    says: 'ReceiveMessageWaitTimeSeconds is how long a receive waits',
  },
  async ({ create, receive, waiting, clock }) => {
    const queue = await create('q', { ReceiveMessageWaitTimeSeconds: '7' });
    const received = receive(queue);
    await waiting();
    clock.advance(6_999);
    expect(clock.alarms).toHaveLength(1);
    clock.advance(1);
    expect(await received).toEqual([]);
    expect(await receive(queue, { WaitTimeSeconds: 0 })).toEqual([]);
  },
);

rule(
  'a receive waits at most 20 s',
  { page: longPolling, says: 'the maximum wait is 20 seconds' },
  async ({ create, receive }) => {
    const queue = await create('q');
    await expect(receive(queue, { WaitTimeSeconds: 21 })).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
  },
);

rule(
  'a receive asks for 1 to 10 messages, 1 unless told',
  { page: receiveMessage, says: 'MaxNumberOfMessages is from 1 to 10, by default 1' },
  async ({ create, receive, send }) => {
    const queue = await create('q');
    await send(queue, 'x');
    await send(queue, 'y');
    for (const MaxNumberOfMessages of [0, 11])
      await expect(receive(queue, { MaxNumberOfMessages })).rejects.toMatchObject({
        name: 'InvalidParameterValue',
      });
    expect(await receive(queue, { MaxNumberOfMessages: undefined })).toHaveLength(1);
  },
);

rule(
  'one message wakes one of several waiting receives, the one that waits longest',
  {
    page: 'Developer Guide: Amazon SQS visibility timeout',
    says: 'a received message is invisible to other consumers',
  },
  async ({ create, receive, send, waiting, clock }) => {
    const queue = await create('q');
    const one = receive(queue, { WaitTimeSeconds: 5 });
    await waiting();
    const two = receive(queue, { WaitTimeSeconds: 3 });
    while (clock.alarms[0] !== start + 3_000) await new Promise((resolve) => setImmediate(resolve));
    await send(queue, 'x');
    expect(first(await one).Body).toBe('x');
    clock.advance(3_000);
    expect(await two).toEqual([]);
  },
);

rule(
  'a receive whose client went away takes no message',
  { page: receiveMessage, says: 'messages are returned to the caller that waits' },
  async ({ create, send, bodies, waiting, served, clock }) => {
    const queue = await create('q');
    const gone = new AbortController();
    const request = fetch(served.url, {
      method: 'POST',
      headers: { 'x-amz-target': 'AmazonSQS.ReceiveMessage' },
      body: JSON.stringify({ QueueUrl: queue, WaitTimeSeconds: 20 }),
      signal: gone.signal,
    });
    await waiting();
    gone.abort();
    await expect(request).rejects.toThrow();
    while (clock.alarms.length > 0) await new Promise((resolve) => setImmediate(resolve));
    await send(queue, 'x');
    expect(await bodies(queue)).toEqual(['x']);
  },
);
