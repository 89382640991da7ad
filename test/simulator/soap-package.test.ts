import { createClientAsync } from 'soap';
import { describe, expect, it } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { soapSchema } from '../../lambdas/marketo/soap/soapSchema.ts';
import type { Marketo } from './support.ts';
import {
  authHeader,
  cookie,
  munchkinId,
  record,
  records,
  startMarketo,
  timestampOf,
  tokenA,
} from './support.ts';

type Call = (params: object) => Promise<readonly [{ readonly result: unknown }]>;

const clientOf = async (marketo: Marketo): Promise<Record<string, Call>> => {
  const client = await createClientAsync(`${marketo.soapEndpoint}?WSDL`);
  const header = authHeader(timestampOf(marketo.clock.now()));
  client.addSoapHeader(header.replaceAll('m:Auth', 'mkt:Auth'));
  return client as Record<string, Call>;
};

describe('a client of the soap package', () => {
  it('finds this server through its WSDL, creates a lead and reads it back', async () => {
    const marketo = await startMarketo();
    const client = await clientOf(marketo);
    const attribute = [
      { attrName: 'FirstName', attrValue: 'Ann & <Co>' },
      { attrName: 'Plan', attrValue: '' },
    ];
    const answer = await client['syncLeadAsync']?.({
      leadRecord: { Email: 'ann@example.com', leadAttributeList: { attribute } },
      returnLead: false,
      marketoCookie: `id:${munchkinId}&token:${tokenA}`,
    });
    expect(answer?.[0].result).toMatchObject({
      leadId: 1,
      syncStatus: { leadId: 1, status: 'CREATED' },
    });
    expect(marketo.simulator.leads()).toMatchObject([
      { fields: { FirstName: 'Ann & <Co>' }, cookies: [tokenA] },
    ]);
    const found = await client['getLeadAsync']?.({
      leadKey: { keyType: 'EMAIL', keyValue: 'ann@example.com' },
    });
    expect(found?.[0].result).toMatchObject({
      count: 1,
      leadRecordList: { leadRecord: [{ Id: 1, Email: 'ann@example.com' }] },
    });
  });

  it('syncs many leads and reads each one’s status', async () => {
    const marketo = await startMarketo();
    const client = await clientOf(marketo);
    const answer = await client['syncMultipleLeadsAsync']?.({
      leadRecordList: {
        leadRecord: [
          { Email: 'ann@example.com' },
          {
            Email: 'bob@example.com',
            leadAttributeList: { attribute: [{ attrName: 'Logins', attrValue: 'x' }] },
          },
        ],
      },
      dedupEnabled: true,
    });
    expect(answer?.[0].result).toMatchObject({
      syncStatusList: { syncStatus: [{ leadId: 1, status: 'CREATED' }, { status: 'FAILED' }] },
    });
  });

  it('is rejected with the fault’s code', async () => {
    const marketo = await startMarketo();
    const client = await clientOf(marketo);
    const attribute = [{ attrName: 'pants', attrValue: 'x' }];
    const failed = client['syncLeadAsync']?.({
      leadRecord: { Email: 'ann@example.com', leadAttributeList: { attribute } },
      returnLead: false,
    });
    await expect(failed).rejects.toMatchObject({
      root: {
        Envelope: { Body: { Fault: { detail: { serviceException: { code: '20105' } } } } },
      },
    });
  });
});

describe('every answer', () => {
  it('is valid by the schema of the project’s WSDL', async () => {
    const marketo = await startMarketo();
    const answers = [
      await marketo.syncLead(
        record('ann@example.com', { City: 'Bern' }),
        `<returnLead>true</returnLead><marketoCookie>${cookie(tokenA)}</marketoCookie>`,
      ),
      await marketo.syncLead(record('bob@example.com')),
      await marketo.call(
        'syncMultipleLeads',
        records(record('eve@example.com'), record('no mail')),
      ),
      await marketo.call(
        'getLead',
        '<leadKey><keyType>IDNUM</keyType><keyValue>1</keyValue></leadKey>',
      ),
      await marketo.call('describeMObject', '<objectName>LeadRecord</objectName>'),
    ];
    const xml = answers.map(({ text }, index) => ({
      fileName: `${index}.xml`,
      contents: (/<SOAP-ENV:Body>(.*)<\/SOAP-ENV:Body>/s.exec(text)?.[1] ?? '').replace(
        />/,
        ' xmlns:ns1="http://www.marketo.com/mktows/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">',
      ),
    }));
    const result = await validateXML({ xml, schema: soapSchema });
    expect(result.errors).toEqual([]);
    expect(result.valid).toBe(true);
  });
});
