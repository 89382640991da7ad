import { describe, expect, it } from 'vitest';
import { soapErrorRules } from '../../../lambdas/marketo/soap/soapErrorRules.ts';
import type { Verdict } from '../../../lambdas/marketo/marketoTypes.ts';
import { epochMs } from '../../../lambdas/segment/time.ts';
import { fault, now, scriptedMarketo, syncLeadAnswer, syncMultipleAnswer } from './scripted.ts';
import { updateOf } from './updates.ts';

const marketo = scriptedMarketo();
const deadline = epochMs(now + 100_000);
const ada = updateOf('ada@example.com', { pants: 'blue', Socks: 'red', Score: 'much' });
const bob = updateOf('bob@example.com', { Socks: 'green' });
const sync = (...updates: (typeof ada)[]) =>
  marketo.client().sync(updates.length > 0 ? updates : [ada], deadline);

const wait = { kind: 'unavailable', worked: false } as const;
const final = { kind: 'refused' } as const;
/** By Adobe's table of error codes, and what its notes say about trying again. */
const expected: readonly {
  readonly code: string;
  readonly means: { readonly kind: Verdict['kind']; readonly [part: string]: unknown };
  readonly requests?: number;
}[] = [
  { code: '10001', means: { kind: 'retry', attempts: 8 } },
  { code: '20011', means: { kind: 'retry' } },
  { code: '20012', means: final },
  { code: '20013', means: wait },
  { code: '20014', means: wait },
  { code: '20015', means: { ...wait, isDayUsedUp: true } },
  { code: '20016', means: wait, requests: 2 },
  { code: '20017', means: final },
  { code: '20018', means: final },
  { code: '20019', means: final },
  { code: '20022', means: final },
  { code: '20023', means: wait },
  { code: '20024', means: wait },
  { code: '20101', means: final },
  { code: '20102', means: final },
  { code: '20103', means: { ...final, isOfLead: true } },
  { code: '20104', means: final },
  { code: '20105', means: final },
  { code: '20106', means: { kind: 'retry', attempts: 8 } },
  { code: '20107', means: final },
  { code: '20108', means: final },
  { code: '20109', means: final },
  { code: '20110', means: final },
  { code: '20111', means: final },
  { code: '20113', means: final },
  { code: '20114', means: final },
  { code: '20122', means: final },
  { code: '20123', means: final },
];

describe('a fault', () => {
  it('has a verdict for every documented code, and for no other', () => {
    expect([...soapErrorRules.keys()].sort()).toEqual(expected.map(({ code }) => code));
  });

  it.each(expected)('of code $code means $means.kind', async ({ code, means, requests = 1 }) => {
    marketo.script(fault(`${code} - Some Words`, code, 'some words'));
    const answer = await sync();
    expect(answer).toEqual({
      whole: {
        ...means,
        because: expect.stringMatching(new RegExp(`^[^()]+ \\(${code}\\)$`)) as string,
      },
    });
    expect(marketo.received()).toHaveLength(requests);
  });

  it.each(expected)('of code $code means the same without a detail', async ({ code, means }) => {
    marketo.script(fault(`${code} - Some Words`));
    expect(await sync()).toMatchObject({ whole: means });
  });

  it('is judged by its code and not by the code in its text', async () => {
    marketo.script(fault('20105 - Unknown lead field', '20023', 'whatever (20014)'));
    expect(await sync()).toMatchObject({ whole: wait });
  });

  it('of a code that is unknown to us is tried again, and says so', async () => {
    marketo.script(fault('29999 - News', '29999'));
    expect(await sync()).toEqual({
      whole: {
        kind: 'retry',
        because: 'Marketo answered a code that is unknown to us (29999)',
        isUnknownCode: true,
      },
    });
  });

  it.each([
    ['without any code', fault('Something happened')],
    ['with words for a code', fault('Something happened', 'for ada@example.com')],
    ['with an empty text', fault('')],
  ])('%s is tried again', async (_how, step) => {
    marketo.script(step);
    expect(await sync()).toEqual({
      whole: { kind: 'retry', because: 'Marketo answered a fault without a code' },
    });
  });

  it('with HTTP status 200 is a fault all the same', async () => {
    marketo.script({ ...fault('20014 - Authentication failed', '20014'), status: 200 });
    expect(await sync()).toMatchObject({ whole: wait });
  });
});

