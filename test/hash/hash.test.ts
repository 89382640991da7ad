import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createHashApi } from '../../lambdas/hash/hash.ts';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import type { HashPorts } from '../../lambdas/hash/hash.ts';

const origin = 'https://www.example.com';
const privateKey = 'mysecretkey';
const sha1 = (email: string): string =>
  createHash('sha1')
    .update(privateKey + email)
    .digest('hex');

const apiWith = (ports: Partial<HashPorts> = {}) => {
  const troubles: string[] = [];
  const note = (message: string, facts: object = {}): void => {
    troubles.push(message + JSON.stringify(facts));
  };
  const handler = createHashApi({
    privateKey: () => Promise.resolve(privateKey),
    classic: false,
    allowedOrigins: [origin],
    logger: { delivery: () => undefined, warn: note, error: note },
    ...ports,
  });
  const ask = (
    method: string,
    rawPath: string,
    more: Partial<APIGatewayProxyEventV2> = {},
  ): ReturnType<typeof handler> =>
    handler(
      {
        version: '2.0',
        rawPath,
        headers: {},
        requestContext: { http: { method, path: rawPath } },
        isBase64Encoded: false,
        ...more,
      } as APIGatewayProxyEventV2,
      {} as Context,
    );
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    ask('POST', '/v1/hash', { body: JSON.stringify(body), headers });
  const jsonp = (email: string, callback = '__jp0') =>
    ask('GET', `/integrations/marketo/v1/project/${email}/hash`, {
      queryStringParameters: { callback },
    });
  return { ask, post, jsonp, troubles };
};

describe('POST /v1/hash', () => {
  it("answers Munchkin's hash, by the documented example", async () => {
    const { statusCode, body, headers } = await apiWith().post({ email: 'someone@email.com' });
    expect(statusCode).toBe(200);
    expect(body).toBe('{"hash":"dcb91275781ad25074d9e6ca8e3153a82e9a0759"}');
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'no-store',
    });
  });

  it('hashes the e-mail exactly as given', async () => {
    for (const email of ['Ada@Example.com', ' ada@example.com ', 'ada+x@exämple.com']) {
      const { body = '' } = await apiWith().post({ email });
      expect(JSON.parse(body)).toEqual({ hash: sha1(email) });
    }
  });

  it.each([[{}], [{ email: 5 }], [{ email: '' }], [{ email: 'ada' }], ['ada@example.com'], [null]])(
    '%j is 400 and names the field',
    async (body) => {
      const answer = await apiWith().post(body);
      expect(answer.statusCode).toBe(400);
      expect(JSON.parse(answer.body ?? '')).toMatchObject({ success: false, field: 'email' });
    },
  );

  it('refuses an address that no person has, and JSON that is none', async () => {
    const { post, ask } = apiWith();
    expect((await post({ email: `${'a'.repeat(400)}@b.cd` })).statusCode).toBe(400);
    const malformed = await ask('POST', '/v1/hash', { body: '{' });
    expect([malformed.statusCode, JSON.parse(malformed.body ?? '')]).toEqual([
      400,
      { success: false, message: 'malformed JSON', code: 'invalid_request' },
    ]);
  });

  it('is 503 while the private key cannot be read, and says nothing of the e-mail', async () => {
    const failing = new Error('ada@example.com');
    const { post, troubles } = apiWith({ privateKey: () => Promise.reject(failing) });
    const answer = await post({ email: 'ada@example.com' }, { origin });
    expect(answer.statusCode).toBe(503);
    expect(answer.headers).toMatchObject({
      'retry-after': '5',
      'Access-Control-Allow-Origin': origin,
    });
    expect(troubles).toHaveLength(1);
    expect(JSON.stringify([answer, troubles])).not.toContain('ada@');
  });
});

