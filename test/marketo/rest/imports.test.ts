import { describe, expect, it } from 'vitest';
import { leadIdOf } from '../../../lambdas/digest.ts';
import type { Update } from '../../../lambdas/marketo/marketoTypes.ts';
import type { LeadImports } from '../../../lambdas/marketo/marketoPorts.ts';
import type { LeadRules } from '../../../lambdas/marketo/rest/leadRules.ts';
import { epochMs } from '../../../lambdas/segment/time.ts';
import { failure, now, scriptedMarketo, success } from './scripted.ts';

const marketo = scriptedMarketo();
const mayStart = () => Promise.resolve(true);
const deadline = epochMs(now + 60_000);

const importsOf = (rules: Partial<LeadRules> = {}): LeadImports => {
  const { imports } = marketo.client({ rules });
  if (imports === undefined) throw new Error('the client has no imports');
  return imports;
};

const update = (more: Partial<Update> = {}): Update => ({
  lead: leadIdOf('jane@example.com'),
  email: 'jane@example.com',
  fields: [
    { name: 'Plan', value: 'pro' },
    { name: 'FirstName', value: 'Jane' },
  ],
  ...more,
});

const fileOf = (imports: LeadImports, ...updates: Update[]): string => {
  const kind = imports.kindOf(updates[0] ?? update()) ?? '';
  return [imports.headOf(kind), ...updates.map((one) => imports.rowOf(one, kind))].join('');
};

describe('a file', () => {
  it('has the lookup field first, REST names, and quotation marks where a reader needs them', () => {
    const quoted = update({
      fields: [
        { name: 'FirstName', value: 'Jane "J", or\nJ.' },
        { name: 'Plan', value: ' pro' },
      ],
    });
    expect(fileOf(importsOf(), update(), quoted)).toBe(
      'email,Plan,firstName\njane@example.com,pro,Jane\njane@example.com," pro","Jane ""J"", or\nJ."\n',
    );
  });

  it('finds leads by the lookup field of the settings, and those whose ids are known by these', () => {
    const imports = importsOf({ lookupField: 'customerNumber', partition: 'Europe' });
    const fields = [{ name: 'customerNumber', value: 7 }];
    expect(fileOf(imports, update({ fields }))).toBe('customerNumber,email\n7,jane@example.com\n');
    const known = update({ fields, marketoId: 12 });
    expect(fileOf(imports, known)).toBe('id,customerNumber,email\n12,7,jane@example.com\n');
    expect(imports.keyOf(known, imports.kindOf(known) ?? '')).toBe('12');
  });

  it.each([
    [
      'clears a field: what an empty cell does is not documented',
      { fields: [{ name: 'Plan', value: null }] },
    ],
    ['has an empty text', { fields: [{ name: 'Plan', value: '' }] }],
    ['has values for new leads only', { newOnly: ['Plan'] }],
    ['has no fields', { fields: [] }],
    ['has an e-mail beyond ASCII', { email: 'jané@example.com' }],
    ['has no key', { email: '' }],
  ])('takes no update that %s', (_, more: Partial<Update>) => {
    expect(importsOf().kindOf(update(more))).toBeUndefined();
  });

  it('takes none where leads are only to be made, or only to be updated', () => {
    expect(importsOf({ leads: 'createOnly' }).kindOf(update())).toBeUndefined();
    expect(importsOf({ leads: 'updateOnly' }).kindOf(update())).toBeUndefined();
  });

  it('takes together what has the same columns, whatever their order', () => {
    const imports = importsOf();
    const kindOf = (one: Update) => imports.kindOf(one);
    const other = update({ fields: update().fields.toReversed() });
    expect(kindOf(other)).toBe(kindOf(update()));
    expect(kindOf(update({ partition: 'Europe' }))).not.toBe(kindOf(update()));
  });
});

describe('an upload', () => {
  const start = (imports = importsOf({ partition: 'Europe' })) =>
    imports.start(imports.kindOf(update()) ?? '', 'email\na@example.com\n', deadline, mayStart);

  it('is a form with the file, and is answered with the job', async () => {
    marketo.script(success({ batchId: 3_404, importId: '3404', status: 'Queued' }));
    expect(await start()).toEqual({ job: '3404' });
    const [request] = marketo.received();
    expect(request?.path).toBe(
      '/bulk/v1/leads.json?format=csv&lookupField=email&partitionName=Europe',
    );
    expect(request?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
    expect(request?.body).toMatch(
      /name="file"; filename="leads.csv"[^]*\r\n\r\nemail\na@example.com\n/,
    );
  });

  it.each([
    ['1016', { kind: 'retry' }, true],
    ['603', { kind: 'retry' }, undefined],
    ['606', { kind: 'unavailable', worked: false }, undefined],
    ['1006', { kind: 'refused' }, undefined],
  ])('that Marketo refuses with %s says so', async (code, verdict, isFull) => {
    marketo.script(failure({ code, message: 'jane@example.com' }));
    const started = await start();
    expect(started).toMatchObject({ verdict, ...(isFull && { isFull }) });
    expect(JSON.stringify(started)).not.toContain('jane');
  });

  it('that nobody lets start is not sent', async () => {
    const imports = importsOf();
    const started = await imports.start(imports.kindOf(update()) ?? '', '', deadline, () =>
      Promise.resolve(false),
    );
    expect(started).toMatchObject({ verdict: { kind: 'unavailable', isUnsent: true } });
    expect(marketo.received()).toEqual([]);
  });
});

describe('a job', () => {
  it.each([
    [{ status: 'Queued' }, { state: 'waiting' }],
    [{ status: 'Importing' }, { state: 'waiting' }],
    [{ status: 'Failed', message: 'no' }, { state: 'failed' }],
    [
      { status: 'Complete', numOfRowsFailed: 2 },
      { state: 'done', failed: 2, warned: 0 },
    ],
  ])('that is %o is so', async (status, state) => {
    marketo.script(success({ batchId: 1_022, ...status }));
    expect(await importsOf().look('1022', deadline, mayStart)).toEqual(state);
    expect(marketo.received()[0]?.path).toBe('/bulk/v1/leads/batch/1022.json');
  });

  it('that Marketo does not know is lost', async () => {
    marketo.script(failure({ code: '1013', message: 'not found' }));
    expect(await importsOf().look('1022', deadline, mayStart)).toEqual({ state: 'lost' });
  });

  it('names the rows of its failures by what finds their leads, in whatever case and order of columns', async () => {
    const imports = importsOf();
    const kind = imports.kindOf(update()) ?? '';
    const file =
      'firstName,Email,Import Failure Reason\n"J, or\nJ",JANE@example.com ,no\n,b@example.com,"no, too"\n';
    marketo.script({ body: file, headers: { 'content-type': 'text/csv' } });
    expect(await imports.troubles('1022', kind, 'failures', deadline, mayStart)).toEqual({
      keys: ['jane@example.com', 'b@example.com'],
    });
    expect(marketo.received()[0]?.path).toBe('/bulk/v1/leads/batch/1022/failures.json');
    // Without the column it names nobody.
    marketo.script({ body: 'firstName,Import Failure Reason\nJane,no\n' });
    expect(await imports.troubles('1022', kind, 'warnings', deadline, mayStart)).toEqual({
      keys: [],
    });
    marketo.script(failure({ code: '702', message: 'no data' }));
    expect(await imports.troubles('1022', kind, 'warnings', deadline, mayStart)).toMatchObject({
      verdict: { kind: 'refused' },
    });
  });
});
