import { expect } from 'vitest';
import { sqsLimits } from '../../../local/sqs/limits.ts';
import type { Queue } from '../../../local/sqs/queue.ts';
import { fifo, first, rule } from './twin.ts';

const timeout = 'Developer Guide: Amazon SQS visibility timeout';
const change = 'API Reference: ChangeMessageVisibility';
const remove = 'API Reference: DeleteMessage';
const receiptError =
  're:Post Knowledge Center: ReceiptHandleIsInvalid or InvalidParameterValue on DeleteMessage';

rule(
  "a received message is hidden for the queue's visibility timeout, 30 s by default",
  { page: timeout, says: 'the default visibility timeout is 30 seconds' },
  async ({ create, send, bodies, clock }) => {
    const queue = await create('q');
    await send(queue, 'x');
    expect(await bodies(queue)).toEqual(['x']);
    clock.advance(29_999);
    expect(await bodies(queue)).toEqual([]);
    clock.advance(1);
    expect(await bodies(queue)).toEqual(['x']);
  },
);

rule(
  'a receive may ask for another visibility timeout',
  {
    page: 'API Reference: ReceiveMessage',
    says: 'VisibilityTimeout applies to the messages returned by this call',
  },
  async ({ create, send, receive, bodies, clock }) => {
    const queue = await create('q', { VisibilityTimeout: '600' });
    await send(queue, 'x');
    await receive(queue, { VisibilityTimeout: 2 });
    clock.advance(1_999);
    expect(await bodies(queue)).toEqual([]);
    clock.advance(1);
    expect(await bodies(queue)).toEqual(['x']);
  },
);

rule(
  'changing visibility counts from the call, not from the receive',
  { page: change, says: 'the new seconds begin to count when ChangeMessageVisibility is called' },
  async ({ create, send, receive, hide, bodies, clock }) => {
    const queue = await create('q', { VisibilityTimeout: '60' });
    await send(queue, 'x');
    const message = first(await receive(queue));
    clock.advance(15_000);
    await hide(queue, message, 10);
    clock.advance(9_999);
    expect(await bodies(queue)).toEqual([]);
    clock.advance(1);
    expect(await bodies(queue)).toEqual(['x']);
  },
);

rule(
  'a longer visibility timeout keeps the message hidden past the first one',
  { page: timeout, says: 'a consumer may extend the timeout while it works' },
  async ({ create, send, receive, hide, bodies, clock }) => {
    const queue = await create('q');
    await send(queue, 'x');
    await hide(queue, first(await receive(queue)), 100);
    clock.advance(99_999);
    expect(await bodies(queue)).toEqual([]);
    clock.advance(1);
    expect(await bodies(queue)).toEqual(['x']);
  },
);

rule(
  'visibility 0 makes a message available at once',
  {
    page: timeout,
    says: 'setting the timeout to 0 makes the message immediately available to others',
  },
  async ({ create, send, receive, hide, bodies }) => {
    const queue = await create('q');
    await send(queue, 'x');
    await hide(queue, first(await receive(queue)), 0);
    expect(await bodies(queue)).toEqual(['x']);
  },
);

rule(
  'a changed visibility timeout is not remembered for the next receive',
  {
    page: change,
    says: 'after it the message reverts to the original timeout the next time it is received',
  },
  async ({ create, send, receive, hide, bodies, clock }) => {
    const queue = await create('q');
    await send(queue, 'x');
    await hide(queue, first(await receive(queue)), 100);
    clock.advance(100_000);
    expect(await bodies(queue)).toEqual(['x']);
    clock.advance(30_000);
    expect(await bodies(queue)).toEqual(['x']);
  },
);

rule(
  'a message cannot be hidden longer than 12 hours from its receive',
  { page: change, says: 'a value beyond the maximum time left is an error' },
  async ({ create, send, receive, hide, clock }) => {
    const queue = await create('q', { VisibilityTimeout: '43200' });
    await send(queue, 'x');
    const message = first(await receive(queue));
    clock.advance(1_000);
    await expect(hide(queue, message, 43_200)).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
    await hide(queue, message, 43_199);
  },
);

