import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseSchema, readSchemaFile } from '../../simulator/schema/schema.ts';
import { resultsOf, skipped, startRest } from './restSupport.ts';
import { record, startMarketo, textOf } from './support.ts';

describe('a schema file', () => {
  it.each<[unknown, string]>([
    [{ feilds: [] }, 'Unrecognized key: "feilds"'],
    [{ fields: [{ name: 'x' }] }, 'fields.0 (x): dataType: a field of your own needs one'],
    [{ fields: [{ name: 'x', dataType: 'number' }] }, 'fields: 0: dataType'],
    [{ fields: [{ name: 'My Field', dataType: 'string' }] }, 'rest: this name is none for REST'],
    [
      { fields: [{ name: 'x', rest: null, soap: null, dataType: 'string' }] },
      'a name in at least one API',
    ],
    [
      { fields: [{ name: 'X', rest: 'city', dataType: 'string' }] },
      'two fields have the REST name city',
    ],
    [
      {
        fields: [
          { name: 'x', soap: 'Email Address', dataType: 'string' },
          { name: 'y', soap: 'Email Address', dataType: 'string' },
        ],
      },
      'two fields have the SOAP name Email Address',
    ],
    [{ partitions: [] }, 'partitions'],
    [{ partitions: [{ name: 'A' }, { name: 'A' }] }, 'two of the name A'],
    [{ dedupeWith: ['Plan2'] }, 'dedupeWith: Plan2'],
    [{ company: { fields: ['Company'] } }, 'company.fields: Company'],
    [{ limits: { callsPerDay: 0 } }, 'limits: callsPerDay'],
    [{ badValueWording: 'loud' }, 'badValueWording'],
    [{ fields: [{ name: 'city', refused: { code: '606' } }] }, 'the code of a record over REST'],
    [[], 'expected object'],
  ])('like %j is refused with the key that is wrong', (value, reason) => {
    expect(() => parseSchema(value)).toThrow(reason);
  });

  it('is read from disk, and named where it cannot be', () => {
    const folder = mkdtempSync(join(tmpdir(), 'schema-'));
    const path = join(folder, 'schema.json');
    try {
      expect(() => readSchemaFile(path)).toThrow(path);
      writeFileSync(path, '{');
      expect(() => readSchemaFile(path)).toThrow(`the schema file ${path} cannot be used`);
      writeFileSync(path, '{"partitions": [{"name": "Europe"}]}');
      expect(readSchemaFile(path)).toEqual({ partitions: [{ name: 'Europe' }] });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('the fields of an instance', () => {
  it('are camel case, snake case and others in the default one, the same in both APIs', async () => {
    const marketo = await startRest();
    const described = resultsOf(await marketo.rest('GET', '/rest/v1/leads/describe.json'));
    for (const name of ['favoriteColor', 'trialEnds', 'mrr', 'acquisition_url', 'Plan']) {
      expect(described).toContainEqual(
        expect.objectContaining({
          rest: { name, readOnly: false },
          soap: { name, readOnly: false },
        }),
      );
    }
  });

  it('have the names that the schema gives them in each API, and in one alone', async () => {
    const marketo = await startRest({
      schema: {
        fields: [
          { name: 'loyalty', soap: 'Loyalty Level', dataType: 'string' },
          { name: 'restOnly', soap: null, dataType: 'string' },
          { name: 'SoapOnly', rest: null, dataType: 'string' },
        ],
      },
    });
    const values = { email: 'ann@example.com', loyalty: 'gold', restOnly: 'x' };
    expect(resultsOf(await marketo.leads([values, { ...values, SoapOnly: 'x' }]))).toEqual([
      { id: 1, status: 'created' },
      skipped('1006', "Field 'SoapOnly' not found"),
    ]);
    expect(marketo.simulator.leads()[0]?.fields).toEqual({
      'Loyalty Level': 'gold',
      restOnly: 'x',
    });
    marketo.rest30();
    const refused = await marketo.syncLead(record('ann@example.com', { restOnly: 'y' }));
    expect(textOf(refused.text, 'message')).toContain('unknown fields for import: restOnly');
    const { status } = await marketo.syncLead(
      record('ann@example.com', { 'Loyalty Level': 'silver', SoapOnly: 'y' }),
    );
    expect(status).toBe(200);
    const { text } = await marketo.call('describeMObject', '<objectName>LeadRecord</objectName>');
    expect(text).toContain('<name>Loyalty Level</name>');
    expect(text).not.toContain('<name>restOnly</name>');
  });

  it('are standard ones with what the schema changes about them', async () => {
    const marketo = await startRest({
      schema: {
        fields: [
          { name: 'title', length: 3 },
          { name: 'City', readOnly: true },
        ],
      },
    });
    expect(
      resultsOf(
        await marketo.leads([
          { email: 'ann@example.com', title: 'long' },
          { email: 'bob@example.com', city: 'Bern' },
        ]),
      ),
    ).toEqual([
      skipped('1003', "Invalid value for field 'title' and value 'long'"),
      { id: 1, status: 'created' },
    ]);
    // What Marketo does with values of read-only fields is not documented; here they are passed over.
    expect(marketo.simulator.leads()[0]?.fields).toEqual({});
  });
});

describe('a value that a field cannot hold', () => {
  it.each([
    ['value', "Invalid value for field 'Logins' and value 'x'"],
    ['fields', 'Invalid fields [Logins, title]'],
    ['unquoted', 'Invalid value x for field Logins'],
    ['none', 'Invalid data'],
  ] as const)('is refused in the wording %s', async (badValueWording, message) => {
    const marketo = await startRest({
      schema: {
        badValueWording,
        fields: [
          { name: 'Logins', dataType: 'integer' },
          { name: 'title', length: 3 },
        ],
      },
    });
    expect(
      resultsOf(await marketo.leads([{ email: 'ann@example.com', Logins: 'x', title: 'long' }])),
    ).toEqual([skipped('1003', message)]);
  });

  it.each([
    [{ code: '1003' }, "Invalid value for field 'title' and value 'Dr'"],
    [{ code: '1021' }, 'Company update not allowed'],
    [{ code: '1003', message: 'Invalid fields [{fields}]' }, 'Invalid fields [title, industry]'],
    [{ code: '1003', message: '{field} may not be {value}' }, 'title may not be Dr'],
  ])('can be any value, with %j', async (refused, message) => {
    const fields = ['title', 'industry'].map((name) => ({ name, refused }));
    const marketo = await startRest({ schema: { fields } });
    const answer = await marketo.leads([
      { email: 'ann@example.com', title: 'Dr', industry: 'Cheese' },
      { email: 'bob@example.com', city: 'Bern' },
    ]);
    expect(resultsOf(answer)).toEqual([
      skipped(refused.code, message),
      { id: 1, status: 'created' },
    ]);
  });

  it('fails the lead over SOAP', async () => {
    const refused = { code: '1003', message: '{field} is blocked' };
    const marketo = await startMarketo({ schema: { fields: [{ name: 'title', refused }] } });
    const { text } = await marketo.syncLead(record('ann@example.com', { Title: 'Dr' }));
    expect(textOf(text, 'message')).toBe('syncLead operation failed: Title is blocked (20106)');
  });
});

describe('fields of the company', () => {
  const company = { email: 'ann@example.com', industry: 'Cheese' };

  it('can be changed through leads that belong to no company', async () => {
    const marketo = await startRest();
    expect(resultsOf(await marketo.leads([company]))).toEqual([{ id: 1, status: 'created' }]);
    marketo.rest30();
    const linked = { email: 'ann@example.com', externalCompanyId: 'c-1' };
    expect(resultsOf(await marketo.leads([linked]))).toEqual([{ id: 1, status: 'updated' }]);
    marketo.rest30();
    expect(
      resultsOf(await marketo.leads([company, { ...company, email: 'b@example.com' }])),
    ).toEqual([skipped('1021', 'Company update not allowed'), { id: 2, status: 'created' }]);
    expect(resultsOf(await marketo.leads([{ ...company, ...linked }]))).toEqual([skipped('1021')]);
  });

  it.each([
    ['refused', [skipped('1021')]],
    ['allowed', [{ id: 1, status: 'created' }]],
  ] as const)('are %s where the schema says so', async (syncLeads, results) => {
    const marketo = await startRest({ schema: { company: { syncLeads, fields: ['industry'] } } });
    expect(resultsOf(await marketo.leads([{ ...company, externalCompanyId: 'c-1' }]))).toEqual(
      results,
    );
    const other = { email: 'bob@example.com', company: 'Example' };
    expect(resultsOf(await marketo.leads([other]))).toMatchObject([{ status: 'created' }]);
  });
});
