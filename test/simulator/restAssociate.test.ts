import { describe, expect, it } from 'vitest';
import type { RestMarketo } from './restSupport.ts';
import { codeOf, resultsOf, startRest } from './restSupport.ts';
import { munchkinId, tokenA, tokenB, visitQuery } from './support.ts';

const cookieOf = (token: string): string => `id:${munchkinId}&token:${token}`;

const twoLeads = async (): Promise<RestMarketo> => {
  const marketo = await startRest();
  resultsOf(await marketo.leads([{ email: 'ann@example.com' }, { email: 'bob@example.com' }]));
  return marketo;
};

describe('an association', () => {
  it('gives the cookie to the lead, and with it the visits that nobody had', async () => {
    const marketo = await twoLeads();
    await marketo.visit(visitQuery);
    await marketo.visit({ ...visitQuery, _mchTk: tokenB });
    const { status, body } = await marketo.associate(1, cookieOf(tokenA));
    expect([status, body.success, 'result' in body]).toEqual([200, true, false]);
    await marketo.visit(visitQuery);
    const emails = marketo.simulator.visits().map(({ email }) => email);
    expect(emails).toEqual(['ann@example.com', null, 'ann@example.com']);
    expect(marketo.simulator.leads('ann@example.com')).toMatchObject([{ cookies: [tokenA] }]);
    expect(marketo.simulator.calls().at(-1)).toMatchObject({
      operation: 'associate',
      leads: ['ann@example.com'],
      status: 200,
      lockBreach: false,
    });
  });

  it('with another lead moves the cookie, but no visit that a lead had', async () => {
    const marketo = await twoLeads();
    await marketo.associate(1, cookieOf(tokenA));
    await marketo.visit(visitQuery);
    await marketo.associate(2, cookieOf(tokenA));
    await marketo.visit(visitQuery);
    const emails = marketo.simulator.visits().map(({ email }) => email);
    expect(emails).toEqual(['ann@example.com', 'bob@example.com']);
    expect(marketo.simulator.leads().map(({ cookies }) => cookies)).toEqual([[], [tokenA]]);
  });

  it('can be told twice', async () => {
    const marketo = await twoLeads();
    await marketo.associate(1, cookieOf(tokenA));
    await marketo.associate(1, cookieOf(tokenA));
    expect(marketo.simulator.leads('ann@example.com')).toMatchObject([{ cookies: [tokenA] }]);
  });

  it.each([
    ['biscuit'],
    [tokenA],
    [`id:000-AAA-000&token:${tokenA}`],
    [`id:${munchkinId}`],
    [encodeURIComponent(cookieOf(tokenA))],
  ])('refuses the cookie %s with 1012', async (cookie) => {
    const marketo = await twoLeads();
    const answer = await marketo.associate(1, cookie);
    expect(codeOf(answer)).toBe('1012');
    expect(answer.body.errors?.[0]?.message).toBe(`Invalid cookie value '${cookie}'`);
  });

  it('refuses a cookie whose ampersand is not encoded, and none', async () => {
    const marketo = await twoLeads();
    const path = '/rest/v1/leads/1/associate.json';
    expect(codeOf(await marketo.rest('POST', `${path}?cookie=${cookieOf(tokenA)}`))).toBe('1012');
    expect(codeOf(await marketo.rest('POST', path))).toBe('1002');
  });

  it.each([[3], ['ann']])('refuses the lead %s, which is not there, with 1004', async (id) => {
    const marketo = await twoLeads();
    expect(codeOf(await marketo.associate(id, cookieOf(tokenA)))).toBe('1004');
    expect(marketo.simulator.find('cookie', tokenA)).toBeUndefined();
  });

  it('needs no rest after a sync of its lead, and is none', async () => {
    const marketo = await twoLeads();
    marketo.clock.advance(29_999);
    await marketo.associate(1, cookieOf(tokenA));
    marketo.clock.advance(1);
    expect(resultsOf(await marketo.leads([{ email: 'ann@example.com' }]))).toEqual([
      { id: 1, status: 'updated' },
    ]);
    expect(marketo.simulator.lockFaults).toBe(0);
    expect(marketo.simulator.leads('ann@example.com')).toMatchObject([{ cookies: [tokenA] }]);
  });
});
