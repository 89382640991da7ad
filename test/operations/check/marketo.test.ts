import { describe, expect, it } from 'vitest';
import { epochMs } from '../../../lambdas/segment/time.ts';
import { createCheck } from '../../../operations/check/check.ts';
import type { FaultRequest } from '../../../simulator/faults.ts';
import type { Settings } from '../../../lambdas/settings.ts';
import { activityRules } from '../../../lambdas/settings/movedActivities.ts';
import { checked, credentials, marketoWith, named, now, partsWith } from './support.ts';

const apis = ['rest', 'soap'] as const;

describe.each(apis)('Marketo over %s', (api) => {
  it('that does not accept the credentials is told from one that cannot be reached', async () => {
    const { restEndpoint, soapEndpoint } = await marketoWith();
    const checks = await checked({
      marketo: { api, restEndpoint, soapEndpoint },
      secrets: {
        marketo: JSON.stringify({ ...credentials, restClientSecret: 'x', soapEncryptionKey: 'x' }),
      },
    });
    expect(named(checks, 'Marketo')).toMatchObject([
      {
        state: 'wrong',
        todo: 'Copy the credentials from Marketo into the Marketo secret again; the workers take them within five minutes.',
      },
    ]);
  });

  it('that nobody answers for cannot be reached', async () => {
    const nowhere = 'http://127.0.0.1:1';
    const checks = await checked({
      marketo: { api, restEndpoint: nowhere, soapEndpoint: nowhere },
    });
    expect(named(checks, 'Marketo')).toMatchObject([
      {
        state: 'wrong',
        says: expect.stringContaining('no connection to Marketo (ECONNREFUSED)') as string,
        todo: expect.stringContaining('Check marketo.munchkinId') as string,
      },
    ]);
  });

  it('that is at another address is told so', async () => {
    const { url } = await marketoWith();
    const checks = await checked({
      marketo: { api, restEndpoint: `${url}/no`, soapEndpoint: `${url}/no` },
    });
    expect(named(checks, 'Marketo')).toMatchObject([
      { state: 'wrong', todo: expect.stringContaining('Check the endpoint') as string },
    ]);
  });

  it('whose quota of the day is used up says when to come again', async () => {
    const { simulator, restEndpoint, soapEndpoint } = await marketoWith();
    simulator.inject({ code: api === 'rest' ? '607' : '20015' });
    const checks = await checked({ marketo: { api, restEndpoint, soapEndpoint } });
    expect(named(checks, 'Marketo')).toMatchObject([
      { state: 'wrong', todo: 'Wait until midnight US Central, or have Adobe raise the quota.' },
    ]);
  });

  it('is not asked while the budget has no slot, and then when it has', async () => {
    const { simulator, restEndpoint, soapEndpoint } = await marketoWith();
    const setting = { marketo: { api, restEndpoint, soapEndpoint } };
    const { parts } = await partsWith(setting);
    const { counters } = parts;
    const none = { ...counters, add: () => Promise.resolve(false) };
    const checks = await createCheck({ ...parts, counters: none })();
    expect(named(checks, 'Marketo')).toMatchObject([
      { state: 'warning', says: 'Marketo was not asked: all calls of the moment are taken.' },
    ]);
    expect(simulator.calls()).toEqual([]);
    let tries = 0;
    const soon: typeof counters = {
      ...counters,
      add: (...given) => ((tries += 1) < 3 ? Promise.resolve(false) : counters.add(...given)),
    };
    expect(named(await createCheck({ ...parts, counters: soon })(), 'Marketo')).toMatchObject([
      { state: 'ok' },
    ]);
  });

  it('is asked for the fields that fieldMap names', async () => {
    const { restEndpoint, soapEndpoint } = await marketoWith();
    const checks = await checked({
      marketo: { api, restEndpoint, soapEndpoint },
      mapping: { fieldMap: { plan: 'Plan', tier: 'Plan_Tier', secret: false, city: 'city' } },
    });
    expect(checks.filter(({ name }) => name.startsWith('field '))).toEqual([
      {
        name: 'field Plan_Tier',
        state: 'wrong',
        says: 'fieldMap sends tier to Plan_Tier, and Marketo has no such field.',
        todo: 'Make a field with that API name in Marketo (Admin → Field Management), or change the mapping.',
      },
    ]);
  });

  it('tells of fields that events bring and that it does not have', async () => {
    const { restEndpoint, soapEndpoint } = await marketoWith();
    const setting = { marketo: { api, restEndpoint, soapEndpoint } };
    const { parts, table } = await partsWith(setting);
    const refusals = [
      ['UserId', epochMs(now)],
      ['Plan', epochMs(now)],
    ];
    await table.write('fields', { version: 1, state: { refusals } }, undefined);
    const reported = { day: '2026-11-23', sources: { site: ['Shoe_size'], crm: ['UserId'] } };
    await table.write('field-reports', { version: 1, state: reported }, undefined);
    expect(named(await createCheck(parts)(), 'fields that events bring')).toMatchObject([
      {
        state: 'warning',
        says: 'Marketo does not have Shoe_size, UserId; values for them are left out.',
      },
      { state: 'ok', says: expect.stringMatching(/^Marketo has Plan now/) as string },
    ]);
    const fails = { fieldMap: {}, rules: [], unknownFields: 'fail' as const };
    const failing = { ...parts, mapping: () => Promise.resolve(fails) };
    expect(named(await createCheck(failing)(), 'fields that events bring')[0]).toMatchObject({
      state: 'wrong',
      says: expect.stringContaining('make their updates dead letters') as string,
    });
  });
});

