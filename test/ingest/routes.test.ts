import { describe, expect, it } from 'vitest';
import { paths } from '../../lambdas/ingest/routes.ts';
import { ingestWith, request } from './support.ts';

/** Nothing that any call would miss. */
const event = { userId: 'u', messageId: 'm', event: 'e', groupId: 'g' };

const short = {
  i: 'identify',
  t: 'track',
  p: 'page',
  s: 'screen',
  g: 'group',
  a: 'alias',
} as const;

describe('the routes of the Tracking API', () => {
  it.each(Object.entries(short))('/v1/%s is /v1/%s', async (letter, call) => {
    for (const path of [`/v1/${letter}`, `/v1/${letter}/`, `/v1/${call}`, `/v1/${call}/`]) {
      const { post, sent, lines } = ingestWith();
      expect((await post(request(path, event))).said, path).toEqual({ success: true });
      const types = sent.map((entry) => entry.event.type);
      const isTaken = ['identify', 'track', 'page', 'group'].includes(call);
      expect(types, path).toEqual(isTaken ? [call] : []);
      const because = `Marketo has no use for ${call} calls`;
      expect(lines[0], path).toMatchObject(
        isTaken ? { step: 'queued' } : { step: 'dropped', because },
      );
    }
  });

  it.each(['batch', 'b', 'import', 'batch/', 'b/', 'import/'])(
    '/v1/%s takes a batch',
    async (path) => {
      const { post, sent } = ingestWith();
      const batch = ['m1', 'm2'].map((messageId) => ({ ...event, messageId, type: 'track' }));
      expect((await post(request(`/v1/${path}`, { batch }))).said).toEqual({ success: true });
      expect(sent.map((entry) => entry.event.messageId)).toEqual(['m1', 'm2']);
    },
  );

  it('the type of a message in another place does not win over the address', async () => {
    const { post, sent } = ingestWith();
    await post(request('/v1/t', { ...event, type: 'identify' }));
    expect(sent[0]?.event.type).toBe('track');
  });

  it.each([
    ['POST', '/v1/purchase'],
    ['POST', '/v1/identify//'],
    ['POST', '/v1/delete'],
    ['POST', '/v1/x/identify'],
    ['POST', '/v1/'],
    ['POST', '/V1/identify'],
    ['POST', '/v1/__proto__'],
    ['POST', '/v1/constructor'],
    ['GET', '/v1/identify'],
    ['PUT', '/v1/batch'],
    ['OPTIONS', '/v1/purchase'],
  ])('%s %s is 404 in JSON', async (method, path) => {
    const { answer, said } = await ingestWith().post(request(path, event, { method }));
    expect(answer).toMatchObject({
      statusCode: 404,
      headers: { 'content-type': 'application/json' },
    });
    expect(said).toMatchObject({ success: false, code: 'not_found' });
  });
});

describe('a page of any site', () => {
  const headers = {
    origin: 'https://shop.example',
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,content-type,x-retry-count',
  };

  it.each(paths)('is told by the preflight of %s that it may send', async (path) => {
    const { post } = ingestWith();
    const preflight = request(path, '', { method: 'OPTIONS', headers });
    const { answer } = await post(preflight);
    expect(answer.statusCode).toBe(204);
    expect(answer.headers).toMatchObject({
      'Access-Control-Allow-Origin': 'https://shop.example',
      'Access-Control-Allow-Credentials': 'true',
      'Access-Control-Allow-Methods': 'POST',
      'Access-Control-Max-Age': '7200',
    });
    const allowed = String(answer.headers?.['Access-Control-Allow-Headers']).split(', ');
    // `*` does not cover Authorization, and nothing for a page that sends with credentials (Fetch standard).
    const named = ['authorization', 'content-type', 'x-retry-count', 'anonymousid', 'x-write-key'];
    expect(allowed).toEqual(expect.arrayContaining([...named, '*']));
  });

  it('may read every answer, and when to come again', async () => {
    const failing = ingestWith({ eventsQueue: { send: () => Promise.reject(new Error('x')) } });
    const { post } = ingestWith();
    const answers = [
      await post(request('/v1/page', event)),
      await post(request('/v1/page', '{')),
      await post(request('/v1/page', event, { headers: {} })),
      await post(request('/v1/purchase', event)),
      await post(request('/v1/page', 'x'.repeat(7_000_000))),
      await failing.post(request('/v1/page', event)),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 400, 401, 404, 413, 503]);
    for (const { answer } of answers) {
      expect(answer.headers).toMatchObject({
        'Access-Control-Allow-Origin': '*',
        'Access-Control-Expose-Headers': 'retry-after',
      });
    }
  });
});
