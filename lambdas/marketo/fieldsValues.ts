import type { Json } from '../segment/event.ts';
import { isObject } from '../segment/json.ts';
import type { Taken } from './fieldTypes.ts';
import { coerce, typeMismatch, takesText } from './fieldTypes.ts';
import type { StandardField } from './standardFields.ts';
import { canonicalJson, stripInvalidXmlCharacters } from './text.ts';

const isScalar = (value: Json): value is string | number | boolean | null =>
  value === null || typeof value !== 'object';

const compound = (given: Exclude<Json, null | string | number | boolean>): Taken => {
  const text = canonicalJson(given);
  return text === undefined
    ? { because: 'is nested too deeply' }
    : { value: stripInvalidXmlCharacters(text) };
};

/** Names are typed into forms, and Marketo's filters tell "Ada" from "Ada ". */
const trimmedNames: ReadonlySet<string> = new Set([
  'company',
  'firstName',
  'lastName',
  'middleName',
]);

/** What a trait says as one value that JSON and XML can carry. */
const plain = (given: Exclude<Json, null>, field: StandardField | undefined): Taken => {
  if (typeof given === 'string') {
    const text = stripInvalidXmlCharacters(given);
    return { value: field && trimmedNames.has(field.rest) ? text.trim() : text };
  }
  if (typeof given === 'number') {
    if (!Number.isFinite(given)) return { because: 'is not a finite number' };
    // JSON knows -0, Marketo does not.
    return { value: given === 0 ? 0 : given };
  }
  if (typeof given === 'boolean') return { value: given };
  if (isObject(given)) {
    if (Object.keys(given).length === 0) return { because: 'is an empty object' };
    return field ? typeMismatch('an object', field.type) : compound(given);
  }
  if (field && !takesText(field.type)) return typeMismatch('a list', field.type);
  if (given.every(isScalar)) {
    const items = given.filter((item) => item !== null);
    return { value: stripInvalidXmlCharacters(items.map(String).join(';')) };
  }
  return field ? typeMismatch('a list of objects', field.type) : compound(given);
};

/**
 * A trait's value for a field. `field` is Marketo's standard field; absent for a custom one, whose
 * type only its description tells. `docs/mapping.md` lists the rules.
 */
export const fieldValue = (
  given: Json | undefined,
  field: StandardField | undefined,
  nulls: 'skip' | 'clear',
): Taken => {
  const isEmail = field?.type === 'email';
  if (given === null || given === undefined) {
    if (isEmail) return { because: 'is null, and an e-mail is never cleared' };
    return nulls === 'clear' ? { value: null } : { because: 'is null (setting nulls: skip)' };
  }
  if (isEmail && typeof given === 'string' && given.trim() === '')
    return { because: 'is not an e-mail address' };
  const taken = plain(given, field);
  return field && 'value' in taken ? coerce(taken.value, field) : taken;
};
