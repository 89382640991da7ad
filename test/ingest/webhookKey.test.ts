import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ingestWith, request, senders, webhookKey, webhookSecret } from './support.ts';

const page = { type: 'page', userId: 'u', messageId: 'm' };
const webhookKeyHeader = 'x-api-key';
const to = (key: string, body: unknown = page, headers: Record<string, string> = {}) =>
  request(`/v1/webhook/${key}`, body, { headers });

describe('a webhook without a signature', () => {
  it('is let in by a key in its path, also while keys are changed', async () => {
    const { post, sent } = ingestWith();
    for (const key of [webhookKey, 'the-next-webhook-key', `${webhookKey}/`])
      expect((await post(to(key))).said).toEqual({ success: true });
    expect((await post(to(webhookKey, [page, { ...page, messageId: 'n' }]))).status).toBe(200);
    expect(sent.map(({ event }) => event.messageId)).toEqual(['m', 'm', 'm', 'm', 'n']);
  });

  it('is let in by a key in the header that the settings name, and in no other', async () => {
    const { post, sent } = ingestWith({ webhookKeyHeader });
    const headers = { 'X-Api-Key': webhookKey };
    expect((await post(request('/v1/webhook', page, { headers }))).status).toBe(200);
    expect(sent).toHaveLength(1);
    const unnamed = await ingestWith().post(request('/v1/webhook', page, { headers }));
    expect(unnamed.said.message).toContain('X-Signature');
  });

  it('still takes a signature where the header is named', async () => {
    const body = JSON.stringify(page);
    const signature = createHmac('sha1', webhookSecret).update(body).digest('hex');
    const headers = { 'x-signature': signature };
    const { post } = ingestWith({ webhookKeyHeader });
    expect((await post(request('/v1/webhook', body, { headers }))).status).toBe(200);
  });

  it('is closed without keys, whatever secrets there are', async () => {
    const { post, sent } = ingestWith({
      senders: () => Promise.resolve({ ...senders, webhookKeys: [] }),
    });
    const { status, said } = await post(to('anything'));
    expect([status, sent]).toEqual([404, []]);
    expect(said.message).toContain('webhookKey');
  });

  it('is let in by no other key, and told nothing of its body then', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme-ascii', minLength: 1 }), async (key) => {
        fc.pre(!senders.webhookKeys.some((one) => one.key === key) && !key.includes('/'));
        const { post, sent } = ingestWith();
        expect((await post(to(key, '{'))).status).toBe(401);
        expect(sent).toEqual([]);
      }),
    );
  });

  it('names its source, and deletes only where the secret says so', async () => {
    const { post, sent } = ingestWith();
    await post(to('the-key-of-crm', [{ type: 'delete', userId: 'u' }, page]));
    expect(sent.map(({ event }) => event.type)).toEqual(['delete', 'page']);
    expect(sent.at(-1)?.event.source).toEqual({ name: 'crm', kind: 'server' });
  });

  it('may not delete without another word, and names its key in no log', async () => {
    const { post, sent, lines, troubles } = ingestWith();
    const { said } = await post(to(webhookKey, [{ type: 'delete', userId: 'u' }, page]));
    expect(said.errors).toMatchObject([{ index: 0, code: 'delete_not_allowed' }]);
    await post(to('a-wrong-key'));
    await post(to(webhookKey, '{'));
    expect(sent.map(({ event }) => event.type)).toEqual(['page']);
    expect(JSON.stringify([lines, troubles])).not.toMatch(/the-webhook-key|a-wrong-key/);
  });
});
