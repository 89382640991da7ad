import { describe, expect, it } from 'vitest';
import type { RestMarketo } from './restSupport.ts';
import { codeOf, resultsOf, skipped, startRest, tokenQuery } from './restSupport.ts';
import { munchkinId, record, textOf, tokenA } from './support.ts';

const input = [{ email: 'ann@example.com' }, { email: 'bob@example.com' }];
const activity = {
  leadId: 1,
  activityDate: '2026-01-15T17:59:00Z',
  activityTypeId: 100_001,
  primaryAttributeValue: 'order-7',
  attributes: [],
};

const requests: Readonly<Record<string, (marketo: RestMarketo) => Promise<unknown>>> = {
  leads: ({ leads }) => leads(input),
  getLeads: ({ rest }) => rest('GET', '/rest/v1/leads.json?filterType=id&filterValues=1'),
  associate: ({ associate }) => associate(1, `id:${munchkinId}&token:${tokenA}`),
  describe: ({ rest }) => rest('GET', '/rest/v1/leads/describe2.json'),
  activities: ({ activities }) => activities(activity),
  activityTypes: ({ rest }) => rest('GET', '/rest/v1/activities/types.json'),
};

describe('an injected fault over REST', () => {
  it.each(Object.keys(requests))('waits for its target %s', async (target) => {
    const marketo = await startRest();
    await marketo.inject({ target, code: '611', message: 'oh' });
    for (const [name, send] of Object.entries(requests)) if (name !== target) await send(marketo);
    expect(marketo.simulator.faults()).toHaveLength(1);
    expect(await requests[target]?.(marketo)).toMatchObject({
      status: 200,
      body: { success: false, errors: [{ code: '611', message: 'oh' }] },
    });
    expect(marketo.simulator.faults()).toEqual([]);
  });

  it('with a code of one API waits for that API', async () => {
    const marketo = await startRest();
    await marketo.inject({ code: '713' });
    await marketo.inject({ code: '20011' });
    const answer = await marketo.leads(input);
    expect(codeOf(answer)).toBe('713');
    expect(answer.body.errors?.[0]?.message).toBe('Transient Error');
    expect(textOf((await marketo.syncLead(record('c@example.com'))).text, 'code')).toBe('20011');
  });

  it('without target leaves requests for a token alone', async () => {
    const marketo = await startRest();
    await marketo.inject({ status: 503, message: 'down' });
    expect(await marketo.leads(input)).toMatchObject({ status: 503, text: 'down' });
  });

  it('hits requests for a token where it says so', async () => {
    const marketo = await startRest();
    const ask = () => marketo.send(`/identity/oauth/token?${tokenQuery()}`);
    await marketo.inject({ target: 'token', status: 503, message: 'down' });
    expect(await ask()).toMatchObject({ status: 503, text: 'down' });
    await marketo.inject({ target: 'token', drop: true });
    await expect(ask()).rejects.toThrow('fetch failed');
    expect((await ask()).status).toBe(200);
    const granted = marketo.simulator.tokenRequests().map((request) => request.granted);
    expect(granted).toEqual([false, false, true]);
  });

  it('can come after the effect, and close the connection', async () => {
    const marketo = await startRest();
    await marketo.inject({ target: 'rest', drop: true, after: true });
    await expect(marketo.leads(input)).rejects.toThrow('fetch failed');
    expect(marketo.simulator.leads()).toHaveLength(2);
    expect(marketo.simulator.calls()).toMatchObject([{ status: 0, message: 'connection closed' }]);
  });

  it('can have an HTTP status together with a code', async () => {
    const marketo = await startRest();
    await marketo.inject({ target: 'leads', status: 502, code: '502' });
    expect(await marketo.leads(input)).toMatchObject({
      status: 502,
      body: { success: false, errors: [{ code: '502', message: 'Bad Gateway' }] },
    });
  });

  it('for a record skips the first lead of a call, and the others work', async () => {
    const marketo = await startRest();
    await marketo.inject({ code: '1018', level: 'record' });
    resultsOf(await marketo.rest('GET', '/rest/v1/leads/describe.json'));
    expect(resultsOf(await marketo.leads(input))).toEqual([
      skipped('1018', 'CRM Enabled'),
      { id: 1, status: 'created' },
    ]);
    expect(marketo.simulator.leads()).toMatchObject([{ email: 'bob@example.com' }]);
    expect(marketo.simulator.calls().at(-1)).toMatchObject({
      code: null,
      results: ['FAILED', 'CREATED'],
    });
    expect(resultsOf(await marketo.leads(input.slice(0, 1)))).toEqual([skipped('1022')]);
  });

  it('for a record that Marketo refuses before work is no sync of its lead', async () => {
    const marketo = await startRest();
    await marketo.inject({ target: 'leads', code: '1006', level: 'record', message: 'no' });
    expect(resultsOf(await marketo.leads(input))).toMatchObject([skipped('1006', 'no'), {}]);
    expect(resultsOf(await marketo.leads(input.slice(0, 1)))).toMatchObject([
      { status: 'created' },
    ]);
  });

  it('for a record can come after the effect', async () => {
    const marketo = await startRest();
    await marketo.inject({ target: 'leads', code: '1021', level: 'record', after: true });
    expect(resultsOf(await marketo.leads(input))).toMatchObject([{ status: 'skipped' }, {}]);
    expect(marketo.simulator.leads()).toHaveLength(2);
  });

  it('for the record of one lead waits for a call that carries it', async () => {
    const marketo = await startRest();
    await marketo.inject({ code: '1022', level: 'record', email: 'Bob@example.com' });
    expect(resultsOf(await marketo.leads(input.slice(0, 1)))).toMatchObject([
      { status: 'created' },
    ]);
    marketo.rest30();
    expect(resultsOf(await marketo.leads(input))).toMatchObject([
      { status: 'updated' },
      skipped('1022'),
    ]);
    expect(marketo.simulator.faults()).toEqual([]);
  });

  it('for a record skips the first activity', async () => {
    const marketo = await startRest();
    await marketo.leads(input);
    await marketo.inject({ target: 'activities', code: '1049', level: 'record' });
    expect(resultsOf(await marketo.activities(activity, activity))).toMatchObject([
      { status: 'skipped', errors: [{ code: '1049', message: 'Failed to Create Activity' }] },
      { status: 'added' },
    ]);
    expect(marketo.simulator.activities()).toHaveLength(1);
  });
});
