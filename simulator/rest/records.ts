import { tokenOfCookie } from '../cookie.ts';
import type { FieldTable } from '../fields.ts';
import type { Reason } from '../refusal.ts';
import type { LeadRecord } from '../sync.ts';
import { coded, missing } from './codes.ts';
import type { CodedError } from './codes.ts';
import type { JsonObject, Named } from './request.ts';
import { isObject, shown, textOf } from './request.ts';

export const actions = ['createOrUpdate', 'createOnly', 'updateOnly', 'createDuplicate'] as const;
export type Action = (typeof actions)[number];

/** How a call of Sync Leads wants its records read. */
interface RecordRules {
  readonly action: Action;
  /** The REST name of the field that leads are looked up by. */
  readonly lookup: string;
  readonly fields: FieldTable;
  readonly munchkinId: string;
}

export const worded = (error: CodedError): Reason => ({ kind: 'worded', ...error });

// Adobe: e-mail addresses must be ASCII.
const isAscii = (text: string): boolean => /^[\x20-\x7e]*$/.test(text);

const isId = (value: unknown): boolean => Number.isSafeInteger(Number(value)) && Number(value) > 0;

const tokenIn = (value: unknown, munchkinId: string): string | undefined =>
  typeof value === 'string' ? tokenOfCookie(value, munchkinId) : undefined;

/** What is wrong with the keys of a record. */
const wrongKey = (record: JsonObject, rules: RecordRules): CodedError | undefined => {
  const { action, lookup, munchkinId } = rules;
  const key = record[lookup];
  const isAbsent = key === undefined || key === null || key === '';
  if (isAbsent && action !== 'createDuplicate') return missing(lookup);
  // Adobe: `id` can only be included when the action is updateOnly.
  if (record['id'] !== undefined && (action !== 'updateOnly' || lookup !== 'id')) {
    return coded(
      '1003',
      "Invalid data: 'id' needs the action 'updateOnly' and the lookupField 'id'",
    );
  }
  if (lookup === 'id' && !isId(key)) {
    return coded('1001', `Invalid value '${shown(key)}'. Required of type 'Integer'`);
  }
  const cookie = record['cookies'] ?? '';
  return cookie === '' || tokenIn(cookie, munchkinId) !== undefined
    ? undefined
    : coded('1012', `Invalid cookie value '${shown(cookie)}'`);
};

/** The first thing wrong with a record that shows without a look at its types. */
const wrong = (record: JsonObject, rules: RecordRules): Reason | undefined => {
  const { rest } = rules.fields;
  const names = Object.keys(record).filter((name) => !rest.has(name));
  if (names.length > 0) return { kind: 'unknown-fields', names };
  const key = wrongKey(record, rules);
  if (key !== undefined) return worded(key);
  for (const [name, value] of Object.entries(record)) {
    const field = rest.get(name);
    const isFit = name === 'email' ? isAscii(textOf(value) ?? 'é') : textOf(value) !== undefined;
    if (field === undefined || isFit) continue;
    const { name: kept, dataType } = field;
    return { kind: 'bad-value', field: kept, dataType, value: shown(value), others: [] };
  }
  return undefined;
};

/** One element of `input`. What is wrong with it stands in it; the others are none the worse. */
export const readRecord = (given: unknown, rules: RecordRules): LeadRecord => {
  if (!isObject(given)) {
    return { fields: [], refused: worded(coded('1003', 'Invalid data: a record is an object')) };
  }
  const refused = wrong(given, rules);
  const email = textOf(given['email'] ?? null) ?? '';
  const token = tokenIn(given['cookies'], rules.munchkinId);
  const named: Named[] = [];
  for (const [name, value] of Object.entries(given)) {
    if (name === 'id' || name === 'cookies' || (name === 'email' && email !== '')) continue;
    const field = rules.fields.rest.get(name);
    if (field !== undefined) named.push({ name: field.name, value: textOf(value) ?? '' });
  }
  return {
    ...(email !== '' && { email }),
    ...(rules.lookup === 'id' && isId(given['id']) && { id: Number(given['id']) }),
    fields: named,
    ...(token !== undefined && { cookies: [token] }),
    ...(refused && { refused }),
  };
};
