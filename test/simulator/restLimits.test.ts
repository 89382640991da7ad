import { describe, expect, it } from 'vitest';
import { codeOf, resultsOf, startRest } from './restSupport.ts';
import { textOf } from './support.ts';

const path = '/rest/v1/leads/describe.json';
const soapCall = ['describeMObject', '<objectName>LeadRecord</objectName>'] as const;

describe('the limits over REST', () => {
  it('let 100 calls through in 20 s, those over SOAP included', async () => {
    const marketo = await startRest();
    for (let call = 0; call < 50; call += 1) {
      await marketo.call('getLead', '');
      resultsOf(await marketo.rest('GET', '/rest/v1/leads.json?filterType=id&filterValues=1'));
    }
    const answer = await marketo.rest('GET', path);
    expect(codeOf(answer)).toBe('606');
    expect(answer.body.errors?.[0]?.message).toBe(
      "Max rate limit '100' exceeded with in '20' secs",
    );
    expect(textOf((await marketo.call(...soapCall)).text, 'code')).toBe('20023');
    marketo.clock.advance(20_000);
    resultsOf(await marketo.rest('GET', path));
  });

  it('let 10 calls work at once', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const marketo = await startRest({ wait: () => held });
    await marketo.inject({ target: 'leads', delayMs: 1, count: 10 });
    const working = Array.from({ length: 10 }, (_, index) =>
      marketo.leads([{ email: `a${index}@example.com` }]),
    );
    await expect.poll(() => marketo.simulator.faults()).toEqual([]);
    expect(codeOf(await marketo.rest('GET', path))).toBe('615');
    release();
    (await Promise.all(working)).forEach(resultsOf);
    resultsOf(await marketo.rest('GET', path));
  });

  it('let so many calls through in a day over both APIs, and begin anew at midnight US Central', async () => {
    const marketo = await startRest({ schema: { limits: { callsPerDay: 2 } } });
    await marketo.call(...soapCall);
    resultsOf(await marketo.rest('GET', path));
    expect(codeOf(await marketo.rest('GET', path))).toBe('607');
    marketo.clock.advance(12 * 3_600_000 - 1);
    expect(codeOf(await marketo.rest('GET', path))).toBe('607');
    marketo.clock.advance(1);
    resultsOf(await marketo.rest('GET', path));
  });

  it('grant REST 50,000 calls a day where SOAP has 10,000', async () => {
    const marketo = await startRest();
    const open = (callsPerDay?: number) =>
      marketo.simulator.open({
        name: 'test',
        refusesBeforeWork: () => false,
        ...(callsPerDay !== undefined && { callsPerDay }),
      });
    for (let call = 0; call < 10_000; call += 1) {
      const turn = open(50_000);
      turn.enter();
      turn.close({ status: 200, code: null, message: null });
      marketo.clock.advance(1_000);
    }
    expect(textOf((await marketo.call(...soapCall)).text, 'code')).toBe('20015');
    resultsOf(await marketo.rest('GET', path));
  });

  it('count no call that they refused', async () => {
    const marketo = await startRest({ schema: { limits: { rateCalls: 1 } } });
    resultsOf(await marketo.rest('GET', path));
    marketo.clock.advance(19_999);
    expect(codeOf(await marketo.rest('GET', path))).toBe('606');
    marketo.clock.advance(1);
    resultsOf(await marketo.rest('GET', path));
  });
});
