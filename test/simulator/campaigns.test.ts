import { describe, expect, it } from 'vitest';
import { codeOf, resultsOf, startRest } from './restSupport.ts';

const trigger = (id: number) => `/rest/v1/campaigns/${id}/trigger.json`;
const leadsOf = (...ids: number[]) => ids.map((id) => ({ id }));
const tokens = [{ name: '{{my.total}}', value: '7' }];

describe('campaigns', () => {
  it('run the leads of a request with its tokens, once for each request', async () => {
    const marketo = await startRest();
    await marketo.leads([{ email: 'a@example.com' }, { email: 'b@example.com' }]);
    const input = { leads: leadsOf(1, 2), tokens };
    expect(resultsOf(await marketo.rest('POST', trigger(2001), { input }))).toEqual([{ id: 2001 }]);
    await marketo.rest('POST', trigger(2001), { input: { leads: leadsOf(1) } });
    expect(marketo.simulator.state.campaignRuns()).toMatchObject([
      { campaign: 2001, lead: 1, tokens: { '{{my.total}}': '7' } },
      { campaign: 2001, lead: 2, tokens: { '{{my.total}}': '7' } },
      { campaign: 2001, lead: 1, tokens: {} },
    ]);
  });

  it('refuse the whole request for a campaign, a lead, a token or a number that is wrong', async () => {
    const marketo = await startRest();
    await marketo.leads([{ email: 'a@example.com' }]);
    const codeFor = async (id: number, input: object) =>
      codeOf(await marketo.rest('POST', trigger(id), { input }));
    expect(await codeFor(7, { leads: leadsOf(1) })).toBe('1013');
    expect(await codeFor(2002, { leads: leadsOf(1) })).toBe('1003');
    expect(await codeFor(2001, { leads: leadsOf(1, 99) })).toBe('1004');
    expect(await codeFor(2001, { leads: [] })).toBe('1002');
    const many = leadsOf(...Array.from({ length: 101 }, () => 1));
    expect(await codeFor(2001, { leads: many })).toBe('1003');
    const named = [{ name: 'my.total', value: '7' }];
    expect(await codeFor(2001, { leads: leadsOf(1), tokens: named })).toBe('1003');
    expect(marketo.simulator.state.campaignRuns()).toEqual([]);
  });
});
