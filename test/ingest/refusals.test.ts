import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ingestLimits, ingestTiming } from '../../lambdas/limits.ts';
import { basic, deleteKey, ingestWith, request, writeKey } from './support.ts';

const page = { userId: 'u', messageId: 'm' };

/** A compressed body as API Gateway hands it over. */
const gzipped = (path: string, packed: Buffer) => ({
  ...request(path, packed.toString('base64'), {
    headers: { authorization: basic(writeKey), 'content-encoding': 'gzip' },
  }),
  isBase64Encoded: true,
});

describe('a compressed body', () => {
  it('is read like any other', async () => {
    const { post, sent } = ingestWith();
    const answer = await post(gzipped('/v1/page', gzipSync(JSON.stringify(page))));
    expect([answer.status, sent.length]).toEqual([200, 1]);
  });
});

/** An event whose JSON text has exactly so many bytes. */
const pageOf = (bytes: number): object => {
  const event = { type: 'page', userId: 'u', properties: { text: '' } };
  const text = 'x'.repeat(bytes - JSON.stringify(event).length);
  return { ...event, properties: { text } };
};

describe('what is in the way of a request', () => {
  it('malformed JSON is answered in the words that Segment uses', async () => {
    const { post } = ingestWith();
    for (const body of ['{"userId"', '', 'undefined', '\u0000']) {
      const { status, said } = await post(request('/v1/track', body));
      expect(status).toBe(400);
      const message = 'malformed JSON';
      expect(said).toEqual({ success: false, message, error: message, code: 'invalid_request' });
    }
  });

  it('a body that a gateway has unpacked is read, whatever its Content-Encoding still says', async () => {
    const { post, sent } = ingestWith();
    const headers = { authorization: basic(writeKey), 'content-encoding': 'gzip' };
    expect((await post(request('/v1/page', page, { headers }))).status).toBe(200);
    expect(sent).toHaveLength(1);
  });

  it('a gzip that breaks off is malformed', async () => {
    const { post } = ingestWith();
    const packed = gzipSync(JSON.stringify(page));
    const { status } = await post(gzipped('/v1/page', packed.subarray(0, packed.length - 12)));
    expect(status).toBe(400);
  });

  it.each([
    ['no JSON', request('/v1/page', '{"type"'), 'malformed_json (body)'],
    ['too much', request('/v1/page', 'x'.repeat(7_000_000)), 'too_large (body)'],
    [
      'a wrong key',
      request('/v1/page', page, { headers: { authorization: basic('x') } }),
      'unauthorized (writeKey)',
    ],
    ['no key', request('/v1/page', page, { headers: {} }), 'unauthorized (writeKey)'],
    ['a webhook without a signature', request('/v1/webhook', page), 'unauthorized (X-Signature)'],
  ])('a request with %s leaves a line that says so', async (_, event, because) => {
    const { post, troubles } = ingestWith();
    await post(event);
    expect(troubles).toEqual([`a request was refused as a whole ${JSON.stringify({ because })}`]);
  });

  it('a delete takes a key that may delete; the others of its batch go on', async () => {
    const batch = [
      { type: 'delete', userId: 'u', messageId: 'd' },
      { ...page, type: 'page' },
    ];
    const { post, sent } = ingestWith();
    const { said, status } = await post(request('/v1/batch', { batch }));
    expect([status, sent.map(({ event }) => event.type)]).toEqual([200, ['page']]);
    expect(said.errors).toMatchObject([{ index: 0, messageId: 'd', code: 'delete_not_allowed' }]);
    const trusted = ingestWith();
    const headers = { authorization: basic(deleteKey) };
    await trusted.post(request('/v1/batch', { batch }, { headers }));
    await trusted.post(request('/v1/b', { writeKey: deleteKey, batch }, { headers: {} }));
    expect(trusted.sent.map(({ event }) => event.type)).toEqual([
      'delete',
      'page',
      'delete',
      'page',
    ]);
  });

  it('a small body that unpacks to a large one is too large', async () => {
    const { post, sent } = ingestWith();
    const packed = gzipSync(JSON.stringify({ ...page, name: 'x'.repeat(7_000_000) }));
    const { status } = await post(gzipped('/v1/page', packed));
    expect([status, sent]).toEqual([413, []]);
  });

  it('a missing, a wrong or another kind of authorization is 401', async () => {
    const { post, sent } = ingestWith();
    const headers = [
      {},
      { authorization: basic('wrong') },
      { authorization: basic(`${writeKey}x`) },
      { authorization: basic('') },
      { authorization: 'Basic' },
      { authorization: 'Basic ???' },
      { authorization: `Digest ${writeKey}` },
    ];
    for (const each of headers) {
      const { status, said } = await post(request('/v1/page', page, { headers: each }));
      expect(status).toBe(401);
      expect(said.success).toBe(false);
    }
    expect(sent).toEqual([]);
  });

  it('a wrong key is told nothing of the body', async () => {
    const { post } = ingestWith();
    const headers = { authorization: basic('wrong') };
    expect((await post(request('/v1/page', '{', { headers }))).status).toBe(401);
  });

  it('any of the write keys opens, in a header of any case and with any password', async () => {
    const { post } = ingestWith();
    const good = [
      { Authorization: basic(writeKey) },
      { AUTHORIZATION: basic('the-next-write-key') },
      { authorization: basic(writeKey, 'pass:word').replace('Basic', 'basic') },
    ];
    for (const headers of good) {
      expect((await post(request('/v1/page', page, { headers }))).status).toBe(200);
    }
  });

  it('a call that Segment does not have is 404, as is another method', async () => {
    const { post } = ingestWith();
    expect((await post(request('/v1/purchase', page))).status).toBe(404);
    expect((await post(request('/v1/page', page, { method: 'GET' }))).status).toBe(404);
    expect((await post(request('/v1/__proto__', page))).status).toBe(404);
  });

  it.each([
    ['/v1/identify', { traits: {} }, 'no_user_anon_id', 'userId'],
    ['/v1/track', { userId: 'u' }, 'event_not_defined', 'event'],
    ['/v1/identify', { userId: 'u', traits: [1] }, 'traits_not_object', 'traits'],
    ['/v1/track', ['x'], 'not_object', 'message'],
    ['/v1/batch', { batch: [] }, 'empty_batch', 'batch'],
    ['/v1/batch', [], 'batch_not_array', 'batch'],
  ])('%s %j is 400 %s', async (path, body, code, field) => {
    const { post } = ingestWith();
    const { status, said } = await post(request(path, body));
    expect(status).toBe(400);
    expect(said).toMatchObject({ success: false, code, field });
  });

  it('decodes a body that came as base64, and refuses one that is no UTF-8', async () => {
    const { post, sent } = ingestWith();
    const encoded = (bytes: Buffer) =>
      request('/v1/track', bytes.toString('base64'), { isBase64Encoded: true });
    const text = '\uFEFF{"userId":"u","event":"Größe"}';
    expect((await post(encoded(Buffer.from(text)))).status).toBe(200);
    expect(sent[0]?.event.event).toBe('Größe');
    const latin = Buffer.from('{"userId":"u","event":"Größe"}', 'latin1');
    expect((await post(encoded(latin))).said.message).toBe('malformed JSON');
  });
});

