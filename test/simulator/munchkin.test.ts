import { describe, expect, it } from 'vitest';
import { cookie, munchkinId, record, startMarketo, tokenA, tokenB, visitQuery } from './support.ts';

const associate = (token: string): string =>
  `<returnLead>false</returnLead><marketoCookie>${cookie(token)}</marketoCookie>`;

describe('a web page visit', () => {
  it('is taken by POST with an empty body and by GET, with everything in the query', async () => {
    const marketo = await startMarketo();
    const query = {
      ...visitQuery,
      _mchQp: 'defense=legion_of_boom&qb=wilson',
      _mchCn: 'My Page',
      _mchHo: 'www.example.com',
      _mchPo: '',
      _mchPc: 'https:',
      _mchVr: '164',
      _mchEcid: '',
      _mchRe: 'https://www.example.org/',
    };
    expect(await marketo.visit(query)).toEqual({ status: 200, text: '' });
    const text = new URLSearchParams(visitQuery).toString();
    expect((await marketo.get(`/webevents/visitWebPage?${text}`)).status).toBe(200);
    expect(marketo.simulator.visits()).toEqual([
      {
        at: marketo.clock.now(),
        url: 'https://www.example.com/Football/Team/Seahawks',
        path: '/Football/Team/Seahawks',
        query: 'defense=legion_of_boom&qb=wilson',
        name: 'My Page',
        referrer: 'https://www.example.org/',
        token: tokenA,
        lead: null,
        email: null,
      },
      expect.objectContaining({ url: '/Football/Team/Seahawks', query: null }),
    ]);
  });

  it('belongs to the lead that owns the cookie', async () => {
    const marketo = await startMarketo();
    await marketo.syncLead(record('ann@example.com'), associate(tokenA));
    await marketo.visit(visitQuery);
    await marketo.visit({ ...visitQuery, _mchTk: tokenB });
    const { text } = await marketo.get('/simulator/visits?email=ann@example.com');
    expect(JSON.parse(text)).toMatchObject([{ token: tokenA, lead: 1, email: 'ann@example.com' }]);
  });

  it('of an anonymous visitor becomes the lead’s when a sync brings the cookie', async () => {
    const marketo = await startMarketo();
    await marketo.visit(visitQuery);
    expect(marketo.simulator.visits()).toMatchObject([{ lead: null, email: null }]);
    await marketo.syncLead(record('ann@example.com'), associate(tokenA));
    expect(marketo.simulator.visits()).toMatchObject([{ lead: 1, email: 'ann@example.com' }]);
  });

  it('stays with its lead when the cookie moves on to another', async () => {
    const marketo = await startMarketo();
    await marketo.syncLead(record('ann@example.com'), associate(tokenA));
    await marketo.syncLead(record('bob@example.com'));
    await marketo.visit(visitQuery);
    marketo.clock.advance(30_000);
    await marketo.syncLead('<Id>2</Id>', associate(tokenA));
    await marketo.visit(visitQuery);
    expect(marketo.simulator.visits().map(({ lead }) => lead)).toEqual([1, 2]);
  });

  it.each([
    '_mch-example.com-1374552656411-90718',
    '_mch-example.com-a1b2',
    '_mch-my-shop.example.com-0123456789abcdef0123456789abcdef',
    '_mch-segment-0123456789abcdef0123456789abcdef',
  ])('takes the token %s', async (token) => {
    const marketo = await startMarketo();
    expect((await marketo.visit({ ...visitQuery, _mchTk: token })).status).toBe(200);
  });

  it.each([
    ['_mchTk', ''],
    ['_mchTk', `id:${munchkinId}&token:${tokenA}`],
    ['_mchTk', '_mch-example.com-xyz'],
    ['_mchTk', '_mch-example.com-a1b'],
    ['_mchId', '000-AAA-000'],
    ['_mchRu', 'pricing'],
    ['_mchNc', 'now'],
    ['_mchPc', 'ftp:'],
  ])('is refused when %s is "%s"', async (name, value) => {
    const marketo = await startMarketo();
    const answer = await marketo.visit({ ...visitQuery, [name]: value });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain(name);
    expect(marketo.simulator.visits()).toEqual([]);
  });

  it.each(Object.keys(visitQuery))('is refused without %s', async (name) => {
    const marketo = await startMarketo();
    const query = Object.fromEntries(Object.entries(visitQuery).filter(([key]) => key !== name));
    expect(await marketo.visit(query)).toMatchObject({ status: 400 });
  });

  it('is refused with a body or by another method', async () => {
    const marketo = await startMarketo();
    const url = `${marketo.munchkinEndpoint}/webevents/visitWebPage?${new URLSearchParams(visitQuery).toString()}`;
    expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(400);
    expect((await fetch(url, { method: 'PUT' })).status).toBe(405);
    expect((await fetch(url.replace('visitWebPage', 'visitPage'))).status).toBe(404);
  });
});
