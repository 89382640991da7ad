import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { RestMarketo } from './restSupport.ts';
import { resultsOf, skipped, startRest } from './restSupport.ts';
import { tokenA, tokenB, visitQuery } from './support.ts';

const ask = async ({ url }: RestMarketo, method: string, path: string, body?: unknown) => {
  const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
  const response = await fetch(`${url}/simulator/${path}`, init);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

describe('the simulator’s own API', () => {
  it('makes a lead and changes it as another system would, without a call, a lock or a limit', async () => {
    const marketo = await startRest();
    const made = await ask(marketo, 'POST', 'leads', {
      email: 'ann@example.com',
      fields: { favoriteColor: 'red', FirstName: 'Ann', mrr: 12.5 },
      cookies: [tokenA],
    });
    expect(made).toMatchObject({
      status: 200,
      body: { id: 1, fields: { favoriteColor: 'red', FirstName: 'Ann', mrr: '12.5' } },
    });
    marketo.clock.advance(5_000);
    const change = { email: 'anna@example.com', fields: { unsubscribed: true, firstName: null } };
    await ask(marketo, 'PATCH', 'leads/1', change);
    expect((await ask(marketo, 'GET', 'leads/1')).body).toEqual({
      id: 1,
      email: 'anna@example.com',
      foreign: null,
      fields: { favoriteColor: 'red', mrr: '12.5', Unsubscribed: 'true' },
      cookies: [tokenA],
      createdAt: marketo.clock.now() - 5_000,
      updatedAt: marketo.clock.now(),
    });
    expect(marketo.simulator.calls()).toEqual([]);
    expect(resultsOf(await marketo.leads([{ email: 'anna@example.com' }]))).toMatchObject([
      { status: 'updated' },
    ]);
  });

  it('makes duplicates, which Sync Leads refuses with 1007, and merges them', async () => {
    const marketo = await startRest();
    await ask(marketo, 'POST', 'leads', { email: 'ann@example.com', fields: { city: 'Bern' } });
    marketo.clock.advance(1_000);
    const copy = await ask(marketo, 'POST', 'leads/1/duplicate');
    expect(copy.body).toMatchObject({ id: 2, email: 'ann@example.com', fields: { City: 'Bern' } });
    expect(resultsOf(await marketo.leads([{ email: 'ANN@example.com' }]))).toEqual([
      skipped('1007', 'Multiple leads match the lookup criteria'),
    ]);
    const merged = await ask(marketo, 'POST', 'leads/2/merge', { leads: [1] });
    expect(merged.body).toMatchObject({ id: 2 });
    expect(resultsOf(await marketo.leads([{ email: 'ann@example.com' }]))).toEqual([
      { id: 2, status: 'updated' },
    ]);
  });

  it('deletes leads, and moves cookies', async () => {
    const marketo = await startRest();
    await ask(marketo, 'POST', 'leads', { cookies: [tokenA, tokenB] });
    await ask(marketo, 'POST', 'leads', { cookies: [tokenB] });
    expect(marketo.simulator.leads().map(({ cookies }) => cookies)).toEqual([[tokenA], [tokenB]]);
    expect((await ask(marketo, 'DELETE', 'leads/1')).body).toEqual({ deleted: 1 });
    await marketo.visit(visitQuery);
    expect(marketo.simulator.visits()).toMatchObject([{ lead: null }]);
  });

  it('makes fields and takes them away', async () => {
    const marketo = await startRest();
    await ask(marketo, 'POST', 'fields', { name: 'pants', dataType: 'integer' });
    expect(resultsOf(await marketo.leads([{ email: 'a@example.com', pants: 3 }]))).toEqual([
      { id: 1, status: 'created' },
    ]);
    expect((await ask(marketo, 'DELETE', 'fields/pants')).body).toEqual({ removed: 'pants' });
    marketo.rest30();
    expect(resultsOf(await marketo.leads([{ email: 'a@example.com', pants: 3 }]))).toEqual([
      skipped('1006', "Field 'pants' not found"),
    ]);
    expect(marketo.simulator.leads()).toMatchObject([{ fields: {} }]);
  });

  it('says what the instance is like', async () => {
    const marketo = await startRest({ schema: { company: { fields: ['industry'] } } });
    expect((await ask(marketo, 'GET', 'schema')).body).toMatchObject({
      partitions: [{ name: 'Default', workspace: 'Default', writable: true }],
      company: { fields: ['industry'], syncLeads: 'unlessLinked', readOnly: false },
    });
    const names = (await ask(marketo, 'GET', 'fields')).body as unknown as { name: string }[];
    expect(names.map(({ name }) => name)).toEqual(expect.arrayContaining(['Email', 'trialEnds']));
  });

  it.each([
    ['POST', 'leads', { mail: 'x' }, 400, 'mail'],
    ['POST', 'leads', { fields: { pants: 'x' } }, 400, 'fields.pants: leads have no such field'],
    ['POST', 'leads', { fields: { id: 7 } }, 400, 'fields.id'],
    ['POST', 'leads', { fields: { Logins: 'x' } }, 400, 'fields.Logins: a field of type integer'],
    ['POST', 'leads', { partition: 'Moon' }, 400, 'partition: there are Default'],
    ['PATCH', 'leads/9', {}, 404, 'there is no lead 9'],
    ['GET', 'leads/9', undefined, 404, 'there is no lead 9'],
    ['GET', 'leads/x', undefined, 400, 'x is no id of a lead'],
    ['DELETE', 'leads/9', undefined, 404, 'there is no lead 9'],
    ['POST', 'leads/9/duplicate', undefined, 404, 'there is no lead 9'],
    ['POST', 'leads/9/merge', { leads: [] }, 400, 'leads'],
    ['POST', 'leads/9/merge', { leads: [9] }, 400, 'other than the winner'],
    ['POST', 'fields', { name: 'x', dataType: 'number' }, 400, 'dataType'],
    ['DELETE', 'fields/pants', undefined, 404, 'there is no field pants'],
    ['PUT', 'leads/1', undefined, 405, 'GET, PATCH, DELETE'],
  ])('answers %s %s with %j by %i', async (method, path, body, status, reason) => {
    const marketo = await startRest();
    const answer = await ask(marketo, method, path, body);
    expect(answer).toMatchObject({
      status,
      body: { error: expect.stringContaining(reason) as string },
    });
    expect(marketo.simulator.leads()).toEqual([]);
  });

  const statusWith = (marketo: RestMarketo, headers: Record<string, string>, path: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      request(new URL(path, marketo.url), { headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });

  it.each([
    [{ host: 'evil.example' }, 403],
    [{ host: 'localhost.evil.example:80' }, 403],
    [{ origin: 'https://evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ host: 'localhost:8787', origin: 'http://localhost:9999' }, 403],
    [{ host: 'localhost:8787', origin: 'http://localhost:8787' }, 200],
    [{ host: '[::1]:8787' }, 200],
  ])('answers a request with %j by %i', async (headers, status) => {
    expect(await statusWith(await startRest(), headers, '/simulator/leads')).toBe(status);
  });

  it('alone is closed to other sites: Munchkin’s endpoint takes visits from their pages', async () => {
    const headers = { host: 'marketo.example', origin: 'https://www.example.com' };
    const path = `/webevents/visitWebPage?${new URLSearchParams(visitQuery).toString()}`;
    expect(await statusWith(await startRest(), headers, path)).toBe(200);
  });
});

describe('faults for records', () => {
  const emails = ['ann@example.com', 'bob@example.com', 'eve@example.com', 'joe@example.com'];
  const input = emails.map((email) => ({ email, city: 'Bern' }));

  it('hit several of one call, each its own', async () => {
    const marketo = await startRest();
    marketo.simulator.inject({ code: '1007', level: 'record', email: 'eve@example.com' });
    marketo.simulator.inject({ code: '1018', level: 'record', email: 'ann@example.com', count: 2 });
    expect(resultsOf(await marketo.leads(input))).toEqual([
      skipped('1018'),
      { id: 1, status: 'created' },
      skipped('1007'),
      { id: 2, status: 'created' },
    ]);
    expect(marketo.simulator.faults()).toMatchObject([{ email: 'ann@example.com', count: 1 }]);
  });

  it('can name a lead by its id, and a field', async () => {
    const marketo = await startRest();
    marketo.simulator.createLead({ email: 'bob@example.com' });
    marketo.simulator.inject({ code: '1018', level: 'record', lead: 1 });
    marketo.simulator.inject({
      code: '1003',
      level: 'record',
      field: 'title',
      message: 'no title',
    });
    const records = [...input.slice(0, 2), { email: 'eve@example.com', title: 'Dr' }];
    expect(resultsOf(await marketo.leads(records))).toEqual([
      { id: 2, status: 'created' },
      skipped('1018'),
      skipped('1003', 'no title'),
    ]);
    expect(marketo.simulator.faults()).toEqual([]);
  });

  it('wait while a record of theirs is refused for another reason, or the whole call fails', async () => {
    const marketo = await startRest();
    marketo.simulator.inject({ code: '1018', level: 'record', email: 'ann@example.com' });
    marketo.simulator.inject({ target: 'leads', code: '713' });
    await marketo.leads(input);
    marketo.rest30();
    expect(resultsOf(await marketo.leads([{ email: 'ann@example.com', pants: 1 }]))).toEqual([
      skipped('1006'),
    ]);
    expect(marketo.simulator.faults()).toHaveLength(1);
    expect(resultsOf(await marketo.leads(input.slice(0, 1)))).toEqual([skipped('1018')]);
  });

  it('without a level fail the whole call that is about the lead', async () => {
    const marketo = await startRest();
    marketo.simulator.inject({ target: 'leads', status: 503, email: 'bob@example.com' });
    expect(resultsOf(await marketo.leads(input.slice(0, 1)))).toHaveLength(1);
    expect((await marketo.leads(input.slice(1))).status).toBe(503);
    expect(marketo.simulator.faults()).toEqual([]);
  });

  it('fail single leads over SOAP, too', async () => {
    const marketo = await startRest();
    const code = { code: '20106', level: 'record', message: 'not this one' } as const;
    marketo.simulator.inject({ ...code, email: 'bob@example.com' });
    const { text } = await marketo.call(
      'syncMultipleLeads',
      `<leadRecordList>${emails.map((email) => `<leadRecord><Email>${email}</Email></leadRecord>`).join('')}</leadRecordList><dedupEnabled>true</dedupEnabled>`,
    );
    expect(text.match(/<status>\w+/g)).toEqual(
      ['CREATED', 'FAILED', 'CREATED', 'CREATED'].map((status) => `<status>${status}`),
    );
    expect(text).toContain('<error>not this one</error>');
    expect(marketo.simulator.leads()).toHaveLength(3);
  });
});
