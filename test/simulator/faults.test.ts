import { describe, expect, it } from 'vitest';
import { record, startMarketo, textOf, visitQuery } from './support.ts';

describe('an injected fault', () => {
  it('answers the next calls with its code, so many times, without the effect', async () => {
    const marketo = await startMarketo();
    await marketo.inject({ code: 20011, message: 'try later', count: 2 });
    for (const email of ['a@example.com', 'b@example.com']) {
      const { status, text } = await marketo.syncLead(record(email));
      expect(status).toBe(500);
      expect(textOf(text, 'message')).toBe('try later (20011)');
    }
    expect(marketo.simulator.leads()).toEqual([]);
    expect((await marketo.syncLead(record('c@example.com'))).status).toBe(200);
  });

  it('can be a plain HTTP status', async () => {
    const marketo = await startMarketo();
    await marketo.inject({ status: 503, message: 'down' });
    expect(await marketo.syncLead(record('a@example.com'))).toEqual({ status: 503, text: 'down' });
  });

  it('can come after the effect', async () => {
    const marketo = await startMarketo();
    await marketo.inject({ status: 502, after: true });
    expect((await marketo.syncLead(record('a@example.com'))).status).toBe(502);
    expect(marketo.simulator.leads()).toMatchObject([{ email: 'a@example.com' }]);
    expect(marketo.simulator.calls()).toMatchObject([{ status: 502, results: ['CREATED'] }]);
  });

  it('that comes after the effect has it, even as an answer that Marketo gives before any work', async () => {
    const marketo = await startMarketo();
    await marketo.inject({ code: '20023', after: true });
    await marketo.syncLead(record('a@example.com'));
    expect(marketo.simulator.leads()).toHaveLength(1);
    expect(marketo.simulator.calls()).toMatchObject([{ code: '20023', worked: true }]);
  });

  it('can close the connection', async () => {
    const marketo = await startMarketo();
    await marketo.inject({ drop: true });
    await expect(marketo.syncLead(record('a@example.com'))).rejects.toThrow('fetch failed');
    expect(marketo.simulator.calls()).toMatchObject([{ status: 0, message: 'connection closed' }]);
    await marketo.inject({ drop: true, target: 'munchkin', after: true });
    await expect(marketo.visit(visitQuery)).rejects.toThrow('fetch failed');
    expect(marketo.simulator.visits()).toHaveLength(1);
  });

  it('can only delay, with the effect at the end of the delay', async () => {
    const marketo = await startMarketo();
    const start = marketo.clock.now();
    await marketo.inject({ delayMs: 90_000 });
    expect((await marketo.syncLead(record('a@example.com'))).status).toBe(200);
    expect(marketo.simulator.leads()).toMatchObject([{ createdAt: start + 90_000 }]);
    expect(marketo.simulator.calls()).toMatchObject([{ at: start, endedAt: start + 90_000 }]);
  });

  it('waits for its target, a face or an operation', async () => {
    const marketo = await startMarketo();
    await marketo.inject({ target: 'munchkin', status: 500 });
    await marketo.inject({ target: 'getLead', code: '10001' });
    await marketo.inject({ code: '10001' });
    expect((await marketo.visit(visitQuery)).status).toBe(500);
    expect((await marketo.visit(visitQuery)).status).toBe(200);
    expect((await marketo.syncLead(record('a@example.com'))).status).toBe(500);
    expect((await marketo.syncLead(record('b@example.com'))).status).toBe(200);
    expect(marketo.simulator.faults()).toMatchObject([{ target: 'getLead' }]);
  });

  it('is listed while it waits, and can be taken back', async () => {
    const marketo = await startMarketo();
    const added = await marketo.inject({ status: 500, count: 3 });
    expect(JSON.parse(added.text)).toEqual([{ status: 500, count: 3 }]);
    await marketo.visit(visitQuery);
    const listed = await marketo.get('/simulator/faults');
    expect(JSON.parse(listed.text)).toEqual([{ status: 500, count: 2 }]);
    const cleared = await fetch(`${marketo.url}/simulator/faults`, { method: 'DELETE' });
    expect(await cleared.json()).toEqual([]);
    expect((await marketo.visit(visitQuery)).status).toBe(200);
  });

  it.each([
    [{ status: 500, statuss: 1 }, 'statuss'],
    [{ status: 200 }, 'status'],
    [{ code: 'boom' }, 'code'],
    [{ target: 'resst', status: 500 }, 'target'],
    [{ target: 'soap', code: '606' }, 'five digits'],
    [{ target: 'leads', code: '20023' }, 'three or four digits'],
    [{ code: '413' }, 'give status'],
    [{ target: 'token', code: '601' }, 'for token give status'],
    [{ level: 'record', delayMs: 5 }, 'level needs a code'],
    [{ level: 'record', code: '1003', status: 500 }, 'without status'],
    [
      { level: 'record', code: '1012', target: 'associate' },
      'leads, activities, addToList, removeFromList, programStatus, programMembers, companies, syncMultipleLeads',
    ],
    [{ status: 500, target: 'token', email: 'ann@example.com' }, 'not for token'],
    [{ count: 0, status: 500 }, 'count'],
    [{}, 'at least one of status, code, drop and delayMs'],
    [{ drop: true, status: 500 }, 'drop'],
    [{ target: 'munchkin', code: '20023' }, 'for munchkin give status'],
    [{ after: true, delayMs: 5 }, 'after needs a failure'],
    [[], 'expected object'],
  ])('is refused as %j, the key named', async (fault, because) => {
    const marketo = await startMarketo();
    const answer = await marketo.inject(fault);
    expect(answer.status).toBe(400);
    expect((JSON.parse(answer.text) as { error: string }).error).toContain(because);
    expect(marketo.simulator.faults()).toEqual([]);
  });
});

describe('the simulator’s routes', () => {
  it('reset everything', async () => {
    const marketo = await startMarketo();
    await marketo.syncLead(record('a@example.com'));
    await marketo.visit(visitQuery);
    await marketo.inject({ status: 500 });
    const reset = await fetch(`${marketo.url}/simulator/reset`, { method: 'POST' });
    expect(await reset.json()).toEqual({ reset: true });
    for (const list of ['leads', 'visits', 'activities', 'calls', 'tokens', 'faults']) {
      expect(JSON.parse((await marketo.get(`/simulator/${list}`)).text)).toEqual([]);
    }
    const { text } = await marketo.syncLead(record('a@example.com'));
    expect(textOf(text, 'status')).toBe('CREATED');
  });

  it('say what they take', async () => {
    const marketo = await startMarketo();
    expect((await marketo.get('/simulator/leeds')).text).toContain('GET /simulator/leads');
    expect(await marketo.get('/simulator/reset')).toMatchObject({ status: 405 });
    const query = await marketo.get('/simulator/leads?mail=x');
    expect(query).toMatchObject({ status: 400, text: expect.stringContaining('mail') as string });
    const faults = { method: 'POST', body: 'status=500' };
    const answer = await fetch(`${marketo.url}/simulator/faults`, faults);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('not JSON');
  });
});
