import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sequenceKeyOf } from '../../lambdas/segment/order.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { ingestWith, receivedAt, request } from './support.ts';
import { shortHashOf } from '../../lambdas/digest.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url');

describe('an accepted event', () => {
  it('is answered with exactly 200 and {"success":true}', async () => {
    const { post } = ingestWith();
    const { answer } = await post(
      request('/v1/track', { event: 'x', userId: 'u', messageId: 'm' }),
    );
    expect(answer).toMatchObject({
      statusCode: 200,
      headers: { 'content-type': 'application/json' },
      body: '{"success":true}',
    });
  });

  it('stands on the queue complete, stamped, and under hashed names', async () => {
    const { post, sent } = ingestWith();
    await post(
      request('/v1/identify', {
        userId: 'u1',
        messageId: 'm1',
        traits: { email: 'ada@example.com' },
        timestamp: '2026-03-01T11:00:00Z',
        sentAt: '2026-03-01T11:00:05Z',
      }),
    );
    const timestamp = epochMs(receivedAt - 5_000);
    const short = createHash('sha256').update('m1').digest().subarray(0, 8).toString('base64url');
    expect(sent).toEqual([
      {
        event: {
          type: 'identify',
          userId: 'u1',
          messageId: 'm1',
          messageHash: short,
          order: sequenceKeyOf(timestamp, receivedAt, 0, short),
          traits: { email: 'ada@example.com' },
          timestamp,
          receivedAt,
          source: { name: 'default', kind: 'browser' },
        },
        group: sha256('user:u1'),
        deduplication: sha256('m1'),
      },
    ]);
  });

  it('is queued behind its cookie before anything else', async () => {
    const { post, sent } = ingestWith();
    const token = '_mch-example.com-1374552656411-90718';
    const context = { Marketo: { marketoCookie: `id:561-HYG-937&token:${token}` } };
    await post(request('/v1/page', { userId: 'u1', context }));
    expect(sent[0]?.group).toBe(sha256(`cookie:${token}`));
  });

  it('gets an id of its content and place where it has none', async () => {
    const { post, sent } = ingestWith();
    await post(
      request('/v1/batch', {
        batch: [
          { type: 'page', userId: 'u' },
          { type: 'page', userId: 'u', messageId: '' },
        ],
      }),
    );
    const ids = sent.map(({ event }) => event.messageId);
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) expect(id).toMatch(/^content-[\w-]{43}$/);
  });

  it('leaves a line in the log that says so, by messageId and its hash only', async () => {
    const { post, lines } = ingestWith();
    await post(request('/v1/identify', { userId: 'u1', messageId: 'm1', traits: { a: 'b' } }));
    expect(lines).toEqual([
      { step: 'queued', messageId: 'm1', messages: [shortHashOf('m1')], source: 'default' },
    ]);
  });

  it.each(['alias', 'screen'])('may be a %s, which is dropped', async (type) => {
    const { post, sent, lines } = ingestWith();
    const { said } = await post(request(`/v1/${type}`, { userId: 'u', messageId: 'm' }));
    expect(said).toEqual({ success: true });
    expect(sent).toEqual([]);
    const because = `Marketo has no use for ${type} calls`;
    expect(lines).toEqual([{ step: 'dropped', messageId: 'm', because }]);
  });

  it('may be opted out of, which drops it', async () => {
    const { post, sent, lines } = ingestWith();
    const event = { userId: 'u', messageId: 'm', integrations: { All: false } };
    expect((await post(request('/v1/identify', event))).status).toBe(200);
    expect(sent).toEqual([]);
    expect(lines).toMatchObject([{ step: 'dropped', messageId: 'm' }]);
  });
});

describe('a batch', () => {
  it('keeps its order, and three identifies of one millisecond keep theirs', async () => {
    const { post, sent } = ingestWith();
    const identify = { type: 'identify', userId: 'u', timestamp: '2026-03-01T11:00:00.000Z' };
    const batch = ['c', 'a', 'b'].map((messageId) => ({ ...identify, messageId }));
    await post(request('/v1/batch', { batch }));
    expect(sent.map(({ event }) => event.messageId)).toEqual(['c', 'a', 'b']);
    const orders = sent.map(({ event }) => event.order);
    expect([...orders].sort()).toEqual(orders);
  });

  it('merges its context, integrations and sentAt into its events', async () => {
    const { post, sent } = ingestWith();
    await post(
      request('/v1/batch', {
        sentAt: '2026-03-01T11:00:05Z',
        context: { locale: 'en', traits: { plan: 'pro' } },
        integrations: { Marketo: false },
        batch: [
          { type: 'page', userId: 'out' },
          {
            type: 'page',
            userId: 'in',
            timestamp: '2026-03-01T11:00:00Z',
            context: { traits: { email: 'ada@example.com' } },
            integrations: { Marketo: true },
          },
        ],
      }),
    );
    expect(sent.map(({ event }) => event)).toMatchObject([
      {
        userId: 'in',
        timestamp: receivedAt - 5_000,
        context: { locale: 'en', traits: { email: 'ada@example.com', plan: 'pro' } },
      },
    ]);
  });

  it('lets the good events in and lists the bad ones', async () => {
    const { post, sent, lines } = ingestWith();
    const { status, said } = await post(
      request('/v1/batch', {
        batch: [
          { type: 'page', userId: 'u', messageId: 'm0' },
          { type: 'identify', userId: 'u', traits: 'ada@example.com', messageId: 'm1' },
          { type: 'group', userId: 'u', messageId: 'm2' },
          { type: 'purchase', userId: 'u' },
        ],
      }),
    );
    expect(status).toBe(200);
    expect(said).toEqual({
      success: true,
      errors: [
        {
          index: 1,
          messageId: 'm1',
          field: 'traits',
          code: 'traits_not_object',
          message: 'traits must be an object, not string',
        },
        {
          index: 3,
          field: 'type',
          code: 'type_unknown',
          message: `type "purchase" is none of Segment's calls`,
        },
      ],
    });
    expect(sent.map(({ event }) => event.messageId)).toEqual(['m0']);
    expect(lines.map(({ step, messageId }) => [step, messageId])).toEqual([
      ['queued', 'm0'],
      ['refused', 'm1'],
      ['dropped', 'm2'],
      ['refused', undefined],
    ]);
    expect(JSON.stringify(lines)).not.toMatch(/ada|purchase/);
  });

  it('is refused with the list where no event is good', async () => {
    const { post } = ingestWith();
    const { status, said } = await post(
      request('/v1/batch', { batch: [{ type: 'track', userId: 'u' }, 'x'] }),
    );
    expect(status).toBe(400);
    expect(said.success).toBe(false);
    expect(said.message).toMatch(/event 0: event must name what happened/);
    expect(said.errors?.map(({ index, code }) => [index, code])).toEqual([
      [0, 'event_not_defined'],
      [1, 'not_object'],
    ]);
  });
});
