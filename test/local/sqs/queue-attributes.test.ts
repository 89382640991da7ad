import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { expect } from 'vitest';
import { queueArn } from '../../../local/sqs/queues.ts';
import { fifo, rule } from './twin.ts';

const createQueue = 'API Reference: CreateQueue';
const getAttributes = 'API Reference: GetQueueAttributes';

rule(
  'attributes that were not given have their defaults',
  { page: createQueue, says: 'an attribute without a value gets its default' },
  async ({ create, attributes }) => {
    const queue = await create('q');
    expect(await attributes(queue, 'All')).toMatchObject({
      QueueArn: queueArn('q'),
      DelaySeconds: '0',
      MaximumMessageSize: '1048576',
      MessageRetentionPeriod: '345600',
      ReceiveMessageWaitTimeSeconds: '0',
      VisibilityTimeout: '30',
    });
  },
);

rule(
  'a FIFO queue also shows how it deduplicates',
  {
    page: getAttributes,
    says: 'FifoQueue, ContentBasedDeduplication, DeduplicationScope, FifoThroughputLimit',
  },
  async ({ create, attributes }) => {
    const queue = await create('q.fifo', fifo);
    expect(await attributes(queue, 'All')).toMatchObject({
      FifoQueue: 'true',
      ContentBasedDeduplication: 'false',
      DeduplicationScope: 'queue',
      FifoThroughputLimit: 'perQueue',
    });
  },
);

rule(
  'the counts tell visible, delayed and in-flight messages apart',
  { page: getAttributes, says: 'ApproximateNumberOfMessages, …Delayed and …NotVisible' },
  async ({ create, send, receive, attributes, clock }) => {
    const queue = await create('q');
    for (const body of ['1', '2', '3', '4']) await send(queue, body);
    await send(queue, 'delayed', { DelaySeconds: 60 });
    await receive(queue, { MaxNumberOfMessages: 1 });
    const counts = () =>
      attributes(
        queue,
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesDelayed',
        'ApproximateNumberOfMessagesNotVisible',
      );
    expect(await counts()).toEqual({
      ApproximateNumberOfMessages: '3',
      ApproximateNumberOfMessagesDelayed: '1',
      ApproximateNumberOfMessagesNotVisible: '1',
    });
    clock.advance(60_000);
    expect(await counts()).toEqual({
      ApproximateNumberOfMessages: '5',
      ApproximateNumberOfMessagesDelayed: '0',
      ApproximateNumberOfMessagesNotVisible: '0',
    });
  },
);

rule(
  'attribute values outside their range are refused',
  { page: createQueue, says: 'each attribute names its valid values' },
  async ({ create }) => {
    const bad = [
      { DelaySeconds: '901' },
      { MaximumMessageSize: '1023' },
      { MaximumMessageSize: '1048577' },
      { MessageRetentionPeriod: '59' },
      { MessageRetentionPeriod: '1209601' },
      { ReceiveMessageWaitTimeSeconds: '21' },
      { VisibilityTimeout: '43201' },
      { VisibilityTimeout: 'soon' },
      { RedrivePolicy: 'soon' },
    ];
    for (const attributes of bad)
      await expect(create('q', attributes)).rejects.toMatchObject({
        name: 'InvalidAttributeValue',
      });
  },
);

rule(
  'unknown attributes are refused, and FIFO ones on a standard queue',
  { page: createQueue, says: 'InvalidAttributeName: the attribute does not exist' },
  async ({ create, attributes }) => {
    const unknown = { name: 'InvalidAttributeName' };
    await expect(create('q', { Colour: 'red' })).rejects.toMatchObject(unknown);
    await expect(create('q', { DeduplicationScope: 'queue' })).rejects.toMatchObject(unknown);
    const queue = await create('q');
    await expect(attributes(queue, 'Colour' as 'All')).rejects.toMatchObject(unknown);
  },
);

rule(
  'the throughput limit per group needs deduplication per group',
  {
    page: createQueue,
    says: 'perMessageGroupId is allowed only when DeduplicationScope is messageGroup',
  },
  async ({ create }) => {
    const limit = { ...fifo, FifoThroughputLimit: 'perMessageGroupId' };
    await expect(create('q.fifo', limit)).rejects.toMatchObject({ name: 'InvalidAttributeValue' });
    await create('q.fifo', { ...limit, DeduplicationScope: 'messageGroup' });
  },
);

rule(
  "attributes can be changed, a queue's type cannot",
  { page: createQueue, says: 'you cannot change the queue type after you create it' },
  async ({ create, attributes, client }) => {
    const QueueUrl = await create('q');
    const set = (Attributes: Record<string, string>) =>
      client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
    await set({ VisibilityTimeout: '99' });
    expect(await attributes(QueueUrl, 'VisibilityTimeout')).toEqual({ VisibilityTimeout: '99' });
    await expect(set(fifo)).rejects.toMatchObject({ name: 'InvalidAttributeName' });
    await expect(set({ DelaySeconds: '901' })).rejects.toMatchObject({
      name: 'InvalidAttributeValue',
    });
  },
);

rule(
  'a shorter retention period drops what is already older',
  {
    page: 'API Reference: SetQueueAttributes',
    says: 'messages older than a reduced MessageRetentionPeriod may be deleted',
  },
  async ({ create, send, bodies, client, clock }) => {
    const queue = await create('q');
    await send(queue, 'old');
    clock.advance(100_000);
    await send(queue, 'new');
    await client.send(
      new SetQueueAttributesCommand({
        QueueUrl: queue,
        Attributes: { MessageRetentionPeriod: '60' },
      }),
    );
    expect(await bodies(queue)).toEqual(['new']);
  },
);
