import { describe, expect, it } from 'vitest';
import type { RestMarketo } from './restSupport.ts';
import { codeOf, resultsOf, skipped, startRest } from './restSupport.ts';
import { record } from './support.ts';

const fieldsOf = ({ simulator }: RestMarketo, email: string) =>
  simulator.leads(email).map(({ fields }) => fields);

describe('a sync of leads', () => {
  it('creates and updates by e-mail, without regard to its case, in the order of the records', async () => {
    const marketo = await startRest();
    const first = await marketo.leads([
      { email: 'ann@example.com', firstName: 'Ann', Plan: 'pro' },
      { email: 'bob@example.com' },
    ]);
    expect(first.type).toMatch(/^application\/json/);
    expect(first.body.requestId).toMatch(/^[0-9a-f]+#[0-9a-f]+$/);
    expect(resultsOf(first)).toEqual([
      { id: 1, status: 'created' },
      { id: 2, status: 'created' },
    ]);
    marketo.rest30();
    const members = { action: 'createOrUpdate', lookupField: 'email' };
    const second = await marketo.leads(
      [{ email: 'BOB@example.com', lastName: 'B' }, { email: 'eve@example.com' }],
      members,
    );
    expect(resultsOf(second)).toEqual([
      { id: 2, status: 'updated' },
      { id: 3, status: 'created' },
    ]);
    expect(marketo.simulator.leads()).toMatchObject([
      { email: 'ann@example.com', fields: { FirstName: 'Ann', Plan: 'pro' } },
      { email: 'BOB@example.com', fields: { LastName: 'B' } },
      { email: 'eve@example.com', fields: {} },
    ]);
    expect(marketo.simulator.calls()[1]).toMatchObject({
      operation: 'leads',
      leads: ['BOB@example.com', 'eve@example.com'],
      status: 200,
      results: ['UPDATED', 'CREATED'],
      worked: true,
    });
  });

  it('shares its leads with SOAP, whose field names differ', async () => {
    const marketo = await startRest();
    await marketo.leads([{ email: 'ann@example.com', dateOfBirth: '1990-01-02', sicCode: '7' }]);
    expect(fieldsOf(marketo, 'ann@example.com')).toEqual([
      { DateofBirth: '1990-01-02', SICCode: '7' },
    ]);
    marketo.rest30();
    await marketo.syncLead(record('ann@example.com', { SICCode: '8' }));
    marketo.rest30();
    expect(resultsOf(await marketo.leads([{ email: 'ann@example.com' }]))).toEqual([
      { id: 1, status: 'updated' },
    ]);
    expect(fieldsOf(marketo, 'ann@example.com')).toMatchObject([{ SICCode: '8' }]);
  });

  it('clears a field with null, and knows it from a value that is left out', async () => {
    const marketo = await startRest();
    await marketo.leads([{ email: 'ann@example.com', city: 'Bern', Logins: 3, title: 'Dr' }]);
    marketo.rest30();
    await marketo.leads([{ email: 'ann@example.com', city: null, Logins: null }]);
    expect(fieldsOf(marketo, 'ann@example.com')).toEqual([{ Title: 'Dr' }]);
  });

  it('keeps numbers and booleans in fields of such types and as text in others', async () => {
    const marketo = await startRest();
    const values = { Logins: 3, Newsletter: true, unsubscribed: 0, annualRevenue: 1.5, city: 8000 };
    resultsOf(await marketo.leads([{ email: 'ann@example.com', ...values }]));
    expect(fieldsOf(marketo, 'ann@example.com')).toEqual([
      {
        Logins: '3',
        Newsletter: 'true',
        Unsubscribed: 'false',
        AnnualRevenue: '1.5',
        City: '8000',
      },
    ]);
  });

  it('skips a record with a value of a wrong type and updates the others', async () => {
    const marketo = await startRest();
    const answer = await marketo.leads([
      { email: 'ann@example.com', Logins: 14.1 },
      { email: 'bob@example.com', Logins: 14 },
      { email: 'eve@example.com', Newsletter: 'perhaps' },
      { email: 'joe@example.com', city: { name: 'Bern' } },
      { email: 'kim@example.com', dateOfBirth: '1990-02-30' },
    ]);
    expect(resultsOf(answer)).toEqual([
      skipped('1003', "Invalid value for field 'Logins' and value '14.1'"),
      { id: 1, status: 'created' },
      skipped('1003', "Invalid value for field 'Newsletter' and value 'perhaps'"),
      skipped('1003', `Invalid value for field 'city' and value '{"name":"Bern"}'`),
      skipped('1003', "Invalid value for field 'dateOfBirth' and value '1990-02-30'"),
    ]);
    expect(marketo.simulator.leads()).toHaveLength(1);
    expect(marketo.simulator.calls()[0]?.results).toEqual([
      'FAILED',
      'CREATED',
      'FAILED',
      'FAILED',
      'FAILED',
    ]);
  });

  it('skips a record with unknown fields, each with its reason, and updates the others', async () => {
    const marketo = await startRest();
    const answer = await marketo.leads([
      { email: 'ann@example.com', pants: 'x', socks: null },
      { email: 'bob@example.com', FirstName: 'the SOAP name' },
      { email: 'eve@example.com' },
    ]);
    expect(resultsOf(answer)).toEqual([
      {
        status: 'skipped',
        reasons: [
          { code: '1006', message: "Field 'pants' not found" },
          { code: '1006', message: "Field 'socks' not found" },
        ],
      },
      skipped('1006', "Field 'FirstName' not found"),
      { id: 1, status: 'created' },
    ]);
  });

  it('knows a field from the moment it is made', async () => {
    const marketo = await startRest();
    const input = [{ email: 'ann@example.com', pants: 'x' }];
    expect(resultsOf(await marketo.leads(input))).toEqual([skipped('1006')]);
    marketo.simulator.addField({ name: 'pants', dataType: 'string' });
    expect(resultsOf(await marketo.leads(input))).toEqual([{ id: 1, status: 'created' }]);
    expect(fieldsOf(marketo, 'ann@example.com')).toEqual([{ pants: 'x' }]);
  });

  it.each([['ünï@example.com'], ['ann@exämple.com'], ['no address'], ['＠.＠']])(
    'refuses the e-mail %s',
    async (email) => {
      const marketo = await startRest();
      expect(resultsOf(await marketo.leads([{ email }]))).toEqual([
        skipped('1003', `Invalid value for field 'email' and value '${email}'`),
      ]);
    },
  );

  it('skips a record without the e-mail that it is to be found by', async () => {
    const marketo = await startRest();
    const input = [{ firstName: 'Ann' }, { email: null }, { email: '' }];
    const message = "Missing value for the required parameter 'email'";
    expect(resultsOf(await marketo.leads(input))).toEqual(
      input.map(() => skipped('1002', message)),
    );
    expect(resultsOf(await marketo.leads([7, { email: 'a@example.com', id: 4 }]))).toEqual([
      skipped('1003'),
      skipped('1003'),
    ]);
    expect(marketo.simulator.leads()).toEqual([]);
  });

  it('works on one e-mail twice in one call in the order of its records', async () => {
    const marketo = await startRest();
    const twice = ['A', 'B'].map((firstName) => ({ email: `ann@example.com`, firstName }));
    expect(resultsOf(await marketo.leads(twice))).toEqual([
      { id: 1, status: 'created' },
      { id: 1, status: 'updated' },
    ]);
    expect(fieldsOf(marketo, 'ann@example.com')).toEqual([{ FirstName: 'B' }]);
    expect(marketo.simulator.lockFaults).toBe(0);
  });

  it('refuses an e-mail that several leads have', async () => {
    const marketo = await startRest();
    const action = { action: 'createDuplicate' };
    resultsOf(
      await marketo.leads([{ email: 'a@example.com' }, { email: 'A@example.com' }], action),
    );
    expect(marketo.simulator.leads()).toHaveLength(2);
    marketo.rest30();
    expect(resultsOf(await marketo.leads([{ email: 'a@example.com' }]))).toEqual([skipped('1007')]);
  });

  it('creates only, or updates only, where it is told to', async () => {
    const marketo = await startRest();
    const both = [{ email: 'ann@example.com' }, { email: 'bob@example.com' }];
    await marketo.leads(both.slice(0, 1));
    marketo.rest30();
    expect(resultsOf(await marketo.leads(both, { action: 'updateOnly' }))).toEqual([
      { id: 1, status: 'updated' },
      skipped('1004', 'Lead not found'),
    ]);
    marketo.rest30();
    const again = [...both, { email: 'bob@example.com' }];
    expect(resultsOf(await marketo.leads(again, { action: 'createOnly' }))).toEqual([
      skipped('1005', 'Lead already exists'),
      { id: 2, status: 'created' },
      skipped('1005', 'Lead already exists'),
    ]);
  });

  it('finds a lead by its id, and changes its e-mail then', async () => {
    const marketo = await startRest();
    await marketo.leads([{ email: 'ann@example.com' }]);
    marketo.rest30();
    const input = [{ id: 1, email: 'anna@example.com' }, { id: 2 }, { id: 'x' }];
    const byId = { action: 'updateOnly', lookupField: 'id' };
    expect(resultsOf(await marketo.leads(input, byId))).toEqual([
      { id: 1, status: 'updated' },
      skipped('1004'),
      skipped('1001', "Invalid value 'x'. Required of type 'Integer'"),
    ]);
    expect(marketo.simulator.leads()).toMatchObject([{ email: 'anna@example.com' }]);
  });

  it('puts new leads into a partition and leaves those of another alone', async () => {
    const marketo = await startRest({
      schema: { partitions: [{ name: 'Default' }, { name: 'Europe' }] },
    });
    const europe = { partitionName: 'Europe' };
    resultsOf(await marketo.leads([{ email: 'ann@example.com' }], europe));
    resultsOf(await marketo.leads([{ email: 'bob@example.com' }]));
    expect(marketo.simulator.leads()).toMatchObject([{ partition: 'Europe' }, {}]);
    marketo.rest30();
    const both = [{ email: 'ann@example.com' }, { email: 'bob@example.com' }];
    expect(resultsOf(await marketo.leads(both, europe))).toEqual([
      { id: 1, status: 'updated' },
      skipped('1010'),
    ]);
    expect(resultsOf(await marketo.leads(both, { partitionName: 'Asia' }))).toEqual([
      skipped('1008', "Access denied to partition 'Asia'"),
      skipped('1008', "Access denied to partition 'Asia'"),
    ]);
  });

  it('takes 300 records and no more', async () => {
    const marketo = await startRest();
    const many = Array.from({ length: 301 }, (_, index) => ({ email: `a${index}@example.com` }));
    expect(codeOf(await marketo.leads(many))).toBe('1003');
    expect(marketo.simulator.leads()).toEqual([]);
    expect(resultsOf(await marketo.leads(many.slice(1)))).toHaveLength(300);
  });

  it.each([
    [{ input: [] }, '1002'],
    [{}, '1002'],
    [{ input: { email: 'a@example.com' } }, '1001'],
    [{ input: [{ email: 'a@example.com' }], action: 'upsert' }, '1003'],
    [{ input: [{ email: 'a@example.com' }], lookupField: 'firstName' }, '1011'],
    [{ input: [{ email: 'a@example.com' }], partitionName: 5 }, '1003'],
    [{ input: [{ email: 'a@example.com' }], asyncProcessing: true }, '1003'],
    [{ input: [{ email: 'a@example.com' }], lookupfield: 'email' }, '1003'],
    [[], '609'],
  ])('refuses the body %j as a whole with %s', async (body, code) => {
    const marketo = await startRest();
    expect(codeOf(await marketo.rest('POST', '/rest/v1/leads.json', body))).toBe(code);
    expect(marketo.simulator.leads()).toEqual([]);
    expect(marketo.simulator.calls()).toMatchObject([{ operation: 'leads', code, worked: false }]);
  });
});
