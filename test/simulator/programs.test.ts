import { describe, expect, it } from 'vitest';
import type { RestMarketo } from './restSupport.ts';
import { codeOf, resultsOf, skipped, startRest } from './restSupport.ts';

const path = '/rest/v1/programs/1044/members';
const withLeads = async (): Promise<RestMarketo> => {
  const marketo = await startRest();
  await marketo.leads([{ email: 'a@example.com' }, { email: 'b@example.com' }]);
  return marketo;
};
const status = (marketo: RestMarketo, statusName: string, ...leads: number[]) =>
  marketo.rest('POST', `${path}/status.json`, {
    statusName,
    input: leads.map((leadId) => ({ leadId })),
  });
const members = (marketo: RestMarketo, ...input: object[]) =>
  marketo.rest('POST', `${path}.json`, { input });

describe('programs', () => {
  it('give leads a status, which only goes forward', async () => {
    const marketo = await withLeads();
    expect(resultsOf(await status(marketo, 'Registered', 1, 99))).toEqual([
      { seq: 0, status: 'created', leadId: 1 },
      { seq: 1, ...skipped('1004') },
    ]);
    expect(resultsOf(await status(marketo, 'Invited', 1, 2))).toEqual([
      { seq: 0, ...skipped('1037') },
      { seq: 1, status: 'created', leadId: 2 },
    ]);
    expect(resultsOf(await status(marketo, 'Attended', 1))).toEqual([
      { seq: 0, status: 'updated', leadId: 1 },
    ]);
    expect(
      resultsOf(
        await marketo.rest('GET', `${path}.json?filterType=statusName&filterValues=Attended`),
      ),
    ).toMatchObject([{ leadId: 1, programId: 1044, statusName: 'Attended' }]);
  });

  it('keep fields of their members, and of nobody else', async () => {
    const marketo = await withLeads();
    await status(marketo, 'Registered', 1);
    expect(
      resultsOf(
        await members(
          marketo,
          { leadId: 1, registrationCode: 'c-1', seats: 2 },
          { leadId: 2, seats: 2 },
          { leadId: 1, seats: 'two' },
          { leadId: 1, pants: 'blue' },
        ),
      ),
    ).toEqual([
      { seq: 0, status: 'updated', leadId: 1 },
      { seq: 1, ...skipped('1013') },
      { seq: 2, ...skipped('1003') },
      { seq: 3, ...skipped('1006') },
    ]);
    expect(marketo.simulator.state.programMember(1044, 1)?.fields).toEqual({
      registrationCode: 'c-1',
      seats: '2',
    });
  });

  it('refuse an unknown program and an unknown status for the whole call', async () => {
    const marketo = await withLeads();
    const other = '/rest/v1/programs/7/members.json';
    expect(codeOf(await marketo.rest('POST', other, { input: [{ leadId: 1 }] }))).toBe('1013');
    expect(codeOf(await status(marketo, 'Won', 1))).toBe('1025');
  });

  it('are the winner’s after a merge, and lose a lead that is deleted', async () => {
    const marketo = await withLeads();
    await status(marketo, 'Registered', 2);
    await marketo.rest('POST', '/rest/v1/leads/1/merge.json?leadId=2');
    expect(marketo.simulator.state.programMember(1044, 1)).toMatchObject({ status: 'Registered' });
    marketo.simulator.deleteLead(1);
    expect(marketo.simulator.state.programMembers(1044)).toEqual([]);
  });
});
