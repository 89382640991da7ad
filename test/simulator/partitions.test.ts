import { describe, expect, it } from 'vitest';
import { codeOf, resultsOf, skipped, startRest } from './restSupport.ts';
import { attributes, authHeader, envelope, startMarketo, textOf, timestampOf } from './support.ts';

const schema = {
  partitions: [
    { name: 'Default' },
    { name: 'Europe', workspace: 'EMEA' },
    { name: 'Partner', workspace: 'EMEA', writable: false },
  ],
};
const ann = { email: 'ann@example.com' };

describe('partitions', () => {
  it('are listed with their ids', async () => {
    const marketo = await startRest({ schema });
    const listed = resultsOf(await marketo.rest('GET', '/rest/v1/leads/partitions.json'));
    expect(listed.map(({ id, name }) => [id, name])).toEqual([
      [1, 'Default'],
      [2, 'Europe'],
      [3, 'Partner'],
    ]);
  });

  it('that the API user may not write are denied with 1008, and leads in them too', async () => {
    const marketo = await startRest({ schema });
    const message = "Access denied to partition 'Partner'";
    const partner = { partitionName: 'Partner' };
    expect(resultsOf(await marketo.leads([ann], partner))).toEqual([skipped('1008', message)]);
    marketo.simulator.createLead({ ...ann, partition: 'Partner' });
    expect(resultsOf(await marketo.leads([ann]))).toEqual([skipped('1008', message)]);
    const input = { input: [{ id: 1 }] };
    expect(resultsOf(await marketo.rest('POST', '/rest/v1/leads/delete.json', input))).toEqual([
      { id: 1, ...skipped('1008', message) },
    ]);
    marketo.simulator.createLead({ email: 'bob@example.com' });
    expect(codeOf(await marketo.rest('POST', '/rest/v1/leads/2/merge.json?leadId=1'))).toBe('1008');
  });

  it('denied as the first one deny every new lead that names none', async () => {
    const marketo = await startRest({
      schema: { partitions: [{ name: 'Default', writable: false }, { name: 'Europe' }] },
    });
    expect(resultsOf(await marketo.leads([ann]))).toEqual([skipped('1008')]);
    expect(resultsOf(await marketo.leads([ann], { partitionName: 'Europe' }))).toEqual([
      { id: 1, status: 'created' },
    ]);
    marketo.rest30();
    expect(resultsOf(await marketo.leads([ann]))).toEqual([{ id: 1, status: 'updated' }]);
  });

  it('take no part in an update that names none, nor in updateOnly', async () => {
    const marketo = await startRest({ schema });
    marketo.simulator.createLead({ ...ann, partition: 'Europe' });
    expect(resultsOf(await marketo.leads([ann]))).toEqual([{ id: 1, status: 'updated' }]);
    marketo.rest30();
    const members = { action: 'updateOnly', partitionName: 'Default' };
    expect(resultsOf(await marketo.leads([ann], members))).toEqual([{ id: 1, status: 'updated' }]);
    expect(marketo.simulator.leads()).toMatchObject([{ partition: 'Europe' }]);
  });

  it('tell leads of one e-mail apart where the dedupe rule has them', async () => {
    const marketo = await startRest({ schema: { ...schema, dedupeWith: ['partition'] } });
    const europe = { partitionName: 'Europe' };
    expect(resultsOf(await marketo.leads([ann]))).toEqual([{ id: 1, status: 'created' }]);
    marketo.rest30();
    expect(resultsOf(await marketo.leads([ann], europe))).toEqual([{ id: 2, status: 'created' }]);
    marketo.rest30();
    expect(resultsOf(await marketo.leads([ann], europe))).toEqual([{ id: 2, status: 'updated' }]);
    marketo.rest30();
    expect(resultsOf(await marketo.leads([ann]))).toEqual([{ id: 1, status: 'updated' }]);
  });

  it('are those of the workspace that a SOAP call names, but not for leads found by e-mail', async () => {
    const marketo = await startMarketo({ schema });
    const sync = (leadRecord: string, workspace: string) =>
      marketo.post(
        envelope(
          `${authHeader(timestampOf(marketo.clock.now()))}<m:MktowsContextHeader><targetWorkspace>${workspace}</targetWorkspace></m:MktowsContextHeader>`,
          `<m:paramsSyncLead><leadRecord>${leadRecord}</leadRecord><returnLead>false</returnLead></m:paramsSyncLead>`,
        ),
        { soapaction: '"http://www.marketo.com/mktows/syncLead"' },
      );
    expect((await sync('<Email>ann@example.com</Email>', 'EMEA')).status).toBe(200);
    marketo.simulator.createLead({ email: 'bob@example.com' });
    expect((await sync(`<Id>2</Id>${attributes({ City: 'B' })}`, 'EMEA')).text).toContain(
      'not in the primary partition of EMEA',
    );
    expect((await sync('<Email>bob@example.com</Email>', 'EMEA')).status).toBe(200);
    expect(marketo.simulator.leads().map(({ partition }) => partition)).toEqual([
      'Europe',
      undefined,
    ]);
    const unknown = await sync('<Email>eve@example.com</Email>', 'Moon');
    expect(textOf(unknown.text, 'code')).toBe('20110');
  });
});

describe('a dedupe rule', () => {
  it('with another field finds leads by the e-mail and that field', async () => {
    const marketo = await startRest({ schema: { dedupeWith: ['company'] } });
    const [a, b] = ['A', 'B'].map((company) => ({ ...ann, company }));
    expect(resultsOf(await marketo.leads([a]))).toEqual([{ id: 1, status: 'created' }]);
    marketo.rest30();
    expect(resultsOf(await marketo.leads([b]))).toEqual([{ id: 2, status: 'created' }]);
    marketo.rest30();
    expect(resultsOf(await marketo.leads([ann]))).toEqual([{ id: 3, status: 'created' }]);
    marketo.rest30();
    expect(resultsOf(await marketo.leads([{ ...b, company: 'b' }]))).toEqual([
      { id: 2, status: 'updated' },
    ]);
  });
});
