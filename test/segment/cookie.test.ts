import { describe, expect, it } from 'vitest';
import { cookieOf, cookieToken, unreadCookie } from '../../lambdas/segment/cookie.ts';

const token = '_mch-example.com-1374552656411-90718';

describe('a Munchkin cookie', () => {
  it.each([
    token,
    ` ${token}\n`,
    `id:561-HYG-937&token:${token}`,
    ` id:561-hyg-937&token:${token}`,
    encodeURIComponent(`id:561-HYG-937&token:${token}`),
    encodeURIComponent(encodeURIComponent(`id:561-HYG-937&token:${token}`)),
    `"id:561-HYG-937&token:${token}"`,
    `'id:561-HYG-937&token:${token}'`,
    encodeURIComponent(`"id:561-HYG-937&token:${token}"`),
    `\\"id:561-HYG-937&token:${token}\\"`,
    `id:561-HYG-937&amp;token:${token}`,
    `id:561-HYG-937\\u0026token:${token}`,
    `_mkto_trk=id:561-HYG-937&token:${token}`,
    `"_mkto_trk=id:561-HYG-937%26token:${token}"`,
    `ajs_user_id=7; _mkto_trk="id:561-HYG-937&token:${token}"; path=/`,
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

describe('a cookie that cannot be read', () => {
  it.each(['x', `token:${token}`, 561, {}])('is said to be none: %j', (marketoCookie) => {
    expect(unreadCookie({ context: { Marketo: { marketoCookie } } })).toMatchObject([
      { field: 'marketoCookie' },
    ]);
  });

  it.each([
    {},
    { context: { Marketo: { marketoCookie: null } } },
    { integrations: { Marketo: { marketoCookie: '' } } },
    {
      integrations: { Marketo: { marketoCookie: 'x' } },
      context: { marketo: { marketoCookie: token } },
    },
  ])('is not spoken of where there is none, or another one: %j', (event) => {
    expect(unreadCookie(event)).toEqual([]);
  });
});
