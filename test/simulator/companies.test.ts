import { describe, expect, it } from 'vitest';
import type { RestMarketo } from './restSupport.ts';
import { codeOf, resultsOf, skipped, startRest } from './restSupport.ts';

const sync = (marketo: RestMarketo, input: readonly unknown[], members = {}) =>
  marketo.rest('POST', '/rest/v1/companies.json', { ...members, input });
const acme = { externalCompanyId: 'c-1', company: 'Acme', industry: 'Anvils' };

describe('companies', () => {
  it('are created and updated by their external id, each record with its place', async () => {
    const marketo = await startRest();
    expect(
      resultsOf(await sync(marketo, [acme, { company: 'No key' }, { ...acme, pants: 1 }])),
    ).toEqual([
      { seq: 0, status: 'created', id: 1 },
      { seq: 1, ...skipped('1002') },
      { seq: 2, ...skipped('1006', "Field 'pants' not found") },
    ]);
    const update = { externalCompanyId: 'c-1', industry: null, numberOfEmployees: 7 };
    expect(resultsOf(await sync(marketo, [update, { ...update, numberOfEmployees: 'x' }]))).toEqual(
      [
        { seq: 0, status: 'updated', id: 1 },
        { seq: 1, ...skipped('1003') },
      ],
    );
    expect(marketo.simulator.state.companies()).toMatchObject([
      { externalCompanyId: 'c-1', fields: { Company: 'Acme', NumberOfEmployees: '7' } },
    ]);
  });

  it('are only created, or only updated, or found by id, where the call says so', async () => {
    const marketo = await startRest();
    expect(resultsOf(await sync(marketo, [acme], { action: 'updateOnly' }))).toEqual([
      { seq: 0, ...skipped('1013', 'Object not found') },
    ]);
    await sync(marketo, [acme]);
    expect(resultsOf(await sync(marketo, [acme], { action: 'createOnly' }))).toEqual([
      { seq: 0, ...skipped('1017') },
    ]);
    const byId = { dedupeBy: 'idField' };
    expect(resultsOf(await sync(marketo, [{ id: 1, site: 'HQ' }, { id: 2 }], byId))).toEqual([
      { seq: 0, status: 'updated', id: 1 },
      { seq: 1, ...skipped('1013') },
    ]);
    expect(codeOf(await sync(marketo, [acme], { ...byId, action: 'createOnly' }))).toBe('1003');
  });

  it('are found by what describe calls searchable', async () => {
    const marketo = await startRest();
    await sync(marketo, [acme, { externalCompanyId: 'c-2', company: 'Other' }]);
    const [about] = resultsOf(await marketo.rest('GET', '/rest/v1/companies/describe.json'));
    expect(about).toMatchObject({ dedupeFields: ['externalCompanyId'], idField: 'id' });
    for (const query of [
      'dedupeFields&filterValues=c-1',
      'id&filterValues=1',
      'company&filterValues=Acme',
    ])
      expect(
        resultsOf(
          await marketo.rest('GET', `/rest/v1/companies.json?filterType=${query}&fields=industry`),
        ),
      ).toMatchObject([{ seq: 0, id: 1, externalCompanyId: 'c-1', industry: 'Anvils' }]);
    const other = await marketo.rest(
      'GET',
      '/rest/v1/companies.json?filterType=site&filterValues=x',
    );
    expect(codeOf(other)).toBe('1011');
  });

  it('give their values to the leads that belong to them', async () => {
    const marketo = await startRest();
    await sync(marketo, [acme]);
    marketo.simulator.createLead({ email: 'a@example.com', fields: { externalCompanyId: 'c-1' } });
    const answer = await marketo.rest('GET', '/rest/v1/lead/1.json?fields=company,industry');
    expect(resultsOf(answer)).toEqual([{ id: 1, company: 'Acme', industry: 'Anvils' }]);
  });

  it('of a CRM are out of reach', async () => {
    const marketo = await startRest({ schema: { company: { readOnly: true } } });
    expect(codeOf(await sync(marketo, [acme]))).toBe('1018');
    expect(codeOf(await marketo.rest('GET', '/rest/v1/companies/describe.json'))).toBe('1018');
    expect(marketo.simulator.state.companies()).toEqual([]);
  });
});