rule(
  'the visibility of a message that is visible cannot be changed',
  { page: change, says: 'MessageNotInflight: the message is not in flight' },
  async ({ create, send, receive, hide, clock }) => {
    const queue = await create('q');
    await send(queue, 'x');
    const message = first(await receive(queue));
    clock.advance(30_000);
    await expect(hide(queue, message, 10)).rejects.toMatchObject({ name: 'MessageNotInflight' });
  },
);

rule(
  'each receive gives a new receipt handle; an old one deletes nothing on a standard queue and is no error',
  {
    page: remove,
    says: 'with an old handle the request succeeds but the message might not be deleted',
  },
  async ({ create, send, receive, remove: removeAll, bodies, clock }) => {
    const queue = await create('q');
    await send(queue, 'x');
    const old = first(await receive(queue));
    clock.advance(30_000);
    const latest = first(await receive(queue));
    expect(latest.ReceiptHandle).not.toBe(old.ReceiptHandle);
    await removeAll(queue, old);
    clock.advance(30_000);
    expect(await bodies(queue)).toEqual(['x']);
  },
);

rule(
  'a standard message can still be deleted after its visibility timeout ended',
  { page: remove, says: 'the handle of the most recent receive deletes the message' },
  async ({ create, send, receive, remove: removeAll, bodies, clock }) => {
    const queue = await create('q');
    await send(queue, 'x');
    const taken = await receive(queue);
    clock.advance(30_000);
    await removeAll(queue, ...taken);
    expect(await bodies(queue)).toEqual([]);
  },
);

rule(
  'on a FIFO queue a receipt handle expires with the visibility timeout',
  {
    page: receiptError,
    says: 'for FIFO queues the handle expires after the visibility timeout: InvalidParameterValue',
  },
  async ({ create, sendTo, receive, remove: removeAll, bodies, clock }) => {
    const queue = await create('q.fifo', fifo);
    await sendTo(queue, 'a', 'x');
    const taken = await receive(queue);
    clock.advance(30_000);
    await expect(removeAll(queue, ...taken)).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: expect.stringContaining('expired') as string,
    });
    expect(await bodies(queue)).toEqual(['x']);
  },
);

rule(
  'deleting a message twice is no error',
  { page: remove, says: 'the request succeeds also when there is nothing left to delete' },
  async ({ create, sendTo, receive, remove: removeAll }) => {
    const queue = await create('q.fifo', fifo);
    await sendTo(queue, 'a', 'x');
    const message = first(await receive(queue));
    await removeAll(queue, message, message);
  },
);

rule(
  'something that is no receipt handle of this queue is refused',
  { page: receiptError, says: 'an incorrect handle is a ReceiptHandleIsInvalid' },
  async ({ create, send, receive, remove: removeAll }) => {
    const one = await create('one');
    const two = await create('two');
    await send(one, 'x');
    const message = first(await receive(one));
    await expect(removeAll(two, message)).rejects.toMatchObject({ name: 'ReceiptHandleIsInvalid' });
    await expect(removeAll(one, { ReceiptHandle: 'nonsense' })).rejects.toMatchObject({
      name: 'ReceiptHandleIsInvalid',
    });
  },
);

const fillFlight = (queue: Queue): void => {
  const group = queue.rules.fifo;
  for (let sent = 0; sent <= sqsLimits.inFlight; sent += 1)
    queue.send({
      body: 'x',
      group: group ? `g${Math.floor(sent / 10)}` : undefined,
      deduplication: group ? String(sent) : undefined,
    });
  for (let received = 0; received < sqsLimits.inFlight; received += 10) queue.receive(10, 43_200);
};

rule(
  'a standard queue with 120,000 messages in flight answers OverLimit',
  { page: change, says: 'at about 120,000 messages in flight SQS returns OverLimit' },
  async ({ create, receive, served }) => {
    const queue = await create('q');
    fillFlight(served.queues.get('q'));
    await expect(receive(queue)).rejects.toMatchObject({ name: 'OverLimit' });
  },
);

rule(
  'a FIFO queue with 120,000 messages in flight returns none and no error',
  { page: change, says: 'for FIFO queues SQS returns no error at 120,000 messages in flight' },
  async ({ create, bodies, served, clock }) => {
    const queue = await create('q.fifo', fifo);
    fillFlight(served.queues.get('q.fifo'));
    expect(await bodies(queue)).toEqual([]);
    clock.advance(43_200_000);
    expect(await bodies(queue)).toHaveLength(10);
  },
);
