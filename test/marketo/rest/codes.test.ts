import { describe, expect, it } from 'vitest';
import { restErrorRules } from '../../../lambdas/marketo/rest/restErrorRules.ts';
import { epochMs } from '../../../lambdas/segment/time.ts';
import { updateOf } from '../soap/updates.ts';
import type { Complaint } from './scripted.ts';
import { failure, now, scriptedMarketo, skipped, success } from './scripted.ts';

const marketo = scriptedMarketo();
const deadline = epochMs(now + 5_000);
const ada = updateOf('ada@example.com', { pants: 'blue', FirstName: 'much', LeadScore: 'red' });
const bob = updateOf('bob@example.com', { LeadScore: 5 });
const sync = (...updates: (typeof ada)[]) =>
  marketo
    .client({ rules: { duplicates: 'refuse' } })
    .sync(updates.length > 0 ? updates : [ada], deadline);

const wait = { kind: 'unavailable', worked: false } as const;
const outage = { kind: 'unavailable', worked: true } as const;
const final = { kind: 'refused' } as const;
/** No value of the lead is to blame, so that none is looked for. */
const ofLead = { kind: 'refused', isOfLead: true } as const;
const retry = { kind: 'retry' } as const;
const bounded = { kind: 'retry', attempts: 8 } as const;
const split = { kind: 'retry', attempts: Infinity } as const;

const codes = (list: string, means: object) => list.split(' ').map((code) => ({ code, means }));

/** By Adobe's tables of error codes, and what they say about trying again. */
const ofHttp = [...codes('413 414', final), ...codes('500 502', outage)];
const ofCall = [
  ...codes('500 502 608 614', outage),
  ...codes('600 601 602 603 605 606 610 612 613 615 616 703', wait),
  ...codes('607', { ...wait, isDayUsedUp: true }),
  ...codes('609 701 702 704 709 710 711 712 714 718', final),
  ...codes('604 719', split),
  ...codes('611', bounded),
  ...codes('713', retry),
];
const ofRecord = [
  ...codes(
    '1001 1002 1003 1006 1011 1012 1015 1017 1018 1020 1021 1025 1026 1027 1028 1035 1037 1042 1048 1049 1076 1077 1078 1079 1080',
    final,
  ),
  ...codes('1004 1005 1007 1008 1010 1013', ofLead),
  ...codes('1009 1016 1019 1029', retry),
  ...codes('1014 1022 1036', bounded),
];

const becauseOf = (code: string) =>
  expect.stringMatching(new RegExp(`^[^()]+ \\(${code}\\)$`)) as string;
const said = (code: string): Complaint => ({ code, message: 'Some words' });

describe('the table of codes', () => {
  it('has a verdict for every documented code, and for no other', () => {
    const all = [...ofHttp, ...ofCall, ...ofRecord].map(({ code }) => code);
    expect([...restErrorRules.keys()].sort()).toEqual([...new Set(all)].sort());
    // Adobe documents 70; 600 is the one beside them.
    expect(restErrorRules.size).toBe(71);
  });

  it.each(ofHttp)('HTTP $code means $means', async ({ code, means }) => {
    marketo.script({ status: Number(code), body: '<html>no</html>' });
    expect(await sync()).toEqual({ whole: { ...means, because: becauseOf(code) } });
  });

  it.each(ofCall)('$code of a call means $means', async ({ code, means }) => {
    marketo.script(failure(said(code)));
    expect(await sync(ada, bob)).toEqual({ whole: { ...means, because: becauseOf(code) } });
  });

  it.each(ofRecord)('$code of a record means $means', async ({ code, means }) => {
    marketo.script(success(skipped(said(code)), { id: 7, status: 'updated' }));
    expect(await sync(ada, bob)).toEqual({
      each: [
        { ...means, because: becauseOf(code) },
        { kind: 'synced', marketoId: 7 },
      ],
    });
  });

  it.each(ofRecord.filter(({ code }) => code !== '1009'))(
    '$code of a call means the same for the call',
    async ({ code, means }) => {
      marketo.script(failure(said(code)));
      expect(await sync(ada, bob)).toMatchObject({ whole: means });
    },
  );

  it('1009 of a call waits for the partition to be named in the settings', async () => {
    marketo.script(failure(said('1009')));
    expect(await sync()).toMatchObject({ whole: wait });
  });

  it.each(ofCall.filter(({ means }) => 'worked' in means))(
    '$code of a record keeps no other lead waiting',
    async ({ code }) => {
      marketo.script(success(skipped(said(code)), { id: 7, status: 'updated' }));
      expect(await sync(ada, bob)).toMatchObject({
        each: [{ kind: 'retry', because: becauseOf(code) }, { kind: 'synced' }],
      });
    },
  );
});

describe('codes that say little', () => {
  const unknown = {
    kind: 'retry',
    because: 'Marketo answered a code that is unknown to us (9999)',
    isUnknownCode: true,
  };

  it('an unknown code is tried again, and says so', async () => {
    marketo.script(failure(said('9999')), success(skipped(said('9999'))));
    expect(await sync()).toEqual({ whole: unknown });
    expect(await sync()).toEqual({ each: [unknown] });
  });

  it.each([
    ['no errors', []],
    ['an error whose code is words', [{ code: 'for ada@example.com', message: 'much' }]],
    ['an error whose code is empty', [{ code: '', message: 'much' }]],
  ])('a failure with %s is tried again', async (_how, errors: Complaint[]) => {
    marketo.script(failure(...errors));
    expect(await sync()).toEqual({
      whole: { kind: 'retry', because: 'Marketo answered an error without a code' },
    });
  });

  it('a code that comes as a number is read', async () => {
    marketo.script(failure({ code: 607, message: '' }));
    expect(await sync()).toMatchObject({ whole: wait });
  });

  it('a lead that is skipped without a reason is tried a few times', async () => {
    marketo.script(success({ status: 'skipped' }), success(skipped()), success({ id: 1 }));
    const because = 'Marketo skipped the lead without a reason';
    for (let turn = 0; turn < 3; turn += 1) {
      expect(await sync()).toEqual({ each: [{ ...bounded, because }] });
    }
  });

  it('an error status with Marketo’s own words is judged by them', async () => {
    marketo.script({
      status: 500,
      body: JSON.stringify({ success: false, errors: [said('606')] }),
    });
    expect(await sync()).toMatchObject({ whole: wait });
  });
});

