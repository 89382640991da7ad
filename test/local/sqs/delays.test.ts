import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { expect } from 'vitest';
import { fifo, rule } from './twin.ts';

const delayQueues = 'Developer Guide: Amazon SQS delay queues';
const timers = 'Developer Guide: Amazon SQS message timers';

rule(
  'a delayed message appears when its delay ends',
  {
    page: timers,
    says: 'a message with a timer is not visible for its first seconds in the queue',
  },
  async ({ create, send, bodies, clock }) => {
    const queue = await create('q');
    await send(queue, 'x', { DelaySeconds: 900 });
    clock.advance(899_999);
    expect(await bodies(queue)).toEqual([]);
    clock.advance(1);
    expect(await bodies(queue)).toEqual(['x']);
  },
);

rule(
  'no message is delayed for more than 900 s',
  { page: timers, says: 'the maximum is 15 minutes' },
  async ({ create, send }) => {
    const queue = await create('q');
    for (const DelaySeconds of [901, -1, 1.5])
      await expect(send(queue, 'x', { DelaySeconds })).rejects.toMatchObject({
        name: 'InvalidParameterValue',
      });
  },
);

rule(
  'a queue delays every message that names no delay of its own',
  { page: timers, says: 'a timer of a message overrides the delay of the queue' },
  async ({ create, send, bodies, clock }) => {
    const queue = await create('q', { DelaySeconds: '5' });
    await send(queue, 'later');
    await send(queue, 'now', { DelaySeconds: 0 });
    expect(await bodies(queue)).toEqual(['now']);
    clock.advance(5_000);
    expect(await bodies(queue)).toEqual(['later']);
  },
);

rule(
  'FIFO queues know no delay of a single message',
  { page: timers, says: 'FIFO queues do not support timers on individual messages' },
  async ({ create, send }) => {
    const queue = await create('q.fifo', fifo);
    await expect(
      send(queue, 'x', { MessageGroupId: 'a', MessageDeduplicationId: '1', DelaySeconds: 1 }),
    ).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  },
);

rule(
  'a FIFO queue with a delay delays all its messages and keeps their order',
  { page: delayQueues, says: 'messages sent to a delay queue stay invisible for the delay period' },
  async ({ create, sendTo, bodies, clock }) => {
    const queue = await create('q.fifo', { ...fifo, DelaySeconds: '10' });
    await sendTo(queue, 'a', 'a1');
    clock.advance(4_000);
    await sendTo(queue, 'a', 'a2');
    expect(await bodies(queue)).toEqual([]);
    clock.advance(10_000);
    expect(await bodies(queue)).toEqual(['a1', 'a2']);
  },
);

const setDelay = (QueueUrl: string, DelaySeconds: string) =>
  new SetQueueAttributesCommand({ QueueUrl, Attributes: { DelaySeconds } });

rule(
  'a new delay of a standard queue does not touch messages already in it',
  { page: delayQueues, says: 'for standard queues the setting is not retroactive' },
  async ({ create, send, bodies, client, clock }) => {
    const queue = await create('q', { DelaySeconds: '100' });
    await send(queue, 'x');
    await client.send(setDelay(queue, '0'));
    clock.advance(99_999);
    expect(await bodies(queue)).toEqual([]);
    clock.advance(1);
    expect(await bodies(queue)).toEqual(['x']);
  },
);

rule(
  'a new delay of a FIFO queue touches messages already in it',
  { page: delayQueues, says: 'for FIFO queues the setting is retroactive' },
  async ({ create, sendTo, bodies, client, clock }) => {
    const queue = await create('q.fifo', { ...fifo, DelaySeconds: '100' });
    await sendTo(queue, 'a', 'x');
    await client.send(setDelay(queue, '10'));
    clock.advance(9_999);
    expect(await bodies(queue)).toEqual([]);
    clock.advance(1);
    expect(await bodies(queue)).toEqual(['x']);
  },
);