it('Marketo over REST that denies the API user its permission says which role to mend', async () => {
  const { simulator, restEndpoint } = await marketoWith();
  simulator.inject({ code: '603' });
  expect(named(await checked({ marketo: { restEndpoint } }), 'Marketo')).toMatchObject([
    { state: 'wrong', todo: expect.stringContaining('API user’s role') as string },
  ]);
});

describe('custom activities', () => {
  const look = async (activities: Settings['activities'], inject?: FaultRequest) => {
    const { simulator, restEndpoint } = await marketoWith();
    if (inject) simulator.inject(inject);
    const checks = await checked({
      marketo: { restEndpoint },
      mapping: { rules: activityRules(activities) },
    });
    return { simulator, checks: checks.filter(({ name }) => name.startsWith('activit')) };
  };

  it('whose types and attributes Marketo has are well, for a second call', async () => {
    const { checks, simulator } = await look({
      Order: { typeId: 100_001, primary: 'id', attributes: { total: 'revenue' } },
    });
    expect(checks).toMatchObject([{ state: 'ok' }]);
    expect(simulator.calls()).toHaveLength(2);
  });

  it('of a type that Marketo does not have are wrong', async () => {
    const { checks } = await look({ Order: { typeId: 7, primary: 'id' } });
    expect(checks).toMatchObject([
      {
        name: 'activity type 7',
        state: 'wrong',
        says: 'The mapping (rule 1 (Order)) names the activity type 7, and Marketo has no such type.',
      },
    ]);
  });

  it('with an attribute that their type does not have are wrong', async () => {
    const { checks } = await look({
      Order: { typeId: 100_001, primary: 'id', attributes: { Total: 'revenue', items: 'n' } },
    });
    expect(checks).toMatchObject([
      {
        state: 'wrong',
        says: 'The activity type 100001 (Order Completed) has no attribute Total.',
      },
    ]);
  });

  it('that the API user may not see are a warning, which names the permission', async () => {
    const { checks } = await look(
      { Order: { typeId: 100_001, primary: 'id' } },
      { target: 'activityTypes', code: '603' },
    );
    expect(checks).toMatchObject([
      { state: 'warning', todo: expect.stringContaining('Read-Write Activity') as string },
    ]);
  });
});