describe('the limits', () => {
  const { eventBytes, bodyBytes, batchEvents, keys, sharedBytes } = ingestLimits;

  it('an event may have as many bytes as the limit says, and not one more', async () => {
    const { post } = ingestWith();
    expect((await post(request('/v1/page', pageOf(eventBytes)))).status).toBe(200);
    const { status, said } = await post(request('/v1/page', pageOf(eventBytes + 1)));
    expect(status).toBe(413);
    expect(said).toMatchObject({ code: 'event_too_large' });
  });

  it('counts bytes, not characters, and no white space between them', async () => {
    const { post } = ingestWith();
    const wide = { userId: 'u', name: 'ä'.repeat(eventBytes / 2) };
    expect((await post(request('/v1/page', wide))).status).toBe(413);
    const airy = JSON.stringify(page).replace(':', `:${' '.repeat(eventBytes)}`);
    expect((await post(request('/v1/page', airy))).status).toBe(200);
  });

  it('a large event costs a batch that event only', async () => {
    const { post, sent } = ingestWith();
    const batch = [pageOf(100), pageOf(eventBytes + 1)];
    const { status, said } = await post(request('/v1/batch', { batch }));
    expect(status).toBe(200);
    expect(said.errors).toMatchObject([{ index: 1, code: 'event_too_large' }]);
    expect(sent).toHaveLength(1);
    const large = await post(request('/v1/batch', { batch: [pageOf(eventBytes + 1)] }));
    expect(large.status).toBe(413);
  });

  it('an event of half a megabyte costs its batch that event only', async () => {
    const { post, sent } = ingestWith();
    const batch = [...Array.from({ length: 14 }, () => pageOf(100)), pageOf(520_000)];
    const { status, said } = await post(request('/v1/batch', { batch }));
    expect([status, sent.length]).toEqual([200, 14]);
    expect(said.errors).toMatchObject([{ index: 14, code: 'event_too_large' }]);
  });

  it('what a batch adds to each of its events counts towards that event', async () => {
    const { post, sent } = ingestWith();
    const context = { text: 'x'.repeat(eventBytes - 500) };
    const batch = [{ type: 'page', userId: 'u' }, pageOf(1_000)];
    const { said } = await post(request('/v1/batch', { context, batch }));
    expect(said.errors).toMatchObject([{ index: 1, code: 'event_too_large' }]);
    expect(sent).toHaveLength(1);
  });

  it('what a batch adds to all of its events is bounded, so that it cannot multiply itself', async () => {
    const context = { text: 'x'.repeat(10_000 - '{"text":""}{"context":}'.length) };
    const events = Math.floor(sharedBytes / 10_000);
    const batchOf = (length: number) => ({
      context,
      batch: Array.from({ length }, () => ({ type: 'page', userId: 'u' })),
    });
    const { post, sent, troubles } = ingestWith();
    expect((await post(request('/v1/batch', batchOf(events)))).status).toBe(200);
    expect(sent).toHaveLength(events);
    const { status, said } = await post(request('/v1/batch', batchOf(events + 1)));
    expect(status).toBe(413);
    expect(said).toMatchObject({ code: 'batch_too_large', field: 'batch' });
    expect(sent).toHaveLength(events);
    expect(troubles).toEqual([
      'a request was refused as a whole {"because":"batch_too_large (batch)"}',
    ]);
  });

  it('an event may have as many keys as the limit says, wherever they are, and not one more', async () => {
    const keysOf = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 0]));
    // userId, properties, list and context are keys, too.
    const eventOf = (count: number) => ({
      userId: 'u',
      properties: { list: [keysOf(count)] },
      context: {},
    });
    const { post } = ingestWith();
    expect((await post(request('/v1/page', eventOf(keys - 4)))).status).toBe(200);
    const { status, said } = await post(request('/v1/page', eventOf(keys - 3)));
    expect(status).toBe(400);
    expect(said).toMatchObject({ code: 'too_many_keys', field: 'message' });
    const batch = [{ type: 'page', ...eventOf(keys - 10) }];
    const shared = await post(request('/v1/batch', { batch, context: keysOf(10) }));
    expect(shared.said.errors).toMatchObject([{ code: 'too_many_keys' }]);
  });

  it('a body may have as many bytes as the limit says, and not one more', async () => {
    const { post } = ingestWith();
    const body = JSON.stringify({ batch: [{ type: 'page', userId: 'u' }] });
    expect((await post(request('/v1/batch', body.padEnd(bodyBytes)))).status).toBe(200);
    expect((await post(request('/v1/batch', body.padEnd(bodyBytes + 1)))).status).toBe(413);
  });

  it('a batch may have as many events as the limit says, and not one more', async () => {
    const { post, sent } = ingestWith();
    const batch = Array.from({ length: batchEvents }, () => ({ type: 'page', userId: 'u' }));
    expect((await post(request('/v1/batch', { batch }))).status).toBe(200);
    expect(sent).toHaveLength(batchEvents);
    batch.push({ type: 'page', userId: 'u' });
    expect((await post(request('/v1/batch', { batch }))).status).toBe(413);
  });

  it('an event or a batch that nests without end is refused', async () => {
    const { post } = ingestWith();
    const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
    const event = `{"type":"page","userId":"u","properties":{"a":${deep}}}`;
    const alone = await post(request('/v1/page', event));
    expect(alone).toMatchObject({ status: 400, said: { code: 'nested_too_deep' } });
    const bodies = [`{"batch":[${event}]}`, `{"batch":[{}],"context":{"a":${deep}}}`];
    for (const body of bodies) expect((await post(request('/v1/batch', body))).status).toBe(400);
  });
});

