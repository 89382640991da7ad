import { describe, expect, it } from 'vitest';
import type { RestMarketo } from './restSupport.ts';
import { codeOf, resultsOf, skipped, startRest } from './restSupport.ts';
import { munchkinId, startMarketo, textOf, tokenA, tokenB, visitQuery } from './support.ts';

const byId = { action: 'updateOnly', lookupField: 'id' };
const remove = (marketo: RestMarketo, ...ids: readonly number[]) =>
  marketo.rest('POST', '/rest/v1/leads/delete.json', { input: ids.map((id) => ({ id })) });
const merge = (marketo: RestMarketo, winner: number, query: string) =>
  marketo.rest('POST', `/rest/v1/leads/${winner}/merge.json?${query}`);

describe('a deleted lead', () => {
  it('is gone with its history, and its id never comes back', async () => {
    const marketo = await startRest();
    marketo.simulator.createLead({ email: 'ann@example.com', cookies: [tokenA] });
    await marketo.visit(visitQuery);
    expect(resultsOf(await remove(marketo, 1, 9))).toEqual([
      { id: 1, status: 'deleted' },
      { id: 9, ...skipped('1004', "Lead with id '9' not found") },
    ]);
    expect(marketo.simulator.visits()).toEqual([]);
    expect(resultsOf(await marketo.leads([{ id: 1, city: 'B' }], byId))).toEqual([skipped('1004')]);
    expect(codeOf(await marketo.associate(1, `id:${munchkinId}&token:${tokenA}`))).toBe('1004');
    expect(resultsOf(await marketo.leads([{ email: 'ann@example.com' }]))).toEqual([
      { id: 2, status: 'created' },
    ]);
    expect(marketo.simulator.calls()[0]).toMatchObject({
      operation: 'deleteLeads',
      leads: ['ann@example.com', '#9'],
      results: ['DELETED', 'FAILED'],
    });
  });
});

describe('a merge', () => {
  const three = async (mergedIds: 'notFound' | 'winner' = 'notFound'): Promise<RestMarketo> => {
    const marketo = await startRest({ schema: { mergedIds } });
    const fields = { city: 'Bern', title: 'Dr' };
    marketo.simulator.createLead({ email: 'ann@example.com', fields: { title: 'Prof' } });
    marketo.simulator.createLead({ email: 'ann@example.com', fields, cookies: [tokenA] });
    marketo.simulator.createLead({
      email: 'eve@example.com',
      fields: { state: 'BE' },
      cookies: [tokenB],
    });
    await marketo.visit(visitQuery);
    return marketo;
  };

  it('fills what the winner lacks, and moves cookies and history to it', async () => {
    const marketo = await three();
    const answer = await merge(marketo, 1, 'leadIds=2,3');
    expect([answer.body.success, answer.body.result]).toEqual([true, undefined]);
    expect(marketo.simulator.leads()).toMatchObject([
      {
        id: 1,
        email: 'ann@example.com',
        fields: { City: 'Bern', Title: 'Prof', State: 'BE' },
        cookies: [tokenA, tokenB],
      },
    ]);
    expect(marketo.simulator.visits()).toMatchObject([{ lead: 1 }]);
    await marketo.visit({ ...visitQuery, _mchTk: tokenB });
    expect(marketo.simulator.visits('ann@example.com')).toHaveLength(2);
  });

  it('leaves the losers’ ids unknown, and the e-mail finds the winner', async () => {
    const marketo = await three();
    await merge(marketo, 1, 'leadId=2');
    expect(codeOf(await marketo.rest('GET', '/rest/v1/lead/2.json'))).toBe('1004');
    expect(resultsOf(await marketo.leads([{ id: 2, city: 'B' }], byId))).toEqual([skipped('1004')]);
    expect(resultsOf(await marketo.leads([{ email: 'ann@example.com' }]))).toEqual([
      { id: 1, status: 'updated' },
    ]);
  });

  it('leads the losers’ ids to the winner where the schema says so', async () => {
    const marketo = await three('winner');
    await merge(marketo, 2, 'leadId=3');
    await merge(marketo, 1, 'leadId=2');
    expect(resultsOf(await marketo.rest('GET', '/rest/v1/lead/3.json'))).toMatchObject([{ id: 1 }]);
    expect(resultsOf(await marketo.leads([{ id: 3, city: 'Basel' }], byId))).toEqual([
      { id: 1, status: 'updated' },
    ]);
    expect(resultsOf(await remove(marketo, 3))).toEqual([{ id: 3, ...skipped('1004') }]);
  });

  it.each([
    [1, '', '1002'],
    [1, 'leadId=1', '1003'],
    [1, 'leadId=7', '1004'],
    [7, 'leadId=1', '1004'],
    [1, `leadIds=${Array.from({ length: 26 }, (_, place) => place + 2).join(',')}`, '1080'],
  ])('of %s with %s is refused with %s, and nothing changes', async (winner, query, code) => {
    const marketo = await three();
    expect(codeOf(await merge(marketo, winner, query))).toBe(code);
    expect(marketo.simulator.leads()).toHaveLength(3);
  });

  it('works over SOAP, by id and by e-mail', async () => {
    const marketo = await startMarketo();
    for (const email of ['ann@example.com', 'bob@example.com', 'eve@example.com'])
      marketo.simulator.createLead({ email });
    const key = (type: string, value: string | number) =>
      `<attribute><attrName>${type}</attrName><attrValue>${value}</attrValue></attribute>`;
    const call = (winner: string, ...losers: readonly string[]) =>
      marketo.call(
        'mergeLeads',
        `<winningLeadKeyList>${winner}</winningLeadKeyList><losingLeadKeyLists>${losers.map((one) => `<keyList>${one}</keyList>`).join('')}</losingLeadKeyLists>`,
      );
    const { text } = await call(key('IDNUM', 1), key('IDNUM', 2), key('EMAIL', 'eve@example.com'));
    expect(text).toContain(
      '<winningLeadId>1</winningLeadId><losingLeadIdList><integerItem>2</integerItem><integerItem>3</integerItem></losingLeadIdList><status>MERGED</status>',
    );
    expect(marketo.simulator.leads()).toMatchObject([{ id: 1 }]);
    expect(textOf((await call(key('IDNUM', 1), key('IDNUM', 2))).text, 'code')).toBe('20103');
    expect(textOf((await call(key('IDNUM', 1), key('IDNUM', 1))).text, 'code')).toBe('20110');
    expect(textOf((await call(key('IDNUM', 1))).text, 'code')).toBe('20101');
  });
});
