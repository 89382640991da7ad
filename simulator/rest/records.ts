import type { Reason } from '../refusal.ts';
import type { LeadRecord } from '../sync.ts';
import { coded, missing } from './codes.ts';
import type { CodedError } from './codes.ts';
import type { RestFields } from './fields.ts';
import type { JsonObject, Named } from './request.ts';
import { isObject, shown, textOf } from './request.ts';

export type Lookup = 'email' | 'id';

const worded = (error: CodedError): Reason => ({ kind: 'worded', ...error });

const badEmail = (value: string): Reason => ({
  kind: 'bad-value',
  field: 'Email',
  dataType: 'email',
  value,
});

// Adobe: e-mail addresses must be ASCII.
const isAscii = (text: string): boolean => /^[\x20-\x7e]*$/.test(text);

/** The first thing wrong with a record that shows without a look at its types. */
const wrong = (record: JsonObject, lookup: Lookup, { byName }: RestFields): Reason | undefined => {
  const names = Object.keys(record).filter((name) => !byName.has(name));
  if (names.length > 0) return { kind: 'unknown-fields', names };
  const key = record[lookup];
  if (key === undefined || key === null || key === '') return worded(missing(lookup));
  if (lookup === 'email' && record['id'] !== undefined) {
    return worded(coded('1003', "Invalid data: 'id' needs the lookupField 'id'"));
  }
  if (lookup === 'id' && !(Number.isSafeInteger(Number(key)) && Number(key) > 0)) {
    return worded(coded('1001', `Invalid value '${shown(key)}'. Required of type 'Integer'`));
  }
  const email = record['email'];
  if (typeof email === 'string' && !isAscii(email)) return badEmail(email);
  for (const [name, value] of Object.entries(record)) {
    const field = byName.get(name)?.field;
    if (field === undefined || textOf(value) !== undefined) continue;
    return { kind: 'bad-value', field: field.name, dataType: field.dataType, value: shown(value) };
  }
  return undefined;
};

/** One element of `input`. What is wrong with it stands in it; the others are none the worse. */
export const readRecord = (given: unknown, lookup: Lookup, fields: RestFields): LeadRecord => {
  if (!isObject(given)) {
    return { fields: [], refused: worded(coded('1003', 'Invalid data: a record is an object')) };
  }
  const refused = wrong(given, lookup, fields);
  const email = textOf(given['email'] ?? null) ?? '';
  const named = Object.entries(given).flatMap(([name, value]): Named[] => {
    const key = fields.byName.get(name)?.key;
    return key === undefined || name === lookup || name === 'id'
      ? []
      : [{ name: key, value: textOf(value) ?? '' }];
  });
  return {
    ...(lookup === 'email' && email !== '' && { email }),
    ...(lookup === 'id' && { id: Number(given['id']) }),
    fields: named,
    ...(refused && { refused }),
  };
};
