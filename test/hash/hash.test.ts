import { describe, expect, it } from 'vitest';
import {
  apiWith,
  goodToken,
  hashToken,
  nowSeconds,
  origin,
  privateKey,
  secretOf,
  sha1,
  tokenSecret,
} from './support.ts';

const { post, ask } = apiWith();
const allowed = 'Access-Control-Allow-Origin';

describe('POST /v1/hash with a token', () => {
  it("answers Munchkin's hash, by the documented example", async () => {
    const { statusCode, body, headers } = await post({ token: goodToken('someone@email.com') });
    expect(statusCode).toBe(200);
    expect(body).toBe('{"hash":"dcb91275781ad25074d9e6ca8e3153a82e9a0759"}');
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'no-store',
    });
  });

  it('hashes the e-mail exactly as the token names it, whatever else the body says', async () => {
    for (const email of ['Ada@Example.com', ' ada@example.com ', 'ada+x@exämple.com']) {
      const { body = '' } = await post({ token: goodToken(email), email: 'bob@example.com' });
      expect(JSON.parse(body)).toEqual({ hash: sha1(email) });
    }
  });

  it('takes the body as any type of content, so that a page need not ask first', async () => {
    const body = Buffer.from(JSON.stringify({ token: goodToken() })).toString('base64');
    const answer = await ask('POST', '/v1/hash', { body, isBase64Encoded: true });
    expect(answer.statusCode).toBe(200);
  });

  it('takes the longest address in the longest letters', async () => {
    const email = `${'ᄁ'.repeat(309)}@example.ab`;
    expect(email).toHaveLength(320);
    const { body = '' } = await post({ token: goodToken(email) });
    expect(JSON.parse(body)).toEqual({ hash: sha1(email) });
    expect((await post({ token: goodToken(`a${email}`) })).statusCode).toBe(403);
  });

  it('takes a token until it expires, and none that is good for more than five minutes', async () => {
    const at = async (expires: number): Promise<number | undefined> =>
      (await post({ token: hashToken('ada@example.com', tokenSecret, expires) })).statusCode;
    expect(await at(nowSeconds)).toBe(403);
    expect(await at(nowSeconds + 1)).toBe(200);
    expect(await at(nowSeconds + 300)).toBe(200);
    expect(await at(nowSeconds + 301)).toBe(403);
  });

  it('takes the tokens of each of several secrets, and of no other', async () => {
    const other = 'another-secret-of-thirty-two-let';
    const token = hashToken('ada@example.com', other, nowSeconds + 240);
    expect((await post({ token })).statusCode).toBe(403);
    for (const secrets of [
      [tokenSecret, other],
      [other, tokenSecret],
    ]) {
      const rotating = apiWith({ secret: secretOf(secrets) });
      expect((await rotating.post({ token })).statusCode).toBe(200);
      expect((await rotating.post({ token: goodToken() })).statusCode).toBe(200);
    }
  });

  it('takes no token where there is no secret', async () => {
    const closed = apiWith({ secret: secretOf([]) });
    expect((await closed.post({ token: goodToken() })).statusCode).toBe(403);
  });

  it('takes no e-mail without a token, not from pages of allowed origins either', async () => {
    expect((await post({ email: 'ada@example.com' }, { origin })).statusCode).toBe(403);
  });

  it('is 503 while the private key cannot be read, and says nothing of the e-mail', async () => {
    const failing = new Error('ada@example.com');
    const broken = apiWith({ secret: () => Promise.reject(failing) });
    const answers = [
      await broken.post({ token: goodToken() }, { origin }),
      await broken.post({}, { origin }),
    ];
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]).toMatchObject({
      statusCode: 503,
      headers: { 'retry-after': '5', [allowed]: origin },
    });
    expect(broken.logged).toHaveLength(2);
    expect(JSON.stringify([answers, broken.logged])).not.toContain('ada@');
  });
});

describe('POST /v1/hash that is open to origins', () => {
  const open = apiWith({ access: 'origins' });

  it('hashes any e-mail for a page of an allowed origin', async () => {
    const { body = '' } = await open.post({ email: ' Ada@example.com' }, { Origin: origin });
    expect(JSON.parse(body)).toEqual({ hash: sha1(' Ada@example.com') });
  });

  it.each([undefined, 'https://evil.com', `${origin}.evil.com`, 'http://www.example.com', 'null'])(
    'refuses an e-mail from %s',
    async (from) => {
      const headers = from === undefined ? {} : { origin: from };
      const answer = await open.post({ email: 'ada@example.com' }, headers);
      expect(answer.statusCode).toBe(403);
      expect(answer.headers).not.toHaveProperty(allowed);
    },
  );

  it.each([[{}], [{ email: 5 }], [{ email: '' }], [{ email: 'ada' }], ['ada@example.com'], [null]])(
    'refuses %j',
    async (body) => {
      expect((await open.post(body, { origin })).statusCode).toBe(403);
    },
  );

  it('takes tokens, too, so that a site can change over', async () => {
    expect((await open.post({ token: goodToken() })).statusCode).toBe(200);
  });
});