describe('pages of other origins', () => {
  const allowed = 'Access-Control-Allow-Origin';

  it('read the answer where their origin is allowed, and only there', async () => {
    const { post } = apiWith({ allowedOrigins: [origin, 'https://shop.example.com'] });
    const body = { email: 'ada@example.com' };
    expect((await post(body, { Origin: origin })).headers?.[allowed]).toBe(origin);
    const others = [
      'https://evil.com',
      `${origin}.evil.com`,
      'http://www.example.com',
      'null',
      '*',
    ];
    for (const other of others) {
      expect((await post(body, { origin: other })).headers).not.toHaveProperty(allowed);
    }
    expect((await post(body)).headers).not.toHaveProperty(allowed);
  });

  it('read nothing where no origin is allowed', async () => {
    const { post } = apiWith({ allowedOrigins: [] });
    const answer = await post({ email: 'ada@example.com' }, { origin });
    expect(answer.headers).not.toHaveProperty(allowed);
  });

  it('may ask first', async () => {
    const preflight = (from: string) =>
      apiWith().ask('OPTIONS', '/v1/hash', {
        headers: { origin: from, 'access-control-request-method': 'POST' },
      });
    const answer = await preflight(origin);
    expect(answer.statusCode).toBe(204);
    expect(answer.headers).toMatchObject({
      [allowed]: origin,
      'Access-Control-Allow-Methods': 'POST',
      'Access-Control-Allow-Headers': 'content-type',
    });
    expect((await preflight('https://evil.com')).headers).not.toHaveProperty(allowed);
  });
});

describe("the classic client's path", () => {
  const open = apiWith({ classic: true });

  it('is not there unless the setting opens it', async () => {
    expect((await apiWith().jsonp('ada@example.com')).statusCode).toBe(404);
  });

  it('answers a call with a bare string, as a script', async () => {
    const answer = await open.jsonp('someone@email.com');
    expect(answer).toMatchObject({
      statusCode: 200,
      body: '__jp0("dcb91275781ad25074d9e6ca8e3153a82e9a0759")',
      headers: { 'content-type': 'application/javascript', 'x-content-type-options': 'nosniff' },
    });
  });

  it.each([
    ['ada+x@example.com', 'ada+x@example.com'],
    ['ada%2Bx%40example.com', 'ada+x@example.com'],
    ['100%@example.com', '100%@example.com'],
  ])('takes %s for %s', async (written, email) => {
    expect((await open.jsonp(written)).body).toBe(`__jp0("${sha1(email)}")`);
  });

  it('calls what a page may name, and nothing else', async () => {
    for (const callback of ['jQuery.cb_1', '$', '_a.b.c']) {
      expect((await open.jsonp('a@b.cd', callback)).body).toMatch(`${callback}("`);
    }
    const hostile = ['', 'alert(1)//', 'a;b', 'a..b', '.a', '1a', 'a\n', 'é', 'a'.repeat(101)];
    for (const callback of hostile) {
      const { statusCode, body = '' } = await open.jsonp('a@b.cd', callback);
      expect([callback, statusCode]).toEqual([callback, 400]);
      expect(JSON.parse(body)).toMatchObject({ field: 'callback' });
    }
    const none = await open.ask('GET', '/integrations/marketo/v1/p/a@b.cd/hash');
    expect(none.statusCode).toBe(400);
  });

  it('refuses what is no e-mail, and knows no other path', async () => {
    expect(JSON.parse((await open.jsonp('ada')).body ?? '')).toMatchObject({ field: 'email' });
    for (const path of ['/integrations/marketo/v1/p/hash', '/v1/hash', '/']) {
      expect((await open.ask('GET', path)).statusCode).toBe(404);
    }
    expect((await open.ask('PUT', '/v1/hash')).statusCode).toBe(404);
  });
});

describe('whatever comes in', () => {
  it('gets a defined answer, and a script holds nothing but one call', async () => {
    const open = apiWith({ classic: true });
    const emails = fc.oneof(fc.string(), fc.emailAddress());
    const callbacks = fc.oneof(fc.string(), fc.constantFrom('__jp0', 'a.b', 'a.b('));
    await fc.assert(
      fc.asyncProperty(emails, callbacks, fc.jsonValue(), async (email, callback, body) => {
        expect([200, 400]).toContain((await open.post(body)).statusCode);
        const answer = await open.jsonp(email, callback);
        expect([200, 400, 404]).toContain(answer.statusCode);
        if (answer.statusCode === 200) expect(answer.body).toMatch(/^[\w$.]+\("[0-9a-f]{40}"\)$/);
      }),
    );
  });
});
