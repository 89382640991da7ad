import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  SendMessageBatchCommand,
} from '@aws-sdk/client-sqs';
import type { SendMessageBatchRequestEntry, SQSClient } from '@aws-sdk/client-sqs';
import { expect } from 'vitest';
import { sqsLimits } from '../../../local/sqs/limits.ts';
import { fifo, rule } from './twin.ts';

const sendBatch = 'API Reference: SendMessageBatch';

const sendAll = (client: SQSClient, QueueUrl: string, Entries: SendMessageBatchRequestEntry[]) =>
  client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));

const entries = (count: number): SendMessageBatchRequestEntry[] =>
  Array.from({ length: count }, (_, index) => ({ Id: `e${index}`, MessageBody: `m${index}` }));

rule(
  'a FIFO batch is queued in the order of its entries',
  { page: sendBatch, says: 'messages of one batch are enqueued in the order they are sent' },
  async ({ create, client, bodies }) => {
    const queue = await create('q.fifo', fifo);
    await sendAll(
      client,
      queue,
      entries(10).map((entry) => ({
        ...entry,
        MessageGroupId: 'a',
        MessageDeduplicationId: String(entry.Id),
      })),
    );
    expect(await bodies(queue)).toEqual(entries(10).map(({ MessageBody }) => MessageBody));
  },
);

rule(
  'an entry that is refused fails alone, with its id and the reason',
  {
    page: sendBatch,
    says: 'the result of each message is reported individually; check for errors even on 200',
  },
  async ({ create, client, bodies }) => {
    const queue = await create('q.fifo', { ...fifo, ContentBasedDeduplication: 'true' });
    const result = await sendAll(client, queue, [
      { Id: 'good', MessageBody: 'good', MessageGroupId: 'a' },
      { Id: 'bad', MessageBody: 'bad' },
      { Id: 'fine', MessageBody: 'fine', MessageGroupId: 'a' },
    ]);
    expect(result.Successful?.map(({ Id }) => Id)).toEqual(['good', 'fine']);
    expect(result.Failed).toMatchObject([
      { Id: 'bad', Code: 'MissingParameter', SenderFault: true },
    ]);
    expect(await bodies(queue)).toEqual(['good', 'fine']);
  },
);

rule(
  'a batch has at least one entry',
  { page: sendBatch, says: 'EmptyBatchRequest: the batch does not contain any entries' },
  async ({ create, client }) => {
    const queue = await create('q');
    await expect(sendAll(client, queue, [])).rejects.toMatchObject({ name: 'EmptyBatchRequest' });
  },
);

rule(
  'a batch has at most 10 entries',
  { page: sendBatch, says: 'TooManyEntriesInBatchRequest: the maximum is 10' },
  async ({ create, client }) => {
    const queue = await create('q');
    await expect(sendAll(client, queue, entries(11))).rejects.toMatchObject({
      name: 'TooManyEntriesInBatchRequest',
    });
  },
);

rule(
  'the ids of a batch are distinct',
  { page: sendBatch, says: 'BatchEntryIdsNotDistinct: two or more entries have the same Id' },
  async ({ create, client, bodies }) => {
    const queue = await create('q');
    const twice = entries(2).map((entry) => ({ ...entry, Id: 'same' }));
    await expect(sendAll(client, queue, twice)).rejects.toMatchObject({
      name: 'BatchEntryIdsNotDistinct',
    });
    expect(await bodies(queue)).toEqual([]);
  },
);

rule(
  'the id of an entry has up to 80 letters, digits, hyphens and underscores',
  {
    page: 'Developer Guide: Amazon SQS message quotas',
    says: 'a batched message ID can have up to 80 characters',
  },
  async ({ create, client }) => {
    const queue = await create('q');
    for (const Id of ['a b', 'x'.repeat(81)])
      await expect(sendAll(client, queue, [{ Id, MessageBody: 'x' }])).rejects.toMatchObject({
        name: 'InvalidBatchEntryId',
      });
    await sendAll(client, queue, [{ Id: 'x'.repeat(80), MessageBody: 'x' }]);
  },
);

rule(
  'all messages of a batch together have at most 1 MiB',
  { page: sendBatch, says: 'the total payload of a batch is at most 1,048,576 bytes' },
  async ({ create, client, bodies }) => {
    const queue = await create('q');
    const half = 'x'.repeat(sqsLimits.messageBytes / 2);
    const two = [
      { Id: 'a', MessageBody: half },
      { Id: 'b', MessageBody: half },
    ];
    await expect(
      sendAll(client, queue, [...two, { Id: 'c', MessageBody: 'x' }]),
    ).rejects.toMatchObject({ name: 'BatchRequestTooLong' });
    expect(await bodies(queue)).toEqual([]);
    expect((await sendAll(client, queue, two)).Successful).toHaveLength(2);
  },
);

rule(
  'a batch of deletes reports each handle',
  {
    page: 'API Reference: DeleteMessageBatch',
    says: 'the result of the action on each message is reported individually',
  },
  async ({ create, client, send, receive, clock, bodies }) => {
    const queue = await create('q');
    await send(queue, 'x');
    const [message] = await receive(queue);
    const result = await client.send(
      new DeleteMessageBatchCommand({
        QueueUrl: queue,
        Entries: [
          { Id: 'good', ReceiptHandle: message?.ReceiptHandle },
          { Id: 'bad', ReceiptHandle: 'nonsense' },
        ],
      }),
    );
    expect(result.Successful).toEqual([{ Id: 'good' }]);
    expect(result.Failed).toMatchObject([{ Id: 'bad', Code: 'ReceiptHandleIsInvalid' }]);
    clock.advance(30_000);
    expect(await bodies(queue)).toEqual([]);
  },
);

rule(
  'a batch of visibility changes reports each handle',
  {
    page: 'API Reference: ChangeMessageVisibilityBatch',
    says: 'the result of the action on each message is reported individually',
  },
  async ({ create, client, send, receive, bodies }) => {
    const queue = await create('q');
    await send(queue, 'one');
    await send(queue, 'two');
    const [one, two] = await receive(queue);
    const result = await client.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl: queue,
        Entries: [
          { Id: 'one', ReceiptHandle: one?.ReceiptHandle, VisibilityTimeout: 0 },
          { Id: 'two', ReceiptHandle: two?.ReceiptHandle, VisibilityTimeout: 43_201 },
        ],
      }),
    );
    expect(result.Successful).toEqual([{ Id: 'one' }]);
    expect(result.Failed).toMatchObject([{ Id: 'two', Code: 'InvalidParameterValue' }]);
    expect(await bodies(queue)).toEqual(['one']);
  },
);
