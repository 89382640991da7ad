import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paths } from '../../lambdas/ingest/routes.ts';
import { basic, ingestWith, request, webhookKey, writeKey } from './support.ts';

const statuses = [200, 400, 401, 404, 413];
/** Webhooks with a key have no path of their own; a key may be anything, and there are paths that are none. */
const path = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...paths, `/v1/webhook/${webhookKey}`) },
  fc.string().map((key) => `/v1/webhook/${key}`),
  fc.string().map((rest) => `/api/s/${rest}`),
);

const field = fc.oneof(fc.jsonValue(), fc.constantFrom('u', 7, null, {}, { email: 'a@b.cd' }));
/** Nearly events: each field good, bad or absent. */
const nearly = fc.record(
  {
    type: fc.constantFrom('identify', 'track', 'page', 'screen', 'other', 5),
    messageId: field,
    userId: field,
    anonymousId: field,
    event: field,
    traits: field,
    properties: field,
    context: field,
    integrations: fc.oneof(field, fc.constant({ All: false })),
    timestamp: fc.oneof(
      field,
      fc.date({ noInvalidDate: true }).map((d) => d.toISOString()),
    ),
    sentAt: field,
  },
  { requiredKeys: [] },
);

describe('whatever comes in', () => {
  it('any JSON value gets a defined JSON answer', async () => {
    const body = fc.oneof(
      fc.json(),
      nearly.map((event) => JSON.stringify(event)),
    );
    await fc.assert(
      fc.asyncProperty(path, body, async (to, text) => {
        const { status, said } = await ingestWith().post(request(to, text));
        expect(statuses).toContain(status);
        expect(said.success).toBe(status === 200);
      }),
      { numRuns: 300 },
    );
  });

  it('any headers beside a good key, and any kind of body, get one', async () => {
    const name = fc.oneof(
      fc.string(),
      fc.constantFrom('content-encoding', 'content-type', 'x-signature', 'origin', '__proto__'),
    );
    const value = fc.oneof(fc.string(), fc.constantFrom('gzip', 'deflate', 'GZIP', 'x-gzip'));
    const body = fc.oneof(fc.base64String(), fc.json());
    await fc.assert(
      fc.asyncProperty(
        path,
        fc.dictionary(name, value),
        body,
        fc.boolean(),
        fc.constantFrom('POST', 'OPTIONS', 'GET', 'PUT', 'nonsense'),
        async (to, more, text, isBase64Encoded, method) => {
          const headers = { ...more, authorization: basic(writeKey) };
          const { answer } = await ingestWith().post(
            request(to, text, { headers, isBase64Encoded, method }),
          );
          expect([...statuses, 204]).toContain(answer.statusCode);
          expect(answer.headers).toHaveProperty('Access-Control-Allow-Origin');
        },
      ),
      { numRuns: 300 },
    );
  });

  it('any headers and any path get one', async () => {
    const name = fc.oneof(fc.string(), fc.constantFrom('authorization', 'x-write-key'));
    const value = fc.oneof(
      fc.string(),
      fc.base64String().map((text) => `Basic ${text}`),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(name, value),
        fc.string().map((text) => `/${text}`),
        async (headers, to) => {
          const { status } = await ingestWith().post(request(to, '{}', { headers }));
          expect([401, 404]).toContain(status);
          const page = await ingestWith().post(request('/v1/page', '{}', { headers }));
          expect(page.status).toBe(401);
        },
      ),
    );
  });

  it('a request that is cut anywhere is never taken for an event', async () => {
    const whole = JSON.stringify({ batch: [{ type: 'page', userId: 'é', messageId: 'm' }] });
    const bytes = Buffer.from(whole);
    for (let end = 0; end < bytes.length; end += 1) {
      const cut = bytes.subarray(0, end).toString('base64');
      const { post, sent } = ingestWith();
      const { status } = await post(request('/v1/batch', cut, { isBase64Encoded: true }));
      expect([status, sent.length]).toEqual([400, 0]);
    }
  });

  it('a compressed request that is cut anywhere is never taken for an event', async () => {
    const bytes = gzipSync(JSON.stringify({ batch: [{ type: 'page', userId: 'u' }] }));
    const headers = { authorization: basic(writeKey), 'content-encoding': 'gzip' };
    for (let end = 0; end < bytes.length; end += 1) {
      const { post, sent } = ingestWith();
      const cut = bytes.subarray(0, end).toString('base64');
      const { status } = await post(
        request('/v1/batch', cut, { isBase64Encoded: true, headers: { ...headers } }),
      );
      expect([status, sent.length]).toEqual([400, 0]);
    }
  });

  it('each event of a batch is queued once, dropped once or listed once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(nearly, fc.jsonValue()), { minLength: 1 }),
        async (batch) => {
          const { post, sent, lines } = ingestWith();
          const { status, said } = await post(request('/v1/batch', { batch }));
          const bad = said.errors ?? [];
          const steps = lines.map(({ step }) => step);
          const counted = (step: string): number => steps.filter((each) => each === step).length;
          expect(sent.length + counted('dropped') + bad.length).toBe(batch.length);
          expect([counted('queued'), counted('refused')]).toEqual([sent.length, bad.length]);
          expect(new Set(bad.map(({ index }) => index)).size).toBe(bad.length);
          expect(status).toBe(bad.length === batch.length ? 400 : 200);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('no write key is good but the right ones', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), async (key) => {
        fc.pre(key.split(':')[0] !== writeKey);
        const headers = { authorization: basic(key) };
        const { status } = await ingestWith().post(request('/v1/page', '{}', { headers }));
        expect(status).toBe(401);
      }),
    );
  });
});
