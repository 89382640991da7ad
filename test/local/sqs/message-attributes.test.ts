import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import { first, rule } from './twin.ts';

const metadata = 'Developer Guide: Amazon SQS message metadata';

const attributes = {
  text: { DataType: 'String', StringValue: 'value' },
  number: { DataType: 'Number', StringValue: '1.5' },
  bytes: { DataType: 'Binary', BinaryValue: new Uint8Array([0, 255]) },
  'custom.type': { DataType: 'String.mine', StringValue: 'x' },
};

rule(
  'message attributes of all types come back as sent, under one MD5',
  {
    page: metadata,
    says: 'attributes are sent with the body; their MD5 is over names, types and values, sorted',
  },
  async ({ create, send, receive }) => {
    const queue = await create('q');
    const sent = await send(queue, 'x', { MessageAttributes: attributes });
    const message = first(await receive(queue, { MessageAttributeNames: ['All'] }));
    expect(message.MessageAttributes).toEqual(attributes);
    expect(message.MD5OfMessageAttributes).toBe(sent.MD5OfMessageAttributes);
    expect(message.MD5OfBody).toBe(sent.MD5OfMessageBody);
  },
);

rule(
  'the MD5 of attributes is the documented one',
  {
    page: metadata,
    says: 'each name, type and value follows its length in 4 bytes; 1 marks text, 2 binary',
  },
  async ({ create, send }) => {
    const queue = await create('q');
    const { MD5OfMessageAttributes } = await send(queue, 'x', {
      MessageAttributes: { timestamp: { DataType: 'Number', StringValue: '1493147359900' } },
    });
    // The digest that other SQS clients compute for this attribute.
    expect(MD5OfMessageAttributes).toBe('235c5c510d26fb653d073faed50ae77c');
  },
);

rule(
  'only the message attributes asked for are returned: by name, by prefix, or all',
  {
    page: 'API Reference: ReceiveMessage',
    says: 'ask by name, with All or .*, or with a prefix like bar.*',
  },
  async ({ create, send, receive, clock }) => {
    const queue = await create('q');
    await send(queue, 'x', { MessageAttributes: attributes });
    const names = async (...MessageAttributeNames: string[]): Promise<string[]> => {
      const message = first(await receive(queue, { MessageAttributeNames }));
      clock.advance(30_000);
      return Object.keys(message.MessageAttributes ?? {}).toSorted();
    };
    expect(await names()).toEqual([]);
    expect(await names('text', 'absent')).toEqual(['text']);
    expect(await names('custom.*')).toEqual(['custom.type']);
    expect(await names('.*')).toEqual(Object.keys(attributes).toSorted());
  },
);

rule(
  'a message has at most 10 attributes',
  { page: metadata, says: 'each message can have up to 10 attributes' },
  async ({ create, send }) => {
    const queue = await create('q');
    const many = (count: number) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, index) => [
          `n${index}`,
          { DataType: 'String', StringValue: 'v' },
        ]),
      );
    await send(queue, 'x', { MessageAttributes: many(10) });
    await expect(send(queue, 'x', { MessageAttributes: many(11) })).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
  },
);

rule(
  'an attribute needs a valid name, a known type and a value',
  {
    page: metadata,
    says: 'name, type and value must not be empty; names must not start with AWS. or hold ..',
  },
  async ({ create, send }) => {
    const queue = await create('q');
    const bad = [
      { 'AWS.x': { DataType: 'String', StringValue: 'v' } },
      { 'a..b': { DataType: 'String', StringValue: 'v' } },
      { a: { DataType: 'Boolean', StringValue: 'true' } },
      { a: { DataType: 'String', StringValue: '' } },
      { a: { DataType: 'Number', StringValue: 'one' } },
    ];
    for (const MessageAttributes of bad)
      await expect(send(queue, 'x', { MessageAttributes })).rejects.toMatchObject({
        name: 'InvalidParameterValue',
      });
  },
);

rule(
  'the MD5 of a binary attribute covers its bytes, marked as binary',
  { page: metadata, says: 'the byte before a value is 1 for text and 2 for binary' },
  async ({ create, send }) => {
    const queue = await create('q');
    const { MD5OfMessageAttributes } = await send(queue, 'x', {
      MessageAttributes: { b: { DataType: 'Binary', BinaryValue: new Uint8Array([255, 0]) } },
    });
    const encoded = ['00000001', '62', '00000006', '42696e617279', '02', '00000002', 'ff00'];
    const digest = createHash('md5')
      .update(Buffer.from(encoded.join(''), 'hex'))
      .digest('hex');
    expect(MD5OfMessageAttributes).toBe(digest);
  },
);
