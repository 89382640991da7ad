import { expect } from 'vitest';
import { queueArn } from '../../../local/sqs/queues.ts';
import { fifo, first, rule, start } from './twin.ts';

const deadLetters = 'Developer Guide: Using dead-letter queues in Amazon SQS';
const createQueue = 'API Reference: CreateQueue';
const retention = 'Developer Guide: Setting up dead-letter queue retention in Amazon SQS';

const redriveTo = (dead: string, maxReceiveCount: number): { RedrivePolicy: string } => ({
  RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn(dead), maxReceiveCount }),
});

rule(
  'a message received maxReceiveCount times goes to the dead-letter queue instead of being received again',
  {
    page: createQueue,
    says: 'when the receive count exceeds maxReceiveCount, the message moves to the dead-letter queue',
  },
  async ({ create, send, bodies, clock }) => {
    const dead = await create('dead');
    const queue = await create('q', redriveTo('dead', 2));
    await send(queue, 'x');
    for (let receive = 0; receive < 2; receive += 1) {
      expect(await bodies(queue)).toEqual(['x']);
      expect(await bodies(dead)).toEqual([]);
      clock.advance(30_000);
    }
    expect(await bodies(queue)).toEqual([]);
    expect(await bodies(dead)).toEqual(['x']);
  },
);

rule(
  'a dead letter of a FIFO queue keeps its group and frees its followers at once',
  {
    page: deadLetters,
    says: 'a FIFO queue has a FIFO dead-letter queue; moving a message away unblocks its group',
  },
  async ({ create, sendTo, receive, remove, hide, bodies }) => {
    const dead = await create('dead.fifo', fifo);
    const queue = await create('q.fifo', { ...fifo, ...redriveTo('dead.fifo', 1) });
    await sendTo(queue, 'a', 'bad', 'good');
    const [bad, good] = await receive(queue, { MaxNumberOfMessages: 1 });
    if (bad === undefined) throw new Error('expected a message');
    expect(good).toBeUndefined();
    await hide(queue, bad, 0);
    const followers = await receive(queue);
    expect(followers.map(({ Body }) => Body)).toEqual(['good']);
    await remove(queue, ...followers);
    const letters = await receive(dead, { MessageSystemAttributeNames: ['All'] });
    expect(letters.map(({ Body }) => Body)).toEqual(['bad']);
    expect(first(letters).Attributes).toMatchObject({
      MessageGroupId: 'a',
      DeadLetterQueueSourceArn: queueArn('q.fifo'),
      ApproximateReceiveCount: '2',
    });
    expect(await bodies(queue)).toEqual([]);
  },
);

rule(
  'a dead letter keeps its message id and counts receives across queues',
  {
    page: 'API Reference: ReceiveMessage',
    says: 'ApproximateReceiveCount counts across all queues',
  },
  async ({ create, send, receive, hide, bodies }) => {
    const dead = await create('dead');
    const queue = await create('q', redriveTo('dead', 1));
    const { MessageId } = await send(queue, 'x');
    await hide(queue, first(await receive(queue)), 0);
    await bodies(queue);
    const letter = first(await receive(dead, { MessageSystemAttributeNames: ['All'] }));
    expect(letter.MessageId).toBe(MessageId);
    expect(letter.Attributes?.ApproximateReceiveCount).toBe('2');
  },
);

rule(
  'the retention of a standard dead letter counts from when it was first sent',
  { page: retention, says: 'for standard queues the enqueue time is unchanged by the move' },
  async ({ create, send, receive, hide, bodies, clock }) => {
    const dead = await create('dead', { MessageRetentionPeriod: '100' });
    const queue = await create('q', redriveTo('dead', 1));
    await send(queue, 'x');
    clock.advance(60_000);
    await hide(queue, first(await receive(queue)), 0);
    await bodies(queue);
    clock.advance(39_999);
    expect(await receive(dead, { VisibilityTimeout: 0 })).toHaveLength(1);
    clock.advance(1);
    expect(await bodies(dead)).toEqual([]);
  },
);

rule(
  'the retention of a FIFO dead letter counts from the move',
  { page: retention, says: 'for FIFO queues the enqueue time resets when the message moves' },
  async ({ create, sendTo, receive, hide, bodies, clock }) => {
    const dead = await create('dead.fifo', { ...fifo, MessageRetentionPeriod: '100' });
    const queue = await create('q.fifo', { ...fifo, ...redriveTo('dead.fifo', 1) });
    await sendTo(queue, 'a', 'x');
    clock.advance(60_000);
    await hide(queue, first(await receive(queue)), 0);
    await bodies(queue);
    clock.advance(99_999);
    const letter = first(
      await receive(dead, {
        VisibilityTimeout: 0,
        MessageSystemAttributeNames: ['SentTimestamp'],
      }),
    );
    expect(letter.Attributes?.SentTimestamp).toBe(String(start + 60_000));
    clock.advance(1);
    expect(await bodies(dead)).toEqual([]);
  },
);

rule(
  'a dead-letter queue must exist and be of the same type',
  {
    page: createQueue,
    says: 'the dead-letter queue of a FIFO queue must be FIFO, of a standard queue standard',
  },
  async ({ create }) => {
    await create('dead');
    const refused = { name: 'InvalidParameterValue' };
    await expect(create('q', redriveTo('missing', 1))).rejects.toMatchObject(refused);
    await expect(create('q.fifo', { ...fifo, ...redriveTo('dead', 1) })).rejects.toMatchObject(
      refused,
    );
    await expect(create('self', redriveTo('self', 1))).rejects.toMatchObject(refused);
  },
);

rule(
  'maxReceiveCount is a whole number from 1 to 1,000',
  {
    page: createQueue,
    says: 'maxReceiveCount is how often a message is delivered before it moves',
  },
  async ({ create, attributes }) => {
    await create('dead');
    for (const count of [0, 1_001, 1.5])
      await expect(create('q', redriveTo('dead', count))).rejects.toMatchObject({
        name: 'InvalidAttributeValue',
      });
    const queue = await create('q', redriveTo('dead', 1_000));
    expect(await attributes(queue, 'RedrivePolicy')).toEqual(redriveTo('dead', 1_000));
  },
);
