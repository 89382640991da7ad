import { describe, expect, it } from 'vitest';
import type { RestMarketo } from './restSupport.ts';
import { codeOf, resultsOf, skipped, startRest } from './restSupport.ts';

const path = '/rest/v1/lists/1001/leads.json';
const withLeads = async (): Promise<RestMarketo> => {
  const marketo = await startRest();
  await marketo.leads([{ email: 'a@example.com' }, { email: 'b@example.com' }]);
  return marketo;
};

describe('static lists', () => {
  it('take leads and give them up, each with what became of it', async () => {
    const marketo = await withLeads();
    const add = `${path}?id=1&id=2&id=99`;
    const added = [
      { id: 1, status: 'added' },
      { id: 2, status: 'added' },
      { id: 99, ...skipped('1004') },
    ];
    expect(resultsOf(await marketo.rest('POST', add))).toEqual(added);
    // Adding twice changes nothing.
    expect(resultsOf(await marketo.rest('POST', add))).toEqual(added);
    expect(resultsOf(await marketo.rest('GET', path))).toMatchObject([{ id: 1 }, { id: 2 }]);
    expect(resultsOf(await marketo.rest('DELETE', `${path}?id=2`))).toEqual([
      { id: 2, status: 'removed' },
    ]);
    expect(resultsOf(await marketo.rest('DELETE', `${path}?id=2`))).toEqual([
      { id: 2, ...skipped('1015') },
    ]);
  });

  it('refuse an unknown list, no lead and too many leads', async () => {
    const marketo = await withLeads();
    expect(codeOf(await marketo.rest('POST', '/rest/v1/lists/7/leads.json?id=1'))).toBe('1013');
    expect(codeOf(await marketo.rest('POST', path))).toBe('1002');
    const many = Array.from({ length: 301 }, (_, n) => `id=${n + 1}`).join('&');
    expect(codeOf(await marketo.rest('POST', `${path}?${many}`))).toBe('1003');
  });

  it('are the winner’s after a merge, and lose a lead that is deleted', async () => {
    const marketo = await withLeads();
    await marketo.rest('POST', `${path}?id=2`);
    await marketo.rest('POST', '/rest/v1/leads/1/merge.json?leadId=2');
    expect(marketo.simulator.state.members(1001)).toEqual([1]);
    marketo.simulator.deleteLead(1);
    expect(marketo.simulator.state.members(1001)).toEqual([]);
  });

  it('are listed', async () => {
    const marketo = await withLeads();
    expect(resultsOf(await marketo.rest('GET', '/rest/v1/lists.json'))).toHaveLength(10);
  });
});
