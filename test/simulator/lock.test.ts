import { describe, expect, it } from 'vitest';
import { cookie, record, records, startMarketo, textOf, tokenA } from './support.ts';

const breach = 'Exceeded lock attempts';

describe('the lock rule', () => {
  it('refuses a sync of a lead that starts less than 30 s after the last one ended', async () => {
    const marketo = await startMarketo();
    await marketo.syncLead(record('ann@example.com', { City: 'Bern' }));
    marketo.clock.advance(29_999);
    const { status, text } = await marketo.syncLead(record('ANN@example.com', { City: 'Chur' }));
    expect(status).toBe(500);
    expect(textOf(text, 'code')).toBe('20106');
    expect(textOf(text, 'message')).toContain(breach);
    expect(marketo.simulator.leads()[0]?.fields).toEqual({ City: 'Bern' });
    expect(marketo.simulator.lockFaults).toBe(1);
    expect(marketo.simulator.calls()[1]).toMatchObject({ lockBreach: true, worked: false });
  });

  it('counts from the end of a call, not from its start', async () => {
    const marketo = await startMarketo();
    await marketo.inject({ delayMs: 20_000 });
    await marketo.syncLead(record('ann@example.com'));
    expect(marketo.simulator.calls()).toMatchObject([{ endedAt: marketo.clock.now() }]);
    marketo.clock.advance(29_999);
    expect((await marketo.syncLead(record('ann@example.com'))).text).toContain(breach);
    marketo.clock.advance(1);
    expect((await marketo.syncLead(record('ann@example.com'))).status).toBe(200);
  });

  it('does not start anew with a breach', async () => {
    const marketo = await startMarketo();
    await marketo.syncLead(record('ann@example.com'));
    marketo.clock.advance(20_000);
    await marketo.syncLead(record('ann@example.com'));
    marketo.clock.advance(10_000);
    expect((await marketo.syncLead(record('ann@example.com'))).status).toBe(200);
    expect(marketo.simulator.lockFaults).toBe(1);
  });

  it('sees one lead behind its e-mail, its id and its cookie', async () => {
    const marketo = await startMarketo();
    const withCookie = `<returnLead>false</returnLead><marketoCookie>${cookie(tokenA)}</marketoCookie>`;
    await marketo.syncLead(record('ann@example.com'), withCookie);
    expect((await marketo.syncLead('<Id>1</Id>')).text).toContain(breach);
    expect((await marketo.syncLead(record('bob@example.com'), withCookie)).text).toContain(breach);
    const many = records(record('eve@example.com'), record('ann@example.com'));
    expect((await marketo.call('syncMultipleLeads', many)).text).toContain(breach);
    expect((await marketo.syncLead(record('bob@example.com'))).status).toBe(200);
    expect(marketo.simulator.leads().map(({ email }) => email)).toEqual([
      'ann@example.com',
      'bob@example.com',
    ]);
    expect(marketo.simulator.lockFaults).toBe(3);
  });

  it('refuses two syncs of one lead at once, even of one that is not there yet', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const marketo = await startMarketo({ wait: () => held });
    await marketo.inject({ delayMs: 1 });
    const first = marketo.syncLead(record('ann@example.com'));
    await expect.poll(() => marketo.simulator.faults()).toEqual([]);
    marketo.clock.advance(60_000);
    expect((await marketo.syncLead(record('Ann@example.com'))).text).toContain(breach);
    release();
    expect((await first).status).toBe(200);
    // The record is in the order of the calls' starts, though the second ended first.
    expect(marketo.simulator.calls().map(({ lockBreach }) => lockBreach)).toEqual([false, true]);
  });

  it('does not count requests that Marketo refused before it worked on them', async () => {
    const marketo = await startMarketo();
    await marketo.syncLead(record('ann@example.com', { pants: 'x' }));
    for (const code of ['20016', '20023', '20014']) {
      await marketo.inject({ code });
      expect(textOf((await marketo.syncLead(record('ann@example.com'))).text, 'code')).toBe(code);
    }
    await marketo.inject({ status: 401 });
    expect((await marketo.syncLead(record('ann@example.com'))).status).toBe(401);
    expect((await marketo.syncLead(record('ann@example.com'))).status).toBe(200);
    expect(marketo.simulator.lockFaults).toBe(0);
  });

  it('counts a call whose value could not be stored', async () => {
    const marketo = await startMarketo();
    await marketo.syncLead(record('ann@example.com', { Logins: 'many' }));
    expect((await marketo.syncLead(record('ann@example.com'))).text).toContain(breach);
  });

  it.each([[{ code: '10001' }], [{ status: 503 }], [{ code: '20106' }]])(
    'counts a call that failed with %j, for it may have been worked on',
    async (fault) => {
      const marketo = await startMarketo();
      await marketo.inject(fault);
      await marketo.syncLead(record('ann@example.com'));
      expect((await marketo.syncLead(record('ann@example.com'))).text).toContain(breach);
    },
  );

  it('does not concern calls that only look', async () => {
    const marketo = await startMarketo();
    await marketo.syncLead(record('ann@example.com'));
    const key = '<leadKey><keyType>IDNUM</keyType><keyValue>1</keyValue></leadKey>';
    expect((await marketo.call('getLead', key)).status).toBe(200);
    expect((await marketo.call('getLead', key)).status).toBe(200);
  });
});
