import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createClientAsync } from 'soap';
import { describe, expect, it } from 'vitest';
import type { Marketo } from './support.ts';
import { authHeader, munchkinId, startMarketo, timestampOf, tokenA } from './support.ts';

/**
 * Marketo's own WSDL, which is not ours to give away. It stands beside the checkout, as in the
 * project's checks; set MARKETO_WSDL for another place.
 */
const wsdl =
  process.env['MARKETO_WSDL'] ??
  fileURLToPath(new URL('../../../shared/data/mktows_2_2.wsdl', import.meta.url));
const isThere = existsSync(wsdl);
if (!isThere)
  process.stderr.write(
    `Skipped the tests with Marketo's own WSDL: ${wsdl} is not there. Set MARKETO_WSDL to its path.\n`,
  );

type Call = (params: object) => Promise<readonly [{ readonly result: unknown }]>;

const clientOf = async (marketo: Marketo): Promise<Record<string, Call>> => {
  const client = await createClientAsync(wsdl, {}, marketo.soapEndpoint);
  const header = authHeader(timestampOf(marketo.clock.now()));
  client.addSoapHeader(header.replaceAll('m:Auth', 'tns:Auth'));
  return client as Record<string, Call>;
};

const faultOf = (code: string) => ({
  root: { Envelope: { Body: { Fault: { detail: { serviceException: { code } } } } } },
});

describe.skipIf(!isThere)('the soap package with Marketo’s own WSDL, unchanged,', () => {
  const start = () => startMarketo({ leadLockMs: 0 });

  it('creates a lead with a cookie, renames it by its id, and reads it back', async () => {
    const marketo = await start();
    const client = await clientOf(marketo);
    const attribute = [{ attrName: 'favoriteColor', attrValue: 'red & <blue>' }];
    const created = await client['syncLeadAsync']?.({
      leadRecord: { Email: 'ann@example.com', leadAttributeList: { attribute } },
      returnLead: false,
      marketoCookie: `id:${munchkinId}&token:${tokenA}`,
    });
    expect(created?.[0].result).toMatchObject({ leadId: 1, syncStatus: { status: 'CREATED' } });
    const renamed = await client['syncLeadAsync']?.({
      leadRecord: { Id: 1, Email: 'anna@example.com' },
      returnLead: true,
    });
    expect(renamed?.[0].result).toMatchObject({
      leadId: 1,
      syncStatus: { status: 'UPDATED' },
      leadRecord: { Id: 1, Email: 'anna@example.com' },
    });
    const read = await client['getLeadAsync']?.({
      leadKey: { keyType: 'IDNUM', keyValue: '1' },
    });
    expect(read?.[0].result).toMatchObject({
      count: 1,
      leadRecordList: {
        leadRecord: [
          {
            Email: 'anna@example.com',
            leadAttributeList: {
              attribute: [{ attrName: 'favoriteColor', attrValue: 'red & <blue>' }],
            },
          },
        ],
      },
    });
  });

  it('syncs many leads, one refused, and merges two', async () => {
    const marketo = await start();
    const client = await clientOf(marketo);
    const bad = { attribute: [{ attrName: 'Logins', attrValue: 'x' }] };
    const synced = await client['syncMultipleLeadsAsync']?.({
      leadRecordList: {
        leadRecord: [
          { Email: 'ann@example.com' },
          { Email: 'bob@example.com', leadAttributeList: bad },
          { Email: 'eve@example.com' },
        ],
      },
      dedupEnabled: true,
    });
    expect(synced?.[0].result).toMatchObject({
      syncStatusList: {
        syncStatus: [{ leadId: 1, status: 'CREATED' }, { status: 'FAILED' }, { leadId: 2 }],
      },
    });
    const key = (value: string) => ({ attribute: [{ attrName: 'IDNUM', attrValue: value }] });
    const merged = await client['mergeLeadsAsync']?.({
      winningLeadKeyList: key('1'),
      losingLeadKeyLists: { keyList: [key('2')] },
    });
    expect(merged?.[0].result).toMatchObject({
      mergeStatus: { winningLeadId: 1, status: 'MERGED' },
    });
    expect(marketo.simulator.leads()).toHaveLength(1);
  });

  it('reads the description of a lead', async () => {
    const client = await clientOf(await start());
    const described = await client['describeMObjectAsync']?.({ objectName: 'LeadRecord' });
    expect(described?.[0].result).toMatchObject({
      metadata: {
        fieldList: {
          field: expect.arrayContaining([
            expect.objectContaining({ name: 'trialEnds' }),
          ]) as unknown,
        },
      },
    });
  });

  it('gets the fault’s code', async () => {
    const client = await clientOf(await start());
    const attribute = [{ attrName: 'pants', attrValue: 'x' }];
    await expect(
      client['syncLeadAsync']?.({
        leadRecord: { Email: 'ann@example.com', leadAttributeList: { attribute } },
        returnLead: false,
      }),
    ).rejects.toMatchObject(faultOf('20105'));
    await expect(
      client['getLeadAsync']?.({ leadKey: { keyType: 'EMAIL', keyValue: 'x@example.com' } }),
    ).rejects.toMatchObject(faultOf('20103'));
  });
});
