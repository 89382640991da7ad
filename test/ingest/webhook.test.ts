import { createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forwardTiming, ingestLimits } from '../../lambdas/limits.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { ingestWith, receivedAt, request, senders, webhookSecret } from './support.ts';

const page = { type: 'page', userId: 'u', messageId: 'm' };
const sign = (text: string | Buffer, secret = webhookSecret): string =>
  createHmac('sha1', secret).update(text).digest('hex');

/** A webhook of this raw body; signed as a whole unless told otherwise. */
const webhook = (text: string, signature = sign(text), more: object = {}) =>
  request('/v1/webhook', text, {
    headers: { 'user-agent': 'Segment.io/1.0', 'x-signature': signature },
    ...more,
  });

describe('a webhook', () => {
  it('brings one event, signed over its raw body', async () => {
    const { post, sent } = ingestWith();
    // Not as JSON.stringify would write it: the raw bytes are what counts.
    const text = '{ "type":"page", "userId":"u", "messageId":"m", "x": 1.0 }';
    expect((await post(webhook(text))).said).toEqual({ success: true });
    expect(sent).toMatchObject([{ event: { type: 'page', messageId: 'm' } }]);
  });

  it('is signed with any of the secrets, and with no write key', async () => {
    const { post } = ingestWith();
    const text = JSON.stringify(page);
    expect((await post(webhook(text, sign(text, 'the-next-shared-secret')))).status).toBe(200);
    const { status } = await post(request('/v1/webhook', text));
    expect(status).toBe(401);
  });

  it('is checked on the bytes that base64 stands for, and on what was sent of a gzip', async () => {
    const { post, sent } = ingestWith();
    const bytes = Buffer.from(JSON.stringify({ ...page, userId: 'Größe' }));
    const encoded = { isBase64Encoded: true, body: bytes.toString('base64') };
    expect((await post(webhook('', sign(bytes), encoded))).status).toBe(200);
    expect(sent[0]?.event.userId).toBe('Größe');
    const packed = gzipSync(bytes);
    const headers = { 'content-encoding': 'gzip', 'x-signature': sign(packed) };
    const zipped = { isBase64Encoded: true, body: packed.toString('base64'), headers };
    expect((await post(webhook('', '', zipped))).status).toBe(200);
  });

  it.each([
    ['of other bytes', `${JSON.stringify(page)} `, sign(JSON.stringify(page))],
    ['of another secret', JSON.stringify(page), sign(JSON.stringify(page), 'wrong')],
    ['in upper case', JSON.stringify(page), sign(JSON.stringify(page)).toUpperCase()],
    ['cut off', JSON.stringify(page), sign(JSON.stringify(page)).slice(1)],
    ['that is empty', JSON.stringify(page), ''],
    ['of no JSON', '{', sign('[')],
    ['of the first element of an object', '{"0":1}', sign('1')],
  ])('with a signature %s is 401', async (_name, text, signature) => {
    const { post, sent } = ingestWith();
    const { status, said } = await post(webhook(text, signature));
    expect([status, said.code, sent]).toEqual([401, 'unauthorized', []]);
  });

  it('without a signature is 401, whatever its body', async () => {
    for (const text of ['{', JSON.stringify(page), '[]', '']) {
      const { status } = await ingestWith().post(request('/v1/webhook', text, { headers: {} }));
      expect(status).toBe(401);
    }
  });

  it('finds the door closed where no secret is configured', async () => {
    const text = JSON.stringify(page);
    const closed = ingestWith({ senders: () => Promise.resolve({ ...senders, webhooks: [] }) });
    const { status, said } = await closed.post(webhook(text, sign(text, '')));
    expect([status, closed.sent]).toEqual([404, []]);
    expect(said.message).toMatch(/webhooks are closed/);
  });

  it('that is signed and no JSON is told so', async () => {
    const { status, said } = await ingestWith().post(webhook('{"type"'));
    expect([status, said.message]).toEqual([400, 'malformed JSON']);
  });

  it('keeps the time at which Segment says that it happened, however late it comes', async () => {
    const { post, sent } = ingestWith();
    const happened = new Date(receivedAt - 3 * 3_600_000).toISOString();
    const text = JSON.stringify({
      ...page,
      timestamp: happened,
      originalTimestamp: '2001-01-01T00:00:00Z',
      sentAt: '2001-01-01T00:00:01Z',
      receivedAt: happened,
    });
    await post(webhook(text));
    expect(sent[0]?.event).toMatchObject({ timestamp: Date.parse(happened), receivedAt });
  });

  it('answers before Segment gives up, whatever the secret cost', async () => {
    const budgets: (number | undefined)[] = [];
    let now: number = receivedAt;
    const { post } = ingestWith({
      clock: { now: () => epochMs(now) },
      senders: () => {
        now += 3_000;
        return Promise.resolve(senders);
      },
      eventsQueue: {
        send: (_entries, budgetMs) => {
          budgets.push(budgetMs);
          return Promise.resolve([]);
        },
      },
    });
    await post(webhook(JSON.stringify(page)));
    expect(budgets).toEqual([forwardTiming.answerMs - 3_000]);
  });

  it('may ask to delete a user', async () => {
    const { post, sent } = ingestWith();
    const text = JSON.stringify({ type: 'delete', userId: 'u', messageId: 'm' });
    expect((await post(webhook(text))).said).toEqual({ success: true });
    expect(sent).toMatchObject([{ event: { type: 'delete', userId: 'u' } }]);
  });

  it('comes again where the event is not safe, and where nobody knows the secret', async () => {
    const text = JSON.stringify(page);
    const failing = () => Promise.reject(new Error('x'));
    for (const ports of [{ eventsQueue: { send: failing } }, { senders: failing }]) {
      expect((await ingestWith(ports).post(webhook(text))).status).toBe(503);
    }
  });
});

