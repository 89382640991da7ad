import type * as Crypto from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { apiWith, goodToken, hashToken, nowSeconds, origin, secretOf } from './support.ts';

const work = vi.hoisted(() => [] as string[]);

/** Node's own cryptography, which writes down what it is asked to do and on how many characters. */
vi.mock('node:crypto', async (original) => {
  const crypto = await original<typeof Crypto>();
  return {
    ...crypto,
    createHmac: (algorithm: string, key: string) => {
      work.push(`hmac ${algorithm}`);
      return crypto.createHmac(algorithm, key);
    },
    createHash: (algorithm: string) => {
      work.push(algorithm);
      return crypto.createHash(algorithm);
    },
    timingSafeEqual: (a: Buffer, b: Buffer) => {
      work.push(`compare ${a.length} with ${b.length}`);
      return crypto.timingSafeEqual(a, b);
    },
  };
});

const email = 'ada@example.com';
const secrets = ['a', 'b', 'c'].map((letter) => letter.repeat(32));
const [first = '', , last = ''] = secrets;
const expires = nowSeconds + 240;

const workOf = async (
  body: unknown,
  ports: Parameters<typeof apiWith>[0],
): Promise<{ readonly status: number | undefined; readonly done: readonly string[] }> => {
  const { ask } = apiWith(ports);
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  work.length = 0;
  const { statusCode } = await ask('POST', '/v1/hash', { body: text, headers: { origin } });
  return { status: statusCode, done: [...work] };
};

describe('the work for a request', () => {
  it.each(['token', 'origins'] as const)(
    'is the same for a hash and a refusal: %s',
    async (access) => {
      const good = hashToken(email, first, expires);
      const ports = { access, secret: secretOf(secrets) };
      const hashed = await workOf({ token: good }, ports);
      const each = ['hmac sha256', 'sha256', 'compare 32 with 32'];
      expect(hashed).toEqual({
        status: 200,
        done: ['sha256', ...each, ...each, ...each, 'sha1'],
      });
      expect(await workOf({ token: hashToken(email, last, expires) }, ports)).toEqual(hashed);
      const refused = [
        {},
        '{',
        'null',
        'x'.repeat(9_000),
        { token: 5 },
        { token: '' },
        { token: '.' },
        { token: good.slice(0, -1) },
        { token: good.replace('v1', 'v2') },
        { token: goodToken() },
        { token: hashToken(email, first, nowSeconds - 1) },
        { token: hashToken(email, first, nowSeconds + 999) },
        { token: hashToken('@', first, expires) },
        { email: 'nobody' },
      ];
      for (const body of refused) {
        expect(await workOf(body, ports)).toEqual({ ...hashed, status: 403 });
      }
    },
  );

  it('is that of one secret where there is none', async () => {
    const token = hashToken(email, first, expires);
    const { done } = await workOf({ token }, { secret: secretOf([first]) });
    expect(await workOf({ token }, { secret: secretOf([]) })).toEqual({ status: 403, done });
  });
});
