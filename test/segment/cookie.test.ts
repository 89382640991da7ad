import { describe, expect, it } from 'vitest';
import { cookieOf, cookieToken } from '../../lambdas/segment/cookie.ts';

const token = '_mch-example.com-1374552656411-90718';

describe('a Munchkin cookie', () => {
  it.each([
    token,
    ` ${token}\n`,
    `id:561-HYG-937&token:${token}`,
    ` id:561-hyg-937&token:${token}`,
  ])('is read from %j', (value) => {
    expect(cookieToken(value)).toBe(token);
  });

  it.each([
    `x${token}`,
    `${token}x`,
    `xid:561-HYG-937&token:${token}`,
    `id:561-HYG-937&token:${token}; path=/`,
    `id:561-HYG-9375&token:${token}`,
    `token:${token}`,
    561,
    null,
    undefined,
  ])('is not found in %j', (value) => {
    expect(cookieToken(value)).toBeUndefined();
  });

  it('is looked for under every spelling of Marketo until one has it, and nowhere else', () => {
    const found = { marketoCookie: token };
    expect(cookieOf({ integrations: { Marketo: 'text', marketo: found } })).toBe(token);
    expect(cookieOf({ context: { MARKETO: { marketoCookie: 'none' }, marketo: found } })).toBe(
      token,
    );
    expect(cookieOf({ context: { Munchkin: found } })).toBeUndefined();
    expect(cookieOf({})).toBeUndefined();
  });
});
