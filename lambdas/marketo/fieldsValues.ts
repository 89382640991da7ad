import { isEmail } from '../segment/email.ts';
import type { Json } from '../segment/event.ts';
import { isObject } from '../segment/json.ts';
import type { DataType, StandardField } from './standardFields.ts';
import { canonicalJson, carriable } from './text.ts';
import type { FieldValue } from './types.ts';

/** A value as Marketo takes it, or why it cannot go. The reason never repeats the value. */
type Taken = { readonly value: FieldValue } | { readonly because: string };

const isoPattern =
  /^(\d{4}-\d{2}-\d{2})(?:[T ]((?:[01]\d|2[0-3]):[0-5]\d)(?::([0-5]\d)(?:\.\d+)?)?(?:(Z)|([+-]\d{2}):?(\d{2}))?)?$/i;

const isDay = (day: string): boolean => {
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
};

/**
 * ISO 8601 text as a `date` (`2010-05-07`: the day as written, never moved by a time zone) or
 * `datetime` (`2010-05-07T15:41:32-05:00`; without a zone, UTC). Other text goes as it is: only
 * Marketo knows which further formats an instance takes.
 */
const dateText = (text: string, type: 'date' | 'datetime'): string => {
  const [, day, time = '00:00', seconds = '00', , hours = '+00', minutes = '00'] =
    isoPattern.exec(text.trim()) ?? [];
  if (day === undefined || !isDay(day)) return text;
  return type === 'date' ? day : `${day}T${time}:${seconds}${hours}:${minutes}`;
};

type Kind = 'text' | 'date' | 'number' | 'boolean' | 'email' | 'any';

const kinds: Readonly<Record<DataType, Kind>> = {
  boolean: 'boolean',
  currency: 'number',
  date: 'date',
  datetime: 'date',
  email: 'email',
  float: 'number',
  integer: 'number',
  phone: 'text',
  reference: 'text',
  string: 'text',
  text: 'text',
  url: 'text',
};

const textValue = (given: string, kind: Kind, field: StandardField | undefined): Taken => {
  const clean = carriable(given);
  const text =
    kind === 'date' && (field?.type === 'date' || field?.type === 'datetime')
      ? dateText(clean, field.type)
      : kind === 'email'
        ? clean.trim()
        : clean;
  if (kind === 'email' && !isEmail(text)) return { because: 'is not an e-mail address' };
  const longest = field?.length ?? Infinity;
  return Array.from(text).length > longest
    ? { because: `is longer than the ${longest} characters of its field` }
    : { value: text };
};

const misfit = (what: string, field: StandardField | undefined): Taken => ({
  because: `${what} does not fit a field of type ${field?.type ?? 'unknown'}`,
});

const isScalar = (value: Json): value is string | number | boolean | null =>
  value === null || typeof value !== 'object';

const compound = (given: Exclude<Json, null | string | number | boolean>): Taken => {
  const text = canonicalJson(given);
  return text === undefined ? { because: 'is nested too deeply' } : { value: carriable(text) };
};

/**
 * A trait's value for a field. `field` is Marketo's standard field; absent for a custom one, whose
 * type we do not know. One rule for each type of value; `docs/mapping.md` lists them.
 */
export const fieldValue = (
  given: Json | undefined,
  field: StandardField | undefined,
  nulls: 'skip' | 'clear',
): Taken => {
  const kind = field === undefined ? 'any' : kinds[field.type];
  if (given === null || given === undefined) {
    if (kind === 'email') return { because: 'is null, and an e-mail is never cleared' };
    return nulls === 'clear' ? { value: null } : { because: 'is null (setting nulls: skip)' };
  }
  if (typeof given === 'string') return textValue(given, kind, field);
  if (typeof given === 'number') {
    if (!Number.isFinite(given)) return { because: 'is not a finite number' };
    if (kind === 'date' || kind === 'email') return misfit('a number', field);
    // JSON knows -0, Marketo does not.
    const number = given === 0 ? 0 : given;
    return kind === 'text' ? textValue(String(number), kind, field) : { value: number };
  }
  if (typeof given === 'boolean') {
    if (kind === 'boolean' || kind === 'any') return { value: given };
    return kind === 'text' ? textValue(String(given), kind, field) : misfit('a boolean', field);
  }
  if (isObject(given)) {
    if (Object.keys(given).length === 0) return { because: 'is an empty object' };
    return kind === 'any' ? compound(given) : misfit('an object', field);
  }
  if (kind !== 'any' && kind !== 'text') return misfit('a list', field);
  if (given.every(isScalar)) {
    const items = given.filter((item) => item !== null);
    return textValue(items.map(String).join(';'), kind, field);
  }
  return kind === 'any' ? compound(given) : misfit('a list of objects', field);
};
