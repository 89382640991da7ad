import fc from 'fast-check';
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { keyIdOf, leadIdOf, shortHashOf } from '../../lambdas/digest.ts';
import { deleteKey, basic, ingestWith, request, webhookSecret } from './support.ts';

const consent = { categories: ['Advertising'], whenAbsent: 'drop' } as const;
const preferring = (Advertising: unknown) => ({
  consent: { categoryPreferences: { Advertising, Analytics: true } },
});
const refused = { type: 'page', userId: 'u', messageId: 'm', context: preferring(false) };
const silent = { type: 'page', userId: 'u', messageId: 'm', context: preferring(null) };
const line = { step: 'dropped', messageId: 'm', because: 'no consent' };

describe('an event without consent', () => {
  it('is answered as accepted, dropped and never queued', async () => {
    const { post, sent, lines } = ingestWith({ consent });
    expect((await post(request('/v1/batch', { batch: [silent] }))).status).toBe(200);
    expect([sent, lines]).toEqual([[], [line]]);
  });

  it('travels on as hashes of its keys, where it refuses consent, even if it is opted out', async () => {
    const { post, sent, lines } = ingestWith({ consent });
    const event = {
      type: 'identify',
      userId: 'jane@example.com',
      anonymousId: 'a-1',
      messageId: 'm',
      timestamp: '2026-11-23T11:00:00Z',
      traits: { email: 'work@example.com', plan: 'secret' },
      integrations: { Marketo: false },
      context: {
        ...preferring(false),
        ip: '192.0.2.1',
        Marketo: { marketoCookie: 'id:000-AAA-000&token:_mch-example.com-1374552656411-12345' },
      },
    };
    expect((await post(request('/v1/batch', { batch: [event] }))).status).toBe(200);
    expect(sent.map(({ event: queued }) => queued)).toEqual([
      {
        type: 'withdraw',
        messageId: 'm',
        messageHash: shortHashOf('m'),
        order: expect.any(String) as string,
        timestamp: Date.parse('2026-11-23T11:00:00Z'),
        receivedAt: expect.any(Number) as number,
        source: expect.any(Object) as object,
        keys: {
          cookie: keyIdOf('cookie', '_mch-example.com-1374552656411-12345'),
          userId: keyIdOf('userId', 'jane@example.com'),
          anonymousId: keyIdOf('anonymousId', 'a-1'),
          leads: [leadIdOf('work@example.com'), leadIdOf('jane@example.com')],
        },
      },
    ]);
    expect(lines).toMatchObject([line]);
  });

  it('cannot be sent as a call of its own', async () => {
    const { post, sent } = ingestWith({ consent });
    const batch = [{ type: 'withdraw', userId: 'u', messageId: 'm' }];
    expect((await post(request('/v1/batch', { batch }))).status).toBe(400);
    expect(sent).toEqual([]);
  });

  it('is dropped when Segment forwards it, signed or through its Lambda destination', async () => {
    const { post, invoke, sent, lines } = ingestWith({ consent });
    const body = JSON.stringify(refused);
    const signature = createHmac('sha1', webhookSecret).update(body).digest('hex');
    const headers = { 'x-signature': signature };
    expect((await post(request('/v1/webhook', body, { headers }))).status).toBe(200);
    expect(await invoke(refused)).toEqual({ success: true });
    expect(sent.map(({ event }) => event.type)).toEqual(['withdraw', 'withdraw']);
    expect(lines).toMatchObject([line, line]);
  });

  it('is known by what its batch says for all events, unless it says so itself', async () => {
    const { post, sent } = ingestWith({ consent });
    const page = { type: 'page', userId: 'u' };
    const batch = [
      { ...page, messageId: 'as the batch' },
      { ...page, messageId: 'otherwise', context: preferring(true) },
    ];
    await post(request('/v1/batch', { batch, context: preferring(false) }));
    const goesOn = sent.filter(({ event }) => event.type !== 'withdraw');
    expect(goesOn.map(({ event }) => event.messageId)).toEqual(['otherwise']);
  });

  it('may still be a deletion, which needs no consent', async () => {
    const { post, sent } = ingestWith({ consent });
    const headers = { authorization: basic(deleteKey) };
    const batch = [{ type: 'delete', userId: 'u', context: preferring(false) }];
    await post(request('/v1/batch', { batch }, { headers }));
    expect(sent.map(({ event }) => event.type)).toEqual(['delete']);
  });

  it('never reaches the queue, whatever stands around it', async () => {
    const preference = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(true, false, null, 'true', 1) },
      fc.jsonValue(),
    );
    const context = fc.oneof(preference.map(preferring), fc.jsonValue(), fc.constant(undefined));
    const event = fc.record({
      type: fc.constantFrom('identify', 'track', 'page'),
      event: fc.constantFrom('Signed Up', 'Segment Consent Preference Updated'),
      userId: fc.constantFrom('u', 'v'),
      traits: fc.constant({ email: 'jane@example.com' }),
      context,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 1 }), context, async (events, shared) => {
        const { post, sent, lines } = ingestWith({ consent });
        const batch = events.map((one, index) => ({ ...one, messageId: String(index) }));
        await post(request('/v1/batch', { batch, context: shared }));
        const goesOn = sent.filter(({ event: { type } }) => type !== 'withdraw');
        for (const { event: queued } of goesOn)
          expect(queued.context).toMatchObject(preferring(true));
        const withdrawals = sent.filter(({ event: { type } }) => type === 'withdraw');
        expect(JSON.stringify(withdrawals)).not.toMatch(/jane|traits|context|"(u|v)"/);
        const dropped = lines.filter(({ step }) => step === 'dropped');
        expect(goesOn.length + dropped.length).toBe(batch.length);
      }),
      { numRuns: 200 },
    );
  });
});
