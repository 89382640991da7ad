import { GetQueueUrlCommand } from '@aws-sdk/client-sqs';
import { expect } from 'vitest';
import { fifo, rule } from './twin.ts';

const createQueue = 'API Reference: CreateQueue';

rule(
  'the name of a FIFO queue ends with .fifo, and no other name does',
  { page: createQueue, says: 'a FIFO queue name must end with the .fifo suffix' },
  async ({ create }) => {
    const refused = { name: 'InvalidParameterValue' };
    await expect(create('q', fifo)).rejects.toMatchObject(refused);
    await expect(create('q.fifo')).rejects.toMatchObject(refused);
    expect(await create('q.fifo', fifo)).toMatch(/\/000000000000\/q\.fifo$/);
  },
);

rule(
  'a queue name has up to 80 letters, digits, hyphens and underscores, the suffix counted',
  {
    page: 'Developer Guide: Amazon SQS standard queue quotas',
    says: 'a queue name can have up to 80 characters',
  },
  async ({ create }) => {
    for (const name of ['', 'a b', 'a.b', 'x'.repeat(81)])
      await expect(create(name)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await expect(create(`${'x'.repeat(76)}.fifo`, fifo)).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
    await create('x'.repeat(80));
    await create(`${'x'.repeat(75)}.fifo`, fifo);
  },
);

rule(
  'creating a queue again with the same attributes returns it with its messages',
  {
    page: createQueue,
    says: 'with the exact names and values the URL of the existing queue is returned',
  },
  async ({ create, send, bodies }) => {
    const queue = await create('q', { VisibilityTimeout: '7' });
    await send(queue, 'x');
    expect(await create('q', { VisibilityTimeout: '7' })).toBe(queue);
    expect(await bodies(queue)).toEqual(['x']);
  },
);

rule(
  'creating a queue again with another attribute is refused',
  { page: createQueue, says: 'other attribute values for an existing name are an error' },
  async ({ create }) => {
    await create('q', { VisibilityTimeout: '7' });
    await expect(create('q', { VisibilityTimeout: '8' })).rejects.toMatchObject({
      name: 'QueueNameExists',
    });
  },
);

rule(
  'a queue is found by name, at the address of the endpoint',
  { page: 'API Reference: GetQueueUrl', says: 'returns the URL of an existing queue' },
  async ({ create, client, served }) => {
    const queue = await create('q');
    const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: 'q' }));
    expect(QueueUrl).toBe(queue);
    expect(new URL(queue).origin).toBe(served.url);
    await expect(client.send(new GetQueueUrlCommand({ QueueName: 'other' }))).rejects.toMatchObject(
      {
        name: 'QueueDoesNotExist',
      },
    );
  },
);

rule(
  'an operation on a queue that does not exist is refused',
  {
    page: 'API Reference: SendMessage',
    says: 'QueueDoesNotExist: make sure that the URL is right',
  },
  async ({ served, send }) => {
    for (const path of ['/000000000000/missing', '/111111111111/q', '/'])
      await expect(send(`${served.url}${path}`, 'x')).rejects.toMatchObject({
        name: 'QueueDoesNotExist',
      });
  },
);

rule(
  'standard queues take a group id and hand its messages out in parallel',
  {
    page: 'API Reference: SendMessage',
    says: 'on standard queues a group id serves fairness; messages of a group are processed in parallel',
  },
  async ({ create, send, receive, bodies }) => {
    const queue = await create('q');
    await send(queue, '1', { MessageGroupId: 'a' });
    await send(queue, '2', { MessageGroupId: 'a' });
    const [one] = await receive(queue, {
      MaxNumberOfMessages: 1,
      MessageSystemAttributeNames: ['MessageGroupId'],
    });
    expect(one?.Attributes).toEqual({ MessageGroupId: 'a' });
    expect(await bodies(queue)).toEqual(['2']);
  },
);