describe('an unknown field', () => {
  const because = 'Marketo has no such field (20105)';

  it.each([
    [
      'in the detail',
      fault(
        '20105 - Unknown lead field',
        '20105',
        'syncLead operation failed: unknown fields for import: pants, Socks (20105)',
      ),
    ],
    [
      'in the faultstring',
      fault('syncLead operation failed: unknown fields for import: pants, Socks (20105)'),
    ],
    [
      'in a faultstring without a code',
      fault('syncLead operation failed: unknown fields for import: pants, Socks'),
    ],
  ])('named %s costs that field', async (_where, step) => {
    marketo.script(step);
    expect(await sync()).toEqual({
      whole: { kind: 'field-refused', fields: ['pants', 'Socks'], unknown: true, because },
    });
  });

  it('of any lead of a call is named for the call', async () => {
    marketo.script(fault('x', '20105', 'unknown fields for import: Socks (20105)'));
    expect(await sync(bob, ada)).toMatchObject({ whole: { fields: ['Socks'] } });
  });

  it('that nobody sent names nothing, and the call is refused', async () => {
    marketo.script(fault('x', '20105', 'unknown fields for import: ada@example.com (20105)'));
    expect(await sync()).toEqual({ whole: { kind: 'refused', because } });
  });
});

describe('a value that Marketo cannot take', () => {
  it.each(['20106', '20110', '20114'])('costs its field where code %s names it', async (code) => {
    marketo.script(fault(`${code} - No`, code, "Invalid value for field 'Score' and value 'much'"));
    expect(await sync()).toMatchObject({
      whole: { kind: 'field-refused', fields: ['Score'], unknown: false },
    });
  });
});

describe('a value of one lead among others that Marketo cannot take', () => {
  const message = "Invalid value for field 'Socks' and value 'red'";

  it('does not cost the others their field: the call is refused, to be halved', async () => {
    marketo.script(fault('20110 - No', '20110', message));
    expect(await sync(ada, bob)).toMatchObject({ whole: { kind: 'refused' } });
    marketo.script(fault('20106 - No', '20106', message));
    expect(await sync(ada, bob)).toMatchObject({ whole: { kind: 'retry', attempts: 8 } });
  });

  it('costs its field alone where the record says so', async () => {
    marketo.script(syncMultipleAnswer([0, 'FAILED', `${message} (20106)`], [2, 'UPDATED']));
    expect(await sync(ada, bob)).toMatchObject({
      each: [{ kind: 'field-refused', fields: ['Socks'], unknown: false }, { kind: 'synced' }],
    });
  });
});

describe('a signature that is too old', () => {
  it('is not made again when Marketo could still work on it after the lock has ended', async () => {
    marketo.script(fault('20016 - Request Expired', '20016'));
    const answer = await marketo.client().sync([ada], epochMs(now + 89_000));
    expect(answer).toMatchObject({ whole: { kind: 'unavailable', worked: false } });
    expect(marketo.received()).toHaveLength(1);
  });

  it('is made again at once, with the time of then', async () => {
    marketo.script(fault('20016 - Request Expired', '20016'), syncLeadAnswer(5, 'UPDATED'));
    let at: number = now;
    const clock = { now: () => epochMs(at) };
    const mayStart = () => Promise.resolve((at += 2_000) > 0);
    const answer = await marketo.client({ clock }).sync([ada], epochMs(now + 100_000), mayStart);
    expect(answer).toEqual({ each: [{ kind: 'synced', marketoId: 5 }] });
    const signatures = marketo
      .received()
      .map(({ body }) =>
        /<requestSignature>(.*?)<\/requestSignature>.*<requestTimestamp>(.*?)</.exec(body),
      );
    expect(signatures.map((found) => found?.[2])).toEqual([
      '2026-01-02T03:04:07+00:00',
      '2026-01-02T03:04:09+00:00',
    ]);
    expect(signatures[0]?.[1]).not.toBe(signatures[1]?.[1]);
  });
});

describe('what a verdict says', () => {
  it('never holds what Marketo quotes of a lead', async () => {
    const secrets = "Invalid value 'much' for ada@example.com in field 'blue'";
    for (const { code } of expected) {
      marketo.script(fault(`${code} - ${secrets}`, code, secrets));
      const said = JSON.stringify(await sync());
      expect(said).not.toMatch(/much|ada|blue/);
    }
  });
});
