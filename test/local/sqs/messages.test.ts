import { PurgeQueueCommand } from '@aws-sdk/client-sqs';
import { expect } from 'vitest';
import { sqsLimits } from '../../../local/sqs/limits.ts';
import { fifo, first, rule, start } from './twin.ts';

const sendMessage = 'API Reference: SendMessage';
const receiveMessage = 'API Reference: ReceiveMessage';
const metadata = 'Developer Guide: Amazon SQS message metadata';

rule(
  'a message has at most 1 MiB, attributes included',
  { page: metadata, says: 'all parts of an attribute count towards the message size' },
  async ({ create, send }) => {
    const queue = await create('q');
    const full = 'x'.repeat(sqsLimits.messageBytes);
    await send(queue, full);
    const refused = { name: 'InvalidParameterValue' };
    await expect(send(queue, `${full}x`)).rejects.toMatchObject(refused);
    await expect(
      send(queue, full.slice(3), {
        MessageAttributes: { n: { DataType: 'String', StringValue: 'v' } },
      }),
    ).rejects.toMatchObject(refused);
  },
);

rule(
  'MaximumMessageSize lowers the limit, counted in bytes of UTF-8',
  {
    page: 'API Reference: CreateQueue',
    says: 'MaximumMessageSize is the limit of bytes of a message, from 1 KiB',
  },
  async ({ create, send }) => {
    const queue = await create('q', { MaximumMessageSize: '1024' });
    await send(queue, 'é'.repeat(512));
    await expect(send(queue, 'é'.repeat(513))).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
  },
);

rule(
  'a body has at least one character',
  { page: sendMessage, says: 'the minimum size is one character' },
  async ({ create, send }) => {
    const queue = await create('q');
    await expect(send(queue, '')).rejects.toMatchObject({ name: 'MissingParameter' });
  },
);

rule(
  'a body holds only the characters that XML allows',
  {
    page: sendMessage,
    says: 'a message with other characters is refused with InvalidMessageContents',
  },
  async ({ create, send, bodies }) => {
    const queue = await create('q');
    await expect(send(queue, 'a\u0000b')).rejects.toMatchObject({ name: 'InvalidMessageContents' });
    await expect(send(queue, 'a\uFFFEb')).rejects.toMatchObject({ name: 'InvalidMessageContents' });
    await send(queue, 'tab\t line\n é 😀');
    expect(await bodies(queue)).toEqual(['tab\t line\n é 😀']);
  },
);

rule(
  'a received message tells when it was sent, first received, how often, and by whom',
  {
    page: receiveMessage,
    says: 'ApproximateFirstReceiveTimestamp, ApproximateReceiveCount, SentTimestamp, SenderId',
  },
  async ({ create, send, receive, clock }) => {
    const queue = await create('q');
    await send(queue, 'x');
    clock.advance(5_000);
    await receive(queue);
    clock.advance(30_000);
    const message = first(await receive(queue, { MessageSystemAttributeNames: ['All'] }));
    expect(message.Attributes).toEqual({
      SentTimestamp: String(start),
      ApproximateFirstReceiveTimestamp: String(start + 5_000),
      ApproximateReceiveCount: '2',
      SenderId: expect.any(String) as string,
    });
  },
);

rule(
  'a message of a FIFO queue also tells its group, deduplication id and sequence number',
  {
    page: receiveMessage,
    says: 'MessageGroupId, MessageDeduplicationId and SequenceNumber are returned on request',
  },
  async ({ create, send, receive }) => {
    const queue = await create('q.fifo', fifo);
    await send(queue, 'x', { MessageGroupId: 'a', MessageDeduplicationId: 'd' });
    const message = first(await receive(queue, { AttributeNames: ['All'] }));
    expect(message.Attributes).toMatchObject({
      MessageGroupId: 'a',
      MessageDeduplicationId: 'd',
      SequenceNumber: expect.any(String) as string,
    });
  },
);

rule(
  'only the system attributes asked for are returned',
  { page: receiveMessage, says: 'a list of attributes to be returned with each message' },
  async ({ create, send, receive, clock }) => {
    const queue = await create('q');
    await send(queue, 'x');
    expect(first(await receive(queue)).Attributes).toBeUndefined();
    clock.advance(30_000);
    const message = first(await receive(queue, { MessageSystemAttributeNames: ['SentTimestamp'] }));
    expect(message.Attributes).toEqual({ SentTimestamp: String(start) });
  },
);

rule(
  'the X-Ray trace header travels with the message and does not count towards its size',
  {
    page: sendMessage,
    says: 'AWSTraceHeader is the one system attribute; its size does not count',
  },
  async ({ create, send, receive }) => {
    const queue = await create('q');
    const trace = 'Root=1-5759e988-bd862e3fe1be46a994272793';
    await send(queue, 'x'.repeat(sqsLimits.messageBytes), {
      MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: trace } },
    });
    const message = first(
      await receive(queue, { MessageSystemAttributeNames: ['AWSTraceHeader'] }),
    );
    expect(message.Attributes).toEqual({ AWSTraceHeader: trace });
  },
);

rule(
  'a message is gone after the retention period, also while it is in flight',
  {
    page: 'API Reference: DeleteMessage',
    says: 'messages left longer than the retention period are deleted automatically',
  },
  async ({ create, sendTo, receive, bodies, clock }) => {
    const queue = await create('q.fifo', { ...fifo, MessageRetentionPeriod: '60' });
    await sendTo(queue, 'a', 'a1');
    clock.advance(30_000);
    await sendTo(queue, 'a', 'a2');
    await receive(queue, { MaxNumberOfMessages: 1, VisibilityTimeout: 3_600 });
    clock.advance(29_999);
    expect(await bodies(queue)).toEqual([]);
    clock.advance(1);
    expect(await bodies(queue)).toEqual(['a2']);
  },
);

rule(
  'purging removes all messages, those in flight and delayed included',
  {
    page: 'API Reference: PurgeQueue',
    says: 'messages in a queue, in-flight ones included, are deleted',
  },
  async ({ create, send, receive, bodies, client, clock }) => {
    const queue = await create('q');
    await send(queue, 'in flight');
    await receive(queue);
    await send(queue, 'visible');
    await send(queue, 'delayed', { DelaySeconds: 5 });
    await client.send(new PurgeQueueCommand({ QueueUrl: queue }));
    clock.advance(900_000);
    expect(await bodies(queue)).toEqual([]);
    await send(queue, 'new');
    expect(await bodies(queue)).toEqual(['new']);
  },
);
