import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coerce } from '../../lambdas/marketo/fieldTypes.ts';
import type { FieldValue } from '../../lambdas/marketo/marketoTypes.ts';
import { isStorable } from '../../simulator/values.ts';
import type { DataType } from '../../simulator/data-type.ts';

type Pairs = readonly (readonly [given: FieldValue, sent: FieldValue])[];

/** For each type: what goes in which form, what goes as it is since it might pass, and what is refused. */
const vectors: Readonly<
  Record<
    DataType,
    {
      readonly forms: Pairs;
      readonly perhaps: readonly FieldValue[];
      readonly refused: Readonly<Record<string, readonly FieldValue[]>>;
    }
  >
> = {
  string: {
    forms: [
      [7, '7'],
      [true, 'true'],
      [' x ', ' x '],
    ],
    perhaps: [],
    refused: {},
  },
  text: {
    forms: [
      [0.5, '0.5'],
      ['a\nb', 'a\nb'],
    ],
    perhaps: [],
    refused: {},
  },
  phone: { forms: [[5551234, '5551234']], perhaps: ['call me'], refused: {} },
  url: { forms: [['www.example.com', 'www.example.com']], perhaps: ['no url'], refused: {} },
  reference: { forms: [[12, '12']], perhaps: ['Program A'], refused: {} },
  email: {
    forms: [[' ada@example.com ', 'ada@example.com']],
    perhaps: ['ada@example.c'],
    refused: {
      'is not an e-mail address': ['unknown', true, 'ada@'],
      'a number does not fit a field of type email': [7],
    },
  },
  integer: {
    forms: [
      [7, 7],
      ['7', 7],
      [' +7 ', 7],
      ['007', 7],
      ['14.0', 14],
      ['-0', 0],
    ],
    perhaps: ['1,000', '85%', '1e3', '12345678901234567890', 3e9],
    refused: {
      'this text does not fit a field of type integer': ['many', '12abc', 'NaN', '-'],
      'a fraction does not fit a field of type integer': [14.1, '14.1'],
      'a boolean does not fit a field of type integer': [true],
    },
  },
  score: {
    forms: [['10', 10]],
    perhaps: ['+5 1'],
    refused: { 'a fraction does not fit a field of type score': [0.5] },
  },
  float: {
    forms: [
      ['2.470', 2.47],
      [2.47, 2.47],
      ['.5', 0.5],
    ],
    perhaps: ['2,47', '0.0000001', '0.12345678901234567'],
    refused: {
      'this text does not fit a field of type float': ['two', 'Infinity'],
      'a boolean does not fit a field of type float': [false],
    },
  },
  currency: {
    forms: [['100.50', 100.5]],
    perhaps: ['$100', '1 000'],
    refused: { 'this text does not fit a field of type currency': ['a lot'] },
  },
  percent: {
    forms: [['85', 85]],
    perhaps: ['85%'],
    refused: { 'this text does not fit a field of type percent': ['most'] },
  },
  boolean: {
    forms: [
      [true, true],
      ['true', true],
      [' FALSE ', false],
      [1, true],
      ['0', false],
    ],
    perhaps: ['yes', 'N', 'off'],
    refused: {
      'this text does not fit a field of type boolean': ['maybe', '2'],
      'a number does not fit a field of type boolean': [2, 0.1],
    },
  },
  date: {
    forms: [
      ['2010-05-07T15:41:32.5Z', '2010-05-07'],
      ['2010-05-07', '2010-05-07'],
    ],
    perhaps: ['8/19/14', '2023-02-30', 'May 7, 2010'],
    refused: {
      'this text does not fit a field of type date': ['soon'],
      'a number does not fit a field of type date': [1_273_190_400],
      'a boolean does not fit a field of type date': [true],
    },
  },
  datetime: {
    forms: [
      ['2010-05-07', '2010-05-07T00:00:00+00:00'],
      ['2010-05-07 15:41-0500', '2010-05-07T15:41:00-05:00'],
    ],
    perhaps: ['8/19/14 2:00'],
    refused: {
      'this text does not fit a field of type datetime': ['never'],
      'a number does not fit a field of type datetime': [1_273_190_400_000],
    },
  },
};
const types = Object.keys(vectors) as DataType[];

describe.each(types)('a field of type %s', (type) => {
  const { forms, perhaps, refused } = vectors[type];

  it('takes what is certain in the form that it needs', () => {
    for (const [given, sent] of forms)
      expect([given, coerce(given, { type })]).toEqual([given, { value: sent }]);
  });

  it('takes what might pass as it is', () => {
    for (const given of perhaps) expect(coerce(given, { type })).toEqual({ value: given });
  });

  it('refuses what Marketo surely would, with the reason', () => {
    for (const [because, values] of Object.entries(refused))
      for (const given of values)
        expect([given, coerce(given, { type })]).toEqual([given, { because }]);
  });

  it('takes nothing and blank text, which clear it', () => {
    for (const given of [null, '', '  ']) expect(coerce(given, { type })).toEqual({ value: given });
  });
});

describe('a text', () => {
  it.each(['string', 'text', 'phone', 'url', 'email', 'reference'])(
    'that is longer than its field of type %s is refused, and the longest goes',
    (type) => {
      const longest = `${'𝄞'.repeat(8)}@b.ch`;
      const field = { type, length: 13 };
      expect(coerce(longest, field)).toEqual({ value: longest });
      expect(coerce(`a${longest}`, field)).toEqual({
        because: 'is longer than the 13 characters of its field',
      });
    },
  );

  it('has no longest where Marketo gives none, and a number’s length is no text’s', () => {
    expect(coerce('x'.repeat(70_000), { type: 'text' })).toHaveProperty('value');
    expect(coerce('1,000,000', { type: 'integer', length: 4 })).toHaveProperty('value');
  });
});

it('a field that Marketo sets itself takes nothing, not even to be cleared', () => {
  for (const value of ['x', 1, true, null, ''])
    expect(coerce(value, { type: 'string', readOnly: true })).toEqual({
      because: 'Marketo sets this field itself; map the trait to another one',
    });
});

it.each(['lead_function', 'constructor', ''])(
  'a type without a rule (%j) takes anything',
  (type) => {
    for (const value of ['x', 1.5, true]) expect(coerce(value, { type })).toEqual({ value });
  },
);

describe('whatever comes', () => {
  const values = fc.oneof(
    fc.string(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.integer().map(String),
    fc.boolean(),
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    fc.constantFrom('true', 'no', '1', '8/19/14', 'ada@example.com', null),
  );
  const fields = fc.record({
    type: fc.constantFrom(...types),
    length: fc.constantFrom(0, 5, 255),
  });

  it('a form is final: what was taken is taken again as it is', () => {
    fc.assert(
      fc.property(values, fields, (given, field) => {
        const taken = coerce(given, field);
        if ('value' in taken) expect(coerce(taken.value, field)).toEqual(taken);
      }),
    );
  });

  it('nothing is refused that the simulated Marketo stores', () => {
    fc.assert(
      fc.property(values, fields, (given, { type, length }) => {
        fc.pre(typeof given === 'string' && isStorable(type, length || null, given));
        expect(coerce(given, { type, length })).toHaveProperty('value');
      }),
    );
  });

  it('no reason repeats the value', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fields, (text, field) => {
        const secret = `❦${text}`;
        const taken = coerce(secret, field);
        if ('because' in taken) expect(taken.because).not.toContain('❦');
      }),
    );
  });
});