describe('a refusal', () => {
  it('is the same, byte for byte, whatever was wrong', async () => {
    const token = goodToken();
    const [version = '', expiry = '', email = '', mac = ''] = token.split('.');
    const bodies = [
      undefined,
      '',
      '{',
      'null',
      '[]',
      '{}',
      '{"token":5}',
      '{"token":""}',
      '{"email":"ada@example.com"}',
      JSON.stringify({ token: `${token}=` }),
      JSON.stringify({ token: token.slice(0, -1) }),
      JSON.stringify({ token: `v2.${expiry}.${email}.${mac}` }),
      JSON.stringify({ token: `${version}.${Number(expiry) + 1}.${email}.${mac}` }),
      JSON.stringify({ token: hashToken('ada@example.com', tokenSecret, nowSeconds - 1) }),
      JSON.stringify({ token: hashToken('ada@example.com', tokenSecret, nowSeconds + 9_000) }),
      JSON.stringify({ token: hashToken('@', tokenSecret, nowSeconds + 240) }),
      JSON.stringify({ token: 'x'.repeat(5_000) }),
      JSON.stringify({ token, more: 'x'.repeat(5_000) }),
    ];
    const answers = await Promise.all(
      bodies.map((body) =>
        ask('POST', '/v1/hash', { headers: { origin }, ...(body !== undefined && { body }) }),
      ),
    );
    const closed = apiWith({ secret: secretOf([]) });
    answers.push(await closed.post({ token }, { origin }));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]?.statusCode).toBe(403);
    expect(JSON.parse(answers[0]?.body ?? '')).toMatchObject({ success: false, code: 'refused' });
  });

  it('leaves no line in the log', async () => {
    const { post: refuse, logged } = apiWith();
    await refuse({ token: 'ada@example.com', email: 'ada@example.com' });
    expect(logged).toEqual([]);
  });

  it('differs from a hash in status and body only', async () => {
    const { headers } = await post({}, { origin });
    expect((await post({ token: goodToken() }, { origin })).headers).toEqual(headers);
  });
});

describe('pages of other origins', () => {
  it('read the answer where their origin is allowed, and only there', async () => {
    const several = apiWith({ allowedOrigins: [origin, 'https://shop.example.com'] });
    const body = { token: goodToken() };
    expect((await several.post(body, { Origin: origin })).headers?.[allowed]).toBe(origin);
    const others = [
      'https://evil.com',
      `${origin}.evil.com`,
      'http://www.example.com',
      'null',
      '*',
    ];
    for (const other of others) {
      expect((await several.post(body, { origin: other })).headers).not.toHaveProperty(allowed);
    }
    expect((await several.post(body)).headers).not.toHaveProperty(allowed);
  });

  it('read the answer everywhere where tokens decide and no origin is named', async () => {
    const anywhere = apiWith({ allowedOrigins: [] });
    const answer = await anywhere.post({ token: goodToken() }, { origin: 'https://a.example' });
    expect(answer.headers?.[allowed]).toBe('*');
    expect(answer.headers).not.toHaveProperty('Access-Control-Allow-Credentials');
  });

  it('read nothing where origins decide and none is named', async () => {
    const nowhere = apiWith({ access: 'origins', allowedOrigins: [] });
    const answer = await nowhere.post({ email: 'ada@example.com' }, { origin });
    expect(answer.statusCode).toBe(403);
    expect(answer.headers).not.toHaveProperty(allowed);
  });

  it('may ask first', async () => {
    const preflight = (from: string) =>
      ask('OPTIONS', '/v1/hash', {
        headers: { origin: from, 'access-control-request-method': 'POST' },
      });
    const answer = await preflight(origin);
    expect(answer.statusCode).toBe(204);
    expect(answer.headers).toMatchObject({
      [allowed]: origin,
      'Access-Control-Allow-Methods': 'POST',
      'Access-Control-Allow-Headers': 'content-type',
      'Access-Control-Max-Age': '7200',
    });
    expect((await preflight('https://evil.com')).headers).not.toHaveProperty(allowed);
  });
});

describe('the private key', () => {
  it('and the secrets of tokens stand in no answer', async () => {
    const answers = [await post({ token: goodToken() }), await post({}), await ask('GET', '/')];
    expect(JSON.stringify(answers)).not.toMatch(new RegExp(`${privateKey}|${tokenSecret}`));
  });
});
