import fc from 'fast-check';
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { deleteKey, basic, ingestWith, request, webhookSecret } from './support.ts';

const consent = { categories: ['Advertising'], whenAbsent: 'drop' } as const;
const preferring = (Advertising: unknown) => ({
  consent: { categoryPreferences: { Advertising, Analytics: true } },
});
const refused = { type: 'page', userId: 'u', messageId: 'm', context: preferring(false) };
const line = { step: 'dropped', messageId: 'm', because: 'no consent' };

describe('an event without consent', () => {
  it('is answered as accepted, dropped and never queued', async () => {
    const { post, sent, lines } = ingestWith({ consent });
    expect((await post(request('/v1/batch', { batch: [refused] }))).status).toBe(200);
    expect([sent, lines]).toEqual([[], [line]]);
  });

  it('is dropped when Segment forwards it, signed or through its Lambda destination', async () => {
    const { post, invoke, sent, lines } = ingestWith({ consent });
    const body = JSON.stringify(refused);
    const signature = createHmac('sha1', webhookSecret).update(body).digest('hex');
    const headers = { 'x-signature': signature };
    expect((await post(request('/v1/webhook', body, { headers }))).status).toBe(200);
    expect(await invoke(refused)).toEqual({ success: true });
    expect([sent, lines]).toEqual([[], [line, line]]);
  });

  it('is known by what its batch says for all events, unless it says so itself', async () => {
    const { post, sent } = ingestWith({ consent });
    const page = { type: 'page', userId: 'u' };
    const batch = [
      { ...page, messageId: 'as the batch' },
      { ...page, messageId: 'otherwise', context: preferring(true) },
    ];
    await post(request('/v1/batch', { batch, context: preferring(false) }));
    expect(sent.map(({ event }) => event.messageId)).toEqual(['otherwise']);
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
        for (const { event: queued } of sent)
          expect(queued.context).toMatchObject(preferring(true));
        const dropped = lines.filter(({ step }) => step === 'dropped');
        expect(sent.length + dropped.length).toBe(batch.length);
      }),
      { numRuns: 200 },
    );
  });
});
