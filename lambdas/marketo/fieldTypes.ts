import { isEmail } from '../segment/email.ts';
import { dateText } from './dateText.ts';
import type { DataType } from './standardFields.ts';
import type { FieldValue } from './marketoTypes.ts';

/** What a value has to be for a field, as Marketo describes it or as our table of fields says. */
export interface FieldType {
  /** Marketo's word for it (`datetime`); one that has no rule takes anything. */
  readonly type: string;
  /** Longest text in characters; absent where Marketo gives none. */
  readonly length?: number;
  /** Marketo sets it by itself; no API may. */
  readonly readOnly?: boolean;
}

/** A field's type from a description, where much may be absent or null. */
export const fieldTypeOf = (described: {
  readonly type: string;
  readonly length?: number | null | undefined;
  readonly readOnly?: boolean | null | undefined;
}): FieldType => {
  const { type, length, readOnly } = described;
  return { type, ...(length ? { length } : {}), ...(readOnly ? { readOnly } : {}) };
};

/** A value as Marketo takes it, or why it cannot go. The reason never repeats the value. */
export type Taken = { readonly value: FieldValue } | { readonly because: string };

type Scalar = Exclude<FieldValue, null>;
type Rule = (value: Scalar, type: string) => Taken;

/** Said of a value of this kind that can be nothing for a field of this type. */
export const typeMismatch = (what: string, type: string): Taken => ({
  because: `${what} does not fit a field of type ${type}`,
});

const kindOf = (value: Scalar): string =>
  typeof value === 'string' ? 'this text' : `a ${typeof value}`;

const textOf: Rule = (value) => ({ value: String(value) });

const email: Rule = (value, type) => {
  if (typeof value === 'number') return typeMismatch('a number', type);
  const text = String(value).trim();
  return isEmail(text) ? { value: text } : { because: 'is not an e-mail address' };
};

const plainNumber = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/;

/** Beyond so many digits a number of ours may differ from the text. */
const exactDigits = 15;

/**
 * The number that a text certainly says. Marketo is the judge of other ways to write one (`1,000`,
 * `85%`, the example in its glossary of field types), but words are none.
 */
const numberIn = (given: string): number | 'perhaps' | 'no' => {
  const text = given.trim();
  // Marketo knows no -0.
  const number = Number(text) || 0;
  if (plainNumber.test(text)) {
    const isExact = text.replaceAll(/\D/g, '').length <= exactDigits;
    // Far below 1 JavaScript writes an exponent, which the text has not.
    return isExact && plainNumber.test(String(number)) ? number : 'perhaps';
  }
  const mayBeOne = /\d/.test(text) && (!/\p{L}/u.test(text) || Number.isFinite(Number(text)));
  return mayBeOne ? 'perhaps' : 'no';
};

const number: Rule = (value, type) => {
  if (typeof value === 'boolean') return typeMismatch('a boolean', type);
  const found = typeof value === 'number' ? value : numberIn(value);
  if (found === 'no') return typeMismatch('this text', type);
  return { value: found === 'perhaps' ? value : found };
};

/** Over REST, 14.1 is an invalid value for an integer (1003). */
const whole: Rule = (value, type) => {
  const taken = number(value, type);
  const isFraction =
    'value' in taken && typeof taken.value === 'number' && !Number.isInteger(taken.value);
  return isFraction ? typeMismatch('a fraction', type) : taken;
};

const truths: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
  ['1', true],
  ['0', false],
]);

/** Words that some ways into Marketo take for a boolean. */
const perhapsTruths = /^(?:yes|no|y|n|t|f|on|off)$/i;

const boolean: Rule = (value, type) => {
  const text = String(value).trim().toLowerCase();
  const truth = truths.get(text);
  if (truth !== undefined) return { value: truth };
  return perhapsTruths.test(text) ? { value } : typeMismatch(kindOf(value), type);
};

/** A number is none: seconds and milliseconds look alike. */
const dateAs =
  (form: 'date' | 'datetime'): Rule =>
  (value, type) => {
    if (typeof value !== 'string' || !/\d/.test(value)) return typeMismatch(kindOf(value), type);
    return { value: dateText(value, form) };
  };

/** One rule for each type of both APIs. It refuses only what Marketo surely would. */
const rules: ReadonlyMap<string, Rule> = new Map(
  Object.entries({
    boolean,
    currency: number,
    date: dateAs('date'),
    datetime: dateAs('datetime'),
    email,
    float: number,
    integer: whole,
    percent: number,
    phone: textOf,
    reference: textOf,
    score: whole,
    string: textOf,
    text: textOf,
    url: textOf,
  } satisfies Record<DataType | 'percent' | 'score', Rule>),
);

/** Whether a field of this type takes any text. */
export const takesText = (type: string): boolean => rules.get(type) === textOf;

const hasLength = (type: string): boolean => type === 'email' || takesText(type);

/**
 * A value in the form that the field needs, or why it cannot go: in ingest for Marketo's standard
 * fields, before a call for all that Marketo describes. Nothing and blank text clear a field, and fit
 * all. Pure, and a value that was taken once is taken again as it is.
 */
export const coerce = (given: FieldValue, { type, length = 0, readOnly }: FieldType): Taken => {
  if (readOnly) return { because: 'Marketo sets this field itself; map the trait to another one' };
  if (given === null || (typeof given === 'string' && given.trim() === '')) return { value: given };
  const taken = rules.get(type)?.(given, type) ?? { value: given };
  const text = 'value' in taken && typeof taken.value === 'string' ? taken.value : '';
  return hasLength(type) && length > 0 && Array.from(text).length > length
    ? { because: `is longer than the ${length} characters of its field` }
    : taken;
};
