import { describe, expect, it } from 'vitest';
import { standardFields } from '../../lambdas/marketo/standardFields.ts';
import { codeOf, resultsOf, startRest } from './restSupport.ts';
import { cookie, tokenA, tokenB } from './support.ts';

const plainCookie = (token: string): string => cookie(token).replace('&amp;', '&');

describe('describe', () => {
  it('lists every standard field with its name in both APIs', async () => {
    const marketo = await startRest({ schema: { fields: [] } });
    const fields = resultsOf(await marketo.rest('GET', '/rest/v1/leads/describe.json'));
    const names = fields.map(({ rest, soap }) => [
      (rest as { name: string }).name,
      (soap as { name: string } | undefined)?.name ?? null,
    ]);
    const known = standardFields.map(({ rest, soap }) => [rest, soap]);
    expect(names.map(String).sort()).toEqual(known.map(String).sort());
  });

  it('shows a field as Marketo does: labels, lengths, read-only, and no SOAP name where it has none', async () => {
    const marketo = await startRest();
    const fields = resultsOf(await marketo.rest('GET', '/rest/v1/leads/describe.json'));
    const named = (name: string) =>
      fields.find(({ rest }) => (rest as { name: string }).name === name);
    expect(named('company')).toEqual({
      id: expect.any(Number) as number,
      displayName: 'Company Name',
      dataType: 'string',
      length: 255,
      rest: { name: 'company', readOnly: false },
      soap: { name: 'Company', readOnly: false },
    });
    expect(named('createdAt')).toEqual({
      id: expect.any(Number) as number,
      displayName: 'Created At',
      dataType: 'datetime',
      rest: { name: 'createdAt', readOnly: true },
    });
    expect(named('Logins')).toMatchObject({ dataType: 'integer', soap: { name: 'Logins' } });
    expect(new Set(fields.map(({ id }) => id)).size).toBe(fields.length);
  });

  it('in its second form lists the same fields by REST name', async () => {
    const marketo = await startRest();
    const [lead] = resultsOf(await marketo.rest('GET', '/rest/v1/leads/describe2.json'));
    const first = resultsOf(await marketo.rest('GET', '/rest/v1/leads/describe.json'));
    const fields = lead?.['fields'] as { name: string }[];
    expect(fields).toHaveLength(first.length);
    expect(fields).toContainEqual({
      name: 'dateOfBirth',
      displayName: 'Date of Birth',
      dataType: 'date',
      updateable: true,
      crmManaged: false,
    });
    expect(fields.find(({ name }) => name === 'updatedAt')).toMatchObject({ updateable: false });
    expect(marketo.simulator.calls().map(({ operation }) => operation)).toEqual([
      'describe',
      'describe',
    ]);
  });
});

describe('a look at leads', () => {
  it('gives the fields that it asks for, by type, and null for those that are empty', async () => {
    const marketo = await startRest();
    const values = { Logins: 3, Newsletter: false, city: 'Bern', dateOfBirth: '1990-01-02' };
    await marketo.leads([{ email: 'ann@example.com', ...values }, { email: 'bob@example.com' }]);
    const names = 'email,Logins,Newsletter,city,dateOfBirth,title';
    const query = `filterType=email&filterValues=eve@example.com,ANN@example.com&fields=${names}`;
    const answer = await marketo.rest('GET', `/rest/v1/leads.json?${query}`);
    expect(resultsOf(answer)).toEqual([
      { id: 1, email: 'ann@example.com', ...values, title: null },
    ]);
  });

  it('finds leads by id and by cookie, with a few fields where none are named', async () => {
    const marketo = await startRest();
    await marketo.leads([{ email: 'ann@example.com', firstName: 'Ann' }]);
    await marketo.associate(1, plainCookie(tokenA));
    const ann = {
      id: 1,
      email: 'ann@example.com',
      firstName: 'Ann',
      lastName: null,
      createdAt: '2026-01-15T18:00:00Z',
      updatedAt: '2026-01-15T18:00:00Z',
    };
    const by = (type: string, value: string) =>
      marketo.rest(
        'GET',
        `/rest/v1/leads.json?filterType=${type}&filterValues=${encodeURIComponent(value)}`,
      );
    expect(resultsOf(await by('id', '1,2'))).toEqual([ann]);
    expect(resultsOf(await by('cookies', plainCookie(tokenA)))).toEqual([ann]);
    expect(resultsOf(await by('cookies', plainCookie(tokenB)))).toEqual([]);
    expect(codeOf(await by('cookies', 'biscuit'))).toBe('1012');
  });

  it.each([
    ['filterValues=a@example.com', '1002'],
    ['filterType=email', '1002'],
    ['filterType=firstName&filterValues=Ann', '1011'],
    ['filterType=email&filterValues=a@example.com&fields=email,pants', '1006'],
    [`filterType=id&filterValues=${Array.from({ length: 301 }, String).join(',')}`, '1003'],
  ])('with %s is refused with %s', async (query, code) => {
    const marketo = await startRest();
    expect(codeOf(await marketo.rest('GET', `/rest/v1/leads.json?${query}`))).toBe(code);
  });
});