describe('trouble on our side', () => {
  const expectUnavailable = async ({ post, lines }: ReturnType<typeof ingestWith>) => {
    const { answer, said } = await post(request('/v1/identify', { ...page, traits: { a: 'shy' } }));
    expect(answer.statusCode).toBe(503);
    expect(answer.headers?.['retry-after']).toBe(String(ingestTiming.retryAfterSeconds));
    expect(said).toMatchObject({ success: false, code: 'unavailable' });
    expect(lines).toEqual([]);
  };

  it('an event that is not safe is never claimed to be', async () => {
    const ingest = ingestWith({
      eventsQueue: {
        send: (entries) =>
          Promise.resolve(entries.map(({ event }) => ({ event, because: 'InternalError' }))),
      },
    });
    await expectUnavailable(ingest);
    expect(ingest.troubles).toEqual([
      'events are not safe on the queue {"unsafe":1,"of":1,"because":"InternalError"}',
    ]);
  });

  it('a queue that asks to slow down makes us ask for it, too', async () => {
    const { post, troubles } = ingestWith({
      eventsQueue: {
        send: (entries) =>
          Promise.resolve(
            entries.map(({ event }) => ({
              event,
              because: 'ThrottlingException',
              throttled: true,
            })),
          ),
      },
    });
    const { answer, said } = await post(request('/v1/identify', page));
    expect(answer.statusCode).toBe(429);
    expect(answer.headers?.['retry-after']).toBe(String(ingestTiming.retryAfterSeconds));
    expect(said).toMatchObject({ success: false, code: 'throttled' });
    expect(troubles).toHaveLength(1);
  });

  it('one event of a batch that is not safe sends the whole batch back', async () => {
    const { post } = ingestWith({
      eventsQueue: {
        send: ([, second]) =>
          Promise.resolve(second ? [{ event: second.event, because: 'Throttled' }] : []),
      },
    });
    const batch = [{ ...page, type: 'page' }, { userId: 'v', type: 'page' }, { type: 'nonsense' }];
    expect((await post(request('/v1/batch', { batch }))).status).toBe(503);
  });

  it('a queue that throws, and write keys that cannot be read, are 503 and not 500', async () => {
    const failing = () => Promise.reject(new TypeError('shy'));
    const ingests = [
      ingestWith({ eventsQueue: { send: failing } }),
      ingestWith({ senders: failing }),
    ];
    for (const ingest of ingests) {
      await expectUnavailable(ingest);
      expect(ingest.troubles).toEqual(['a request could not be handled {"because":"TypeError"}']);
    }
  });
});
