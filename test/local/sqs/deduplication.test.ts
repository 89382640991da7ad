import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { expect } from 'vitest';
import { fifo, first, highThroughput, rule } from './twin.ts';

const sendMessage = 'API Reference: SendMessage';
const createQueue = 'API Reference: CreateQueue';
const inGroup = (MessageGroupId: string, MessageDeduplicationId: string) => ({
  MessageGroupId,
  MessageDeduplicationId,
});

rule(
  'a repeated deduplication id is accepted and not delivered, and answers with the first message',
  {
    page: sendMessage,
    says: 'repeats of a MessageDeduplicationId are accepted but not delivered for 5 minutes',
  },
  async ({ create, send, bodies }) => {
    const queue = await create('q.fifo', fifo);
    const one = await send(queue, 'first', inGroup('a', 'd'));
    const two = await send(queue, 'second', inGroup('a', 'd'));
    expect(two.MessageId).toBe(one.MessageId);
    expect(two.SequenceNumber).toBe(one.SequenceNumber);
    expect(await bodies(queue)).toEqual(['first']);
  },
);

rule(
  'the deduplication id is remembered after the message was received and deleted',
  {
    page: sendMessage,
    says: 'the id is kept track of even after the message is received and deleted',
  },
  async ({ create, send, receive, remove, bodies }) => {
    const queue = await create('q.fifo', fifo);
    await send(queue, 'first', inGroup('a', 'd'));
    await remove(queue, ...(await receive(queue)));
    await send(queue, 'second', inGroup('a', 'd'));
    expect(await bodies(queue)).toEqual([]);
  },
);

rule(
  'after 5 minutes the deduplication id counts as new, and a repeat does not prolong them',
  { page: sendMessage, says: 'after the deduplication interval SQS cannot detect a duplicate' },
  async ({ create, send, receive, remove, bodies, clock }) => {
    const queue = await create('q.fifo', fifo);
    await send(queue, 'first', inGroup('a', 'd'));
    await remove(queue, ...(await receive(queue)));
    clock.advance(299_999);
    await send(queue, 'too early', inGroup('a', 'd'));
    expect(await bodies(queue)).toEqual([]);
    clock.advance(1);
    await send(queue, 'second', inGroup('a', 'd'));
    expect(await bodies(queue)).toEqual(['second']);
  },
);

rule(
  'by default a deduplication id counts for the whole queue',
  {
    page: createQueue,
    says: 'DeduplicationScope says whether deduplication is per group or per queue',
  },
  async ({ create, send, bodies }) => {
    const queue = await create('q.fifo', fifo);
    await send(queue, 'a', inGroup('a', 'd'));
    await send(queue, 'b', inGroup('b', 'd'));
    expect(await bodies(queue)).toEqual(['a']);
  },
);

rule(
  'with DeduplicationScope messageGroup a deduplication id counts for its group',
  { page: createQueue, says: 'with messageGroup, deduplication is done within the group' },
  async ({ create, send, bodies }) => {
    const queue = await create('q.fifo', highThroughput);
    await send(queue, 'a', inGroup('a', 'd'));
    await send(queue, 'b', inGroup('b', 'd'));
    await send(queue, 'b again', inGroup('b', 'd'));
    expect(await bodies(queue)).toEqual(['a', 'b']);
  },
);

rule(
  'without content-based deduplication a message needs a deduplication id',
  { page: createQueue, says: 'without an id and without ContentBasedDeduplication the send fails' },
  async ({ create, send }) => {
    const queue = await create('q.fifo', fifo);
    await expect(send(queue, 'x', { MessageGroupId: 'a' })).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
  },
);

rule(
  'content-based deduplication compares bodies and not attributes',
  { page: createQueue, says: 'the id is a SHA-256 of the body, without the attributes' },
  async ({ create, send, receive }) => {
    const queue = await create('q.fifo', { ...fifo, ContentBasedDeduplication: 'true' });
    await send(queue, 'hello', { MessageGroupId: 'a' });
    await send(queue, 'hello', {
      MessageGroupId: 'a',
      MessageAttributes: { n: { DataType: 'String', StringValue: 'other' } },
    });
    await send(queue, 'other', { MessageGroupId: 'a' });
    const received = await receive(queue, { MessageSystemAttributeNames: ['All'] });
    expect(received.map(({ Body }) => Body)).toEqual(['hello', 'other']);
    expect(first(received).Attributes?.MessageDeduplicationId).toBe(
      '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
    );
  },
);

rule(
  'a given deduplication id wins over the content',
  { page: createQueue, says: 'a MessageDeduplicationId overrides the generated one' },
  async ({ create, send, bodies }) => {
    const queue = await create('q.fifo', { ...fifo, ContentBasedDeduplication: 'true' });
    await send(queue, 'hello', inGroup('a', '1'));
    await send(queue, 'hello', inGroup('a', '2'));
    expect(await bodies(queue)).toEqual(['hello', 'hello']);
  },
);

rule(
  'standard queues do not deduplicate and refuse a deduplication id',
  { page: sendMessage, says: 'MessageDeduplicationId applies to FIFO queues only' },
  async ({ create, send, bodies }) => {
    const queue = await create('q');
    await expect(send(queue, 'x', { MessageDeduplicationId: 'd' })).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
    await send(queue, 'x');
    await send(queue, 'x');
    expect(await bodies(queue)).toEqual(['x', 'x']);
  },
);

rule(
  'a deduplicated message leaves no trace in the counts',
  { page: sendMessage, says: 'a duplicate is accepted successfully but not delivered' },
  async ({ create, send, client }) => {
    const queue = await create('q.fifo', fifo);
    await send(queue, 'x', inGroup('a', 'd'));
    await send(queue, 'x', inGroup('a', 'd'));
    const command = new GetQueueAttributesCommand({
      QueueUrl: queue,
      AttributeNames: ['ApproximateNumberOfMessages'],
    });
    expect((await client.send(command)).Attributes).toEqual({ ApproximateNumberOfMessages: '1' });
  },
);