describe('an unknown field', () => {
  const because = 'Marketo has no such field (1006)';
  const refused = (...fields: string[]) => ({
    kind: 'field-refused',
    fields,
    unknown: true,
    because,
  });
  const notFound = (name: string, quotes = "''"): Complaint => ({
    code: '1006',
    message: `Field ${quotes.charAt(0)}${name}${quotes.charAt(1)} not found`,
  });

  it.each(["''", "‘'", '‘’', '""'])(
    'of a call is named whatever the quotes (%s)',
    async (quotes) => {
      marketo.script(failure(notFound('pants', quotes)));
      expect(await sync(ada, bob)).toEqual({ whole: refused('pants') });
    },
  );

  it('of a record costs that record its field', async () => {
    marketo.script(success(skipped(notFound('pants')), { id: 2, status: 'updated' }));
    expect(await sync(ada, bob)).toEqual({
      each: [refused('pants'), { kind: 'synced', marketoId: 2 }],
    });
  });

  it('is named as the update calls it', async () => {
    marketo.script(failure(notFound('firstName')), failure(notFound('FIRSTNAME')));
    expect(await sync()).toEqual({ whole: refused('FirstName') });
    expect(await sync()).toEqual({ whole: refused('FirstName') });
  });

  it('is found among all reasons', async () => {
    marketo.script(success(skipped(notFound('pants'), notFound('leadScore'), notFound('pants'))));
    expect(await sync()).toEqual({ each: [refused('pants', 'LeadScore')] });
  });

  it('that nobody sent names nothing, and the call is refused', async () => {
    marketo.script(failure(notFound('ada@example.com')), success(skipped(notFound('socks'))));
    expect(await sync()).toEqual({ whole: { kind: 'refused', because } });
    expect(await sync()).toEqual({ each: [{ kind: 'refused', because }] });
  });

  it('of one record is not looked for among the fields of another', async () => {
    marketo.script(success({ id: 1, status: 'updated' }, skipped(notFound('pants'))));
    expect(await sync(ada, bob)).toMatchObject({ each: [{ kind: 'synced' }, { kind: 'refused' }] });
  });
});

describe('a value that Marketo cannot take', () => {
  const because = 'Marketo cannot take a value (1003)';
  const bad = (name: string): Complaint => ({
    code: '1003',
    message: `Invalid value for field '${name}' and value 'field 'firstName''`,
  });
  const refused = (...fields: string[]) => ({
    kind: 'field-refused',
    fields,
    unknown: false,
    because,
  });

  it('costs the record that field, and no other record anything', async () => {
    marketo.script(success(skipped(bad('leadScore')), { id: 2, status: 'updated' }));
    expect(await sync(ada, bob)).toEqual({
      each: [refused('LeadScore'), { kind: 'synced', marketoId: 2 }],
    });
  });

  it('is told together with the others of its record', async () => {
    marketo.script(success(skipped(bad('leadScore'), bad('pants'))));
    expect(await sync()).toEqual({ each: [refused('LeadScore', 'pants')] });
  });

  it('of a call of one lead costs it that field', async () => {
    marketo.script(failure(bad('leadScore')));
    expect(await sync()).toEqual({ whole: refused('LeadScore') });
  });

  it('of a call of several leads costs no field, for it would cost every lead: the call is halved', async () => {
    marketo.script(failure(bad('leadScore')));
    expect(await sync(ada, bob)).toEqual({ whole: { kind: 'refused', because } });
  });

  it('is told apart from an unknown field, which is remembered for all leads', async () => {
    const unknown = { code: '1006', message: "Field 'pants' not found" };
    marketo.script(success(skipped(bad('leadScore'), unknown)));
    expect(await sync()).toMatchObject({
      each: [{ kind: 'field-refused', fields: ['pants'], unknown: true }],
    });
  });
});

describe('several reasons', () => {
  it.each([
    ['a final one counts before one to try again', ['713', '1007'], final],
    ['a final one counts before a field', ['1006', '1007'], final],
    ['a code to try again counts before none', ['713', '9999'], retry],
  ])('of a record: %s', async (_what, list, means) => {
    marketo.script(
      success(
        skipped(
          ...list.map((code) => ({
            code,
            message: code === '1006' ? "Field 'pants' not found" : 'no',
          })),
        ),
      ),
    );
    expect(await sync()).toMatchObject({ each: [means] });
  });

  it('of a call: one that all wait for counts before all others', async () => {
    marketo.script(failure(said('1007'), said('607')));
    expect(await sync()).toMatchObject({ whole: wait });
  });
});

describe('what a verdict says', () => {
  it('never holds what Marketo quotes of a lead', async () => {
    const secrets = "Invalid value for field 'blue' and value 'much': ada@example.com 'red'";
    for (const code of [...restErrorRules.keys(), '9999']) {
      const complaint = { code, message: secrets };
      marketo.script(failure(complaint));
      expect(JSON.stringify(await sync())).not.toMatch(/much|ada|blue|red'/);
      marketo.script(success(skipped(complaint)));
      expect(JSON.stringify(await sync())).not.toMatch(/much|ada|blue|red'/);
    }
  });
});
