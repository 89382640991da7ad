import { describe, expect, it } from 'vitest';
import { defaultRestCredentials } from '../../simulator/rest/tokens.ts';
import { startMarketo } from './support.ts';
import { client, codeOf, resultsOf, startRest, tokenQuery } from './restSupport.ts';

const path = '/identity/oauth/token';
const describePath = '/rest/v1/leads/describe.json';

describe('a token', () => {
  it('is given to a client that is known, for an hour', async () => {
    const marketo = await startRest();
    const { status, text } = await marketo.send(`${path}?${tokenQuery()}`);
    expect(status).toBe(200);
    expect(JSON.parse(text)).toEqual({
      access_token: expect.stringMatching(/^[0-9a-f-]{36}:int$/) as string,
      token_type: 'bearer',
      expires_in: 3_600,
      scope: expect.any(String) as string,
    });
  });

  it('can be asked for in a form', async () => {
    const marketo = await startRest();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const posted = await marketo.send(path, { method: 'POST', headers, body: tokenQuery() });
    expect(JSON.parse(posted.text)).toMatchObject({ access_token: await marketo.token() });
  });

  it('stays the same with what is left of its life, and is a new one after that', async () => {
    const marketo = await startRest();
    const first = await marketo.token();
    marketo.clock.advance(3_599_001);
    const { text } = await marketo.send(`${path}?${tokenQuery()}`);
    expect(JSON.parse(text)).toMatchObject({ access_token: first, expires_in: 0 });
    marketo.clock.advance(999);
    expect(await marketo.token()).not.toBe(first);
  });

  it.each([
    [{ ...client, clientId: 'other' }],
    [{ ...client, clientSecret: 'other' }],
    [{ clientId: '', clientSecret: '' }],
  ])('is refused with 401 to the client %j', async (wrong) => {
    const marketo = await startRest();
    const { status, text } = await marketo.send(`${path}?${tokenQuery(wrong)}`);
    expect(status).toBe(401);
    expect(JSON.parse(text)).toMatchObject({ error: 'invalid_client' });
    expect(text).not.toContain(client.clientSecret);
  });

  it('is refused for another grant and another method', async () => {
    const marketo = await startRest();
    const grant = await marketo.send(`${path}?${tokenQuery(client, 'password')}`);
    expect(grant.status).toBe(400);
    expect((await marketo.send(path, { method: 'PUT' })).status).toBe(405);
  });

  it('has default credentials where none are given', async () => {
    const marketo = await startMarketo();
    const answer = await fetch(`${marketo.url}${path}?${tokenQuery(defaultRestCredentials)}`);
    expect(answer.status).toBe(200);
  });

  it('costs no call, and its requests are listed without secrets', async () => {
    const marketo = await startRest({ schema: { limits: { callsPerDay: 1 } } });
    await marketo.token();
    await marketo.send(`${path}?${tokenQuery({ ...client, clientSecret: 'x' })}`);
    expect(marketo.simulator.calls()).toEqual([]);
    const at = marketo.clock.now();
    expect(JSON.parse((await marketo.get('/simulator/tokens')).text)).toEqual([
      { at, granted: true },
      { at, granted: false },
    ]);
    resultsOf(await marketo.rest('GET', describePath));
    expect(codeOf(await marketo.rest('GET', describePath))).toBe('607');
  });
});

describe('the REST API', () => {
  it('takes the token in the header alone', async () => {
    const marketo = await startRest();
    const token = await marketo.token();
    expect(codeOf(await marketo.send(describePath))).toBe('600');
    expect(codeOf(await marketo.send(`${describePath}?access_token=${token}`))).toBe('600');
    const headers = { authorization: `Bearer ${token}` };
    const both = await marketo.send(`${describePath}?access_token=${token}`, { headers });
    expect(codeOf(both)).toBe('600');
    resultsOf(await marketo.send(describePath, { headers }));
  });

  it('says 601 to a token that it never gave', async () => {
    const marketo = await startRest();
    const headers = { authorization: 'Bearer no-such-token:int' };
    const answer = await marketo.send(describePath, { headers });
    expect(codeOf(answer)).toBe('601');
    expect(answer.body.errors?.[0]?.message).toBe('Access token invalid');
  });

  it('says 602 to a token from its last second on, also when there is a new one', async () => {
    const marketo = await startRest();
    const headers = { authorization: `Bearer ${await marketo.token()}` };
    marketo.clock.advance(3_599_999);
    resultsOf(await marketo.send(describePath, { headers }));
    marketo.clock.advance(1);
    expect(codeOf(await marketo.send(describePath, { headers }))).toBe('602');
    await marketo.token();
    expect(codeOf(await marketo.send(describePath, { headers }))).toBe('602');
  });

  it('counts no call whose token is refused', async () => {
    const marketo = await startRest({ schema: { limits: { callsPerDay: 1 } } });
    await marketo.send(describePath);
    resultsOf(await marketo.rest('GET', describePath));
    expect(marketo.simulator.calls()).toMatchObject([{ code: '600', worked: false }, {}]);
  });
});
