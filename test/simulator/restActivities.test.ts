import { describe, expect, it } from 'vitest';
import { codeOf, resultsOf, startRest } from './restSupport.ts';

const order = {
  leadId: 1,
  activityDate: '2026-01-15T17:59:00Z',
  activityTypeId: 100_001,
  primaryAttributeValue: 'order-7',
  attributes: [
    { apiName: 'total', value: 19.9 },
    { apiName: 'items', value: '2' },
  ],
};

const withLead = async (...options: Parameters<typeof startRest>) => {
  const marketo = await startRest(...options);
  resultsOf(await marketo.leads([{ email: 'ann@example.com' }]));
  return marketo;
};

const skipped = (code: string, message?: string) => ({
  status: 'skipped',
  errors: [{ code, message: message ?? (expect.any(String) as string) }],
});

describe('a custom activity', () => {
  it('is added to its lead and shown', async () => {
    const marketo = await withLead();
    expect(resultsOf(await marketo.activities(order))).toEqual([
      { id: 1, marketoGUID: '1', status: 'added' },
    ]);
    const shown = await marketo.get('/simulator/activities?email=ANN@example.com');
    expect(JSON.parse(shown.text)).toEqual([
      {
        id: 1,
        at: marketo.clock.now(),
        lead: 1,
        email: 'ann@example.com',
        date: order.activityDate,
        typeId: 100_001,
        primaryAttributeValue: 'order-7',
        attributes: { total: '19.9', items: '2' },
      },
    ]);
    expect(marketo.simulator.activities('bob@example.com')).toEqual([]);
    expect(marketo.simulator.calls().at(-1)).toMatchObject({
      operation: 'activities',
      leads: ['ann@example.com'],
      results: ['ADDED'],
    });
  });

  it('may name its attributes as people see them, and have none', async () => {
    const marketo = await withLead();
    const attributes = [{ name: 'Currency', value: 'CHF' }];
    resultsOf(await marketo.activities({ ...order, attributes }, { ...order, attributes: [] }));
    expect(marketo.simulator.activities().map(({ attributes }) => attributes)).toEqual([
      { currency: 'CHF' },
      {},
    ]);
  });

  it.each<[object, string, string?]>([
    [{ leadId: 2 }, '1004', 'Lead not found'],
    [{ leadId: 'ann' }, '1001', "Invalid value 'ann'. Required of type 'Integer'"],
    [{ leadId: undefined }, '1002', "Missing value for the required parameter 'leadId'"],
    [{ activityTypeId: 1 }, '1003', "Invalid value for field 'activityTypeId' and value '1'"],
    [{ activityDate: 'yesterday' }, '1003'],
    [{ activityDate: '' }, '1002'],
    [{ primaryAttributeValue: null }, '1002'],
    [{ attributes: undefined }, '1002', "Missing value for the required parameter 'attributes'"],
    [{ attributes: {} }, '1003'],
    [{ attributes: [{ apiName: 'pants', value: 1 }] }, '1006', "Field 'pants' not found"],
    [{ attributes: [{ apiName: 'Total', value: 1 }] }, '1006', "Field 'Total' not found"],
    [
      { attributes: [{ apiName: 'items', value: 1.5 }] },
      '1003',
      "Invalid value for field 'items' and value '1.5'",
    ],
    [{ attributes: [{ apiName: 'currency', value: 'x'.repeat(65_536) }] }, '1049'],
  ])(
    'that says %j instead is skipped with %s, and the others are added',
    async (wrong, code, message) => {
      const marketo = await withLead();
      const answer = await marketo.activities(order, { ...order, ...wrong }, order);
      expect(resultsOf(answer)).toEqual([
        { id: 1, marketoGUID: '1', status: 'added' },
        skipped(code, message),
        { id: 2, marketoGUID: '2', status: 'added' },
      ]);
      expect(marketo.simulator.calls().at(-1)?.results).toEqual(['ADDED', 'FAILED', 'ADDED']);
    },
  );

  it('can be sent with 299 others, not with 300', async () => {
    const marketo = await withLead();
    expect(codeOf(await marketo.activities(...Array<unknown>(301).fill(order)))).toBe('1003');
    expect(resultsOf(await marketo.activities(...Array<unknown>(300).fill(order)))).toHaveLength(
      300,
    );
    expect(codeOf(await marketo.activities())).toBe('1002');
  });

  it('is of a type that the instance has', async () => {
    const attribute = { name: 'Name', apiName: 'name', dataType: 'string' } as const;
    const type = {
      id: 100_007,
      name: 'Met',
      apiName: 'met',
      primaryAttribute: attribute,
      attributes: [],
    };
    const marketo = await withLead({ schema: { activityTypes: [type] } });
    const met = { ...order, activityTypeId: 100_007, attributes: [] };
    expect(resultsOf(await marketo.activities(order, met))).toMatchObject([
      skipped('1003'),
      { status: 'added' },
    ]);
    const types = resultsOf(await marketo.rest('GET', '/rest/v1/activities/types.json'));
    expect(types).toContainEqual(type);
    expect(types).toContainEqual(expect.objectContaining({ id: 1, name: 'Visit Webpage' }));
  });

  it('needs no rest after a sync of its lead', async () => {
    const marketo = await withLead();
    resultsOf(await marketo.activities(order));
    expect(marketo.simulator.lockFaults).toBe(0);
  });
});
