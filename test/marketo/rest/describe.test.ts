import { describe, expect, it } from 'vitest';
import { restNameOf, updateNameOf } from '../../../lambdas/marketo/rest/names.ts';
import { standardFields } from '../../../lambdas/marketo/standardFields.ts';
import { epochMs } from '../../../lambdas/segment/time.ts';
import { failure, now, scriptedMarketo, success } from './scripted.ts';

const marketo = scriptedMarketo();
const deadline = epochMs(now + 5_000);

const described = [
  {
    id: 2,
    displayName: 'Company Name',
    dataType: 'string',
    length: 255,
    rest: { name: 'company', readOnly: false },
    soap: { name: 'Company', readOnly: false },
  },
  {
    id: 3,
    displayName: 'SIC Code',
    dataType: 'string',
    length: 40,
    rest: { name: 'sicCode', readOnly: false },
    soap: { name: 'SICCode', readOnly: false },
  },
  { id: 4, dataType: 'datetime', rest: { name: 'createdAt', readOnly: true } },
  { id: 5, dataType: 'integer', rest: { name: 'my_number' }, soap: { name: 'my_number' } },
  { id: 6, dataType: 'string', length: null, soap: { name: 'SoapOnly' } },
];

describe('the fields of leads', () => {
  it('come by the names that updates have for them, with what may be written there', async () => {
    marketo.script(success(...described));
    expect(await marketo.client().fields(deadline)).toEqual(
      new Map([
        ['Company', { type: 'string', length: 255 }],
        ['SICCode', { type: 'string', length: 40 }],
        ['CreatedAt', { type: 'datetime', readOnly: true }],
        ['my_number', { type: 'integer' }],
      ]),
    );
    expect(marketo.received()).toMatchObject([
      {
        method: 'GET',
        path: '/rest/v1/leads/describe.json',
        headers: { authorization: 'Bearer t1' },
        body: '',
      },
    ]);
  });

  it.each([
    ['a refusal', failure({ code: '606', message: 'x' }), 'too many calls in 20 seconds (606)'],
    [
      'no description',
      success({ fields: [] }),
      'Marketo answered HTTP 200 without a JSON answer that we can read',
    ],
    [
      'an outage',
      { status: 503, body: '' },
      'Marketo answered HTTP 503 without a JSON answer that we can read',
    ],
  ])('cannot be told after %s: it says why', async (_what, step, because) => {
    marketo.script(step);
    await expect(marketo.client().fields(deadline)).rejects.toThrow(
      new Error(`Marketo did not list the fields of leads: ${because}`),
    );
  });

  it('take a slot, and cannot be told where there is none', async () => {
    marketo.script(success(...described));
    const slots = [true, false];
    const mayStart = () => Promise.resolve(slots.shift() ?? false);
    expect([...(await marketo.client().fields(deadline, mayStart)).keys()]).toContain('Company');
    await expect(marketo.client().fields(deadline, mayStart)).rejects.toThrow(
      'Marketo did not list the fields of leads: the budget of calls had none left',
    );
    expect(marketo.received()).toHaveLength(1);
  });

  it('cannot be told without time, nor without a token', async () => {
    await expect(marketo.client().fields(now)).rejects.toThrow('no time was left for the call');
    marketo.tokens({ status: 401, body: '' });
    await expect(marketo.client().fields(deadline)).rejects.toThrow('check restClientId');
    expect(marketo.received()).toHaveLength(0);
  });
});

describe('the names of fields', () => {
  it('lead from the update to Marketo and back, for every standard field and others', () => {
    const restNames = [...standardFields.map(({ rest }) => rest), 'my_number', 'Own Name'];
    expect(restNames.map(updateNameOf).map(restNameOf)).toEqual(restNames);
  });
});