describe('an array of a webhook', () => {
  const two = [page, { ...page, messageId: 'm2', userId: 'v' }];

  it('is authenticated by its first element', async () => {
    const { post, sent } = ingestWith();
    const signature = sign(JSON.stringify(page));
    expect((await post(webhook(JSON.stringify(two), signature))).status).toBe(200);
    expect(sent.map(({ event }) => event.messageId)).toEqual(['m', 'm2']);
  });

  it('is authenticated by its raw bytes as well', async () => {
    const { post, sent } = ingestWith();
    expect((await post(webhook(JSON.stringify(two, null, 2)))).status).toBe(200);
    expect(sent).toHaveLength(2);
  });

  it('is not authenticated by any other element', async () => {
    const { post, sent } = ingestWith();
    const signature = sign(JSON.stringify(two[1]));
    const { status } = await post(webhook(JSON.stringify(two), signature));
    expect([status, sent]).toEqual([401, []]);
  });

  it('lets the good events in and lists the bad ones', async () => {
    const { post, sent } = ingestWith();
    const { status, said } = await post(webhook(JSON.stringify([page, { type: 'page' }, 5])));
    expect([status, sent.length]).toEqual([200, 1]);
    expect(said.errors).toMatchObject([
      { index: 1, code: 'no_user_anon_id' },
      { index: 2, code: 'not_object' },
    ]);
  });

  it('that is empty, or has too many events or bytes, is refused', async () => {
    const { post } = ingestWith();
    expect((await post(webhook('[]'))).said).toMatchObject({ code: 'empty_batch' });
    const many = JSON.stringify(Array.from({ length: ingestLimits.batchEvents + 1 }, () => 0));
    expect((await post(webhook(many))).status).toBe(413);
    expect((await post(webhook(' '.repeat(ingestLimits.bodyBytes + 1)))).status).toBe(413);
  });

  it('whose first element nests without end is refused without harm', async () => {
    const deep = `[${'['.repeat(50_000)}${']'.repeat(50_000)}]`;
    expect((await ingestWith().post(webhook(deep, sign('x')))).status).toBe(401);
    expect((await ingestWith().post(webhook(deep))).status).toBe(400);
  });

  it('is let in for every secret and first element, and for no other signature', async () => {
    const item = fc.record({ type: fc.constant('page'), userId: fc.string(), x: fc.jsonValue() });
    await fc.assert(
      fc.asyncProperty(
        fc.array(item, { minLength: 1, maxLength: 4 }),
        fc.string(),
        async (items, noise) => {
          const text = JSON.stringify(items);
          const [element] = JSON.parse(text) as unknown[];
          const first = JSON.stringify(element);
          const good = await ingestWith().post(webhook(text, sign(first)));
          expect([200, 400]).toContain(good.status);
          const bad = await ingestWith().post(webhook(text, sign(`${first}${noise}x`)));
          expect(bad.status).toBe(401);
        },
      ),
    );
  });
});
