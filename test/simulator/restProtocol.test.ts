import { describe, expect, it } from 'vitest';
import { codeOf, resultsOf, startRest } from './restSupport.ts';

const path = '/rest/v1/leads.json';

describe('a request to the REST API', () => {
  it('that posts must say that it is JSON, and be it', async () => {
    const marketo = await startRest();
    const authorization = `Bearer ${await marketo.token()}`;
    const post = (type: string, body: string) =>
      marketo.send(path, {
        method: 'POST',
        headers: { authorization, 'content-type': type },
        body,
      });
    const good = JSON.stringify({ input: [{ email: 'a@example.com' }] });
    expect(codeOf(await post('text/plain', good))).toBe('612');
    expect(codeOf(await post('application/json', '{'))).toBe('609');
    resultsOf(await post('application/json; charset=utf-8', good));
  });

  it('that names no resource, or a wrong method, is told so', async () => {
    const marketo = await startRest();
    expect(codeOf(await marketo.rest('GET', '/rest/v1/leeds.json'))).toBe('610');
    expect(codeOf(await marketo.rest('GET', '/rest/v2/leads.json'))).toBe('610');
    expect(codeOf(await marketo.rest('DELETE', path))).toBe('605');
    expect(codeOf(await marketo.rest('POST', '/rest/v1/leads/describe.json', {}))).toBe('605');
  });

  it('may have a body of 1 MB and no more', async () => {
    const marketo = await startRest({
      schema: { fields: [{ name: 'note', dataType: 'text' }] },
    });
    const bodyOf = (note: string) => ({ input: [{ email: 'a@example.com', note }] });
    const room = 1_000_000 - Buffer.byteLength(JSON.stringify(bodyOf('')));
    // Two bytes a letter: it is bytes that count.
    const most = 'é'.repeat(Math.floor(room / 2));
    const { status } = await marketo.rest('POST', path, bodyOf(`${most}xx`));
    expect(status).toBe(413);
    expect(marketo.simulator.leads()).toEqual([]);
    expect(marketo.simulator.calls()).toMatchObject([{ status: 413, worked: false }]);
    resultsOf(await marketo.rest('POST', path, bodyOf(most)));
  });

  it('may have a URI of 8 KB, and go as a POST with _method=GET beyond that', async () => {
    const marketo = await startRest();
    await marketo.leads([{ email: 'a@example.com' }]);
    const query = `filterType=email&filterValues=a@example.com,${'b'.repeat(8_192)}`;
    expect((await marketo.rest('GET', `${path}?${query}`)).status).toBe(414);
    const answer = await marketo.send(`${path}?_method=GET`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await marketo.token()}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: query,
    });
    expect(resultsOf(answer)).toMatchObject([{ email: 'a@example.com' }]);
  });
});
