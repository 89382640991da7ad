import { describe, expect, it } from 'vitest';
import { restErrorRules } from '../../lambdas/marketo/rest/restErrorRules.ts';
import { soapErrorRules, verdictOf } from '../../lambdas/marketo/soap/soapErrorRules.ts';
import { verdictFor } from '../../lambdas/marketo/errorRules.ts';

const tables = { REST: restErrorRules, SOAP: soapErrorRules };
const nobody = { unknown: () => [], bad: () => [] };

describe.each(Object.entries(tables))('every row of the table of %s', (_api, table) => {
  it('has a code, and means something that it gives a reason for', () => {
    for (const [code, ruling] of table) {
      expect(code).toMatch(/^\d{3,5}$/);
      const because = expect.stringMatching(new RegExp(`^[^()]{10,} \\(${code}\\)$`)) as string;
      const kind = expect.stringMatching(/^(?:retry|refused|unavailable)$/) as string;
      expect(verdictFor(code, ruling, nobody)).toMatchObject({ kind, because });
    }
  });

  it('that can name fields, does', () => {
    const blamed = { unknown: () => ['pants'], bad: () => ['Score'] };
    for (const [code, ruling] of table) {
      const verdict = verdictFor(code, ruling, blamed);
      const { retryPolicy } = ruling;
      if (retryPolicy === 'unknown-field')
        expect(verdict).toMatchObject({ fields: ['pants'], unknown: true });
      else if (retryPolicy === 'final' || retryPolicy === 'bounded')
        expect(verdict).toMatchObject({ fields: ['Score'], unknown: false });
      else expect(verdict).toEqual(verdictFor(code, ruling, nobody));
    }
  });
});

it('a fault means what its code says, and names a bad value only of a lead that is alone', () => {
  const fault = { code: '20110', text: "Invalid value for field 'Score' and value 'much'" };
  const names = new Set(['Score']);
  expect(verdictOf(fault, { names, alone: true })).toMatchObject({ fields: ['Score'] });
  expect(verdictOf(fault, { names, alone: false })).toMatchObject({ kind: 'refused' });
  expect(verdictOf({ text: 'news' }, { names, alone: true })).toEqual({
    kind: 'retry',
    because: 'Marketo answered a fault without a code',
  });
});
