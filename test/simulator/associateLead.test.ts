import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { startMarketo, tokenA, tokenB, visitQuery, type Marketo } from './support.ts';

const munchkinPrivateKey = 'mysecretkey';
const email = 'someone@email.com';
const hash = createHash('sha1')
  .update(munchkinPrivateKey + email)
  .digest('hex');

const { _mchRu, ...visitor } = visitQuery;
const query = { ...visitor, _mchAtEmail: email, _mchAtFirstName: 'Ada', _mchKy: hash };

const associate = async (
  { munchkinEndpoint }: Marketo,
  parameters: Readonly<Record<string, string>>,
): Promise<number> => {
  const text = new URLSearchParams(parameters).toString();
  const url = `${munchkinEndpoint}/webevents/associateLead?${text}`;
  return (await fetch(url, { method: 'POST' })).status;
};

describe('Munchkin’s associateLead, until version 160,', () => {
  it('makes a lead of the visitor, who brings his visits along', async () => {
    const marketo = await startMarketo({ munchkinPrivateKey });
    await marketo.visit({ ...visitor, _mchRu });
    expect(await associate(marketo, query)).toBe(200);
    expect(marketo.simulator.leads()).toMatchObject([
      { email, fields: { FirstName: 'Ada' }, cookies: [tokenA] },
    ]);
    expect(marketo.simulator.visits(email)).toHaveLength(1);
  });

  it('finds the lead that has the e-mail already, and is no call of the lead API', async () => {
    const marketo = await startMarketo({ munchkinPrivateKey });
    await associate(marketo, query);
    await associate(marketo, {
      ...query,
      _mchTk: tokenB,
      _mchAtFirstName: 'Augusta',
      _mchAtX: '1',
    });
    expect(marketo.simulator.leads()).toMatchObject([
      { email, fields: { FirstName: 'Augusta' }, cookies: [tokenA, tokenB] },
    ]);
    expect(marketo.simulator.calls()).toEqual([]);
  });

  it.each([
    ['a wrong hash', { ...query, _mchKy: hash.replace(/^./, '0') }],
    ['the hash of another e-mail', { ...query, _mchAtEmail: 'Someone@email.com' }],
    ['no hash', { ...visitor, _mchAtEmail: email }],
    ['no e-mail', { ...visitor, _mchKy: hash }],
  ])('does nothing with %s', async (_what, parameters) => {
    const marketo = await startMarketo({ munchkinPrivateKey });
    expect(await associate(marketo, parameters)).toBe(403);
    expect(marketo.simulator.leads()).toEqual([]);
  });

  it('is off in an instance without a private key', async () => {
    const marketo = await startMarketo();
    expect(await associate(marketo, query)).toBe(403);
  });
});

describe('Munchkin’s scripts', () => {
  it('are served as scripts, the loader and both versions of the tracker', async () => {
    const { url } = await startMarketo();
    for (const path of ['/munchkin.js', '/160/munchkin.js', '/164/munchkin.js']) {
      const answer = await fetch(url + path);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([
        200,
        'text/javascript; charset=utf-8',
      ]);
      expect(await answer.text()).toContain('Munchkin');
    }
    expect((await fetch(`${url}/163/munchkin.js`)).status).toBe(404);
    expect((await fetch(`${url}/munchkin.js`, { method: 'POST' })).status).toBe(405);
  });
});
