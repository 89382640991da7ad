import { expect } from 'vitest';
import { fifo, first, rule } from './twin.ts';

const receiveMessage = 'API Reference: ReceiveMessage';
const deliveryLogic = 'Developer Guide: FIFO delivery logic in Amazon SQS';

rule(
  'one receive returns up to 10 messages of one group, in the order they were sent',
  {
    page: deliveryLogic,
    says: 'a receive first tries to return as many messages of one group as it can, up to 10, in order',
  },
  async ({ create, sendTo, bodies }) => {
    const queue = await create('q.fifo', fifo);
    const sent = Array.from({ length: 12 }, (_, index) => `a${index}`);
    await sendTo(queue, 'a', ...sent);
    expect(await bodies(queue)).toEqual(sent.slice(0, 10));
  },
);

rule(
  'a receive that has room left after one group goes on with the next group',
  {
    page: receiveMessage,
    says: 'one answer may hold messages of several groups, each sorted by time sent',
  },
  async ({ create, sendTo, bodies }) => {
    const queue = await create('q.fifo', fifo);
    await sendTo(queue, 'a', 'a1');
    await sendTo(queue, 'b', 'b1');
    await sendTo(queue, 'a', 'a2');
    await sendTo(queue, 'b', 'b2');
    expect(await bodies(queue)).toEqual(['a1', 'a2', 'b1', 'b2']);
  },
);

rule(
  'a group gives nothing while one of its messages is in flight, and other groups do',
  {
    page: receiveMessage,
    says: 'while messages of a group are invisible, no more of that group are returned; other groups still are',
  },
  async ({ create, sendTo, receive, bodies }) => {
    const queue = await create('q.fifo', fifo);
    await sendTo(queue, 'a', 'a1', 'a2');
    await receive(queue, { MaxNumberOfMessages: 1 });
    await sendTo(queue, 'b', 'b1');
    expect(await bodies(queue)).toEqual(['b1']);
  },
);

rule(
  'a message sent to a group in flight waits for that group',
  {
    page: 'Developer Guide: Interleaving multiple ordered message groups',
    says: 'no other consumer can process the group until the timeout ends or the message is deleted',
  },
  async ({ create, sendTo, receive, bodies, remove }) => {
    const queue = await create('q.fifo', fifo);
    await sendTo(queue, 'a', 'a1');
    const taken = await receive(queue);
    await sendTo(queue, 'a', 'a2');
    expect(await bodies(queue)).toEqual([]);
    await remove(queue, ...taken);
    expect(await bodies(queue)).toEqual(['a2']);
  },
);

rule(
  'a group stays blocked until every message of the batch is deleted',
  {
    page: receiveMessage,
    says: 'messages of a group are returned again only when none of it is invisible',
  },
  async ({ create, sendTo, receive, bodies, remove }) => {
    const queue = await create('q.fifo', fifo);
    await sendTo(queue, 'a', 'a1', 'a2', 'a3');
    const [one, two] = await receive(queue, { MaxNumberOfMessages: 2 });
    if (one === undefined || two === undefined) throw new Error('expected two messages');
    await remove(queue, one);
    expect(await bodies(queue)).toEqual([]);
    await remove(queue, two);
    expect(await bodies(queue)).toEqual(['a3']);
  },
);

rule(
  'visibility 0 on part of a batch leaves the group blocked until the rest is visible or deleted',
  {
    page: receiveMessage,
    says: 'as long as one message of a group is invisible, no other of it is returned',
  },
  async ({ create, sendTo, receive, bodies, hide, remove }) => {
    const queue = await create('q.fifo', fifo);
    await sendTo(queue, 'a', 'a1', 'a2', 'a3');
    const [one, two, three] = await receive(queue);
    if (!one || !two || !three) throw new Error('expected three messages');
    await hide(queue, three, 0);
    await hide(queue, one, 0);
    expect(await bodies(queue)).toEqual([]);
    await remove(queue, two);
    expect(await bodies(queue)).toEqual(['a1', 'a3']);
  },
);

rule(
  'messages that come back keep their place before those that were never received',
  {
    page: deliveryLogic,
    says: 'a message that could not be processed blocks its followers, so that order is kept',
  },
  async ({ create, sendTo, receive, bodies, clock }) => {
    const queue = await create('q.fifo', fifo);
    await sendTo(queue, 'a', 'a1', 'a2', 'a3', 'a4');
    await receive(queue, { MaxNumberOfMessages: 2 });
    clock.advance(30_000);
    expect(await bodies(queue)).toEqual(['a1', 'a2', 'a3', 'a4']);
  },
);

rule(
  'no group starves: a group that was just served stands behind those that wait',
  {
    page: deliveryLogic,
    says: 'a consumer cannot ask for a group; messages of several groups are handed out as they are available',
  },
  async ({ create, sendTo, receive, remove, bodies }) => {
    const queue = await create('q.fifo', fifo);
    await sendTo(queue, 'a', ...Array.from({ length: 11 }, (_, index) => `a${index}`));
    await sendTo(queue, 'b', 'b1');
    await remove(queue, ...(await receive(queue)));
    expect(await bodies(queue)).toEqual(['b1', 'a10']);
  },
);

rule(
  'a message to a FIFO queue needs a group',
  {
    page: 'API Reference: SendMessage',
    says: 'without a MessageGroupId a send to a FIFO queue fails',
  },
  async ({ create, send }) => {
    const queue = await create('q.fifo', fifo);
    await expect(send(queue, 'x', { MessageDeduplicationId: '1' })).rejects.toMatchObject({
      name: 'MissingParameter',
    });
  },
);

rule(
  'a group id has at most 128 characters and no space',
  {
    page: 'API Reference: SendMessage',
    says: 'MessageGroupId has up to 128 alphanumeric and punctuation characters',
  },
  async ({ create, send }) => {
    const queue = await create('q.fifo', fifo);
    for (const MessageGroupId of ['a b', 'x'.repeat(129), 'é'])
      await expect(
        send(queue, 'x', { MessageGroupId, MessageDeduplicationId: '1' }),
      ).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await send(queue, 'x', { MessageGroupId: 'x'.repeat(128), MessageDeduplicationId: '1' });
  },
);

rule(
  'sequence numbers rise, have 20 digits, and the consumer sees the one that the producer got',
  {
    page: 'API Reference: SendMessage',
    says: 'SequenceNumber is large and keeps increasing within a group',
  },
  async ({ create, send, receive }) => {
    const queue = await create('q.fifo', fifo);
    const sent: (string | undefined)[] = [];
    for (const id of ['1', '2', '3'])
      sent.push(
        (await send(queue, id, { MessageGroupId: 'a', MessageDeduplicationId: id })).SequenceNumber,
      );
    const received = await receive(queue, { MessageSystemAttributeNames: ['SequenceNumber'] });
    expect(received.map(({ Attributes }) => Attributes?.SequenceNumber)).toEqual(sent);
    expect(sent).toEqual(sent.toSorted());
    expect(new Set(sent).size).toBe(3);
    expect(first(sent)).toMatch(/^\d{20}$/);
  },
);
