import { soapNameOf } from '../fieldsNames.ts';
import { standardFields } from '../standardFields.ts';

const restNames = new Map(standardFields.map((field) => [soapNameOf(field), field.rest]));
const soapNames = new Map(standardFields.map((field) => [field.rest, soapNameOf(field)]));

/** The REST name of the field that an update calls by its SOAP name; custom fields have one name. */
export const restNameOf = (name: string): string => restNames.get(name) ?? name;

/** The name by which an update has to call the field of this REST name: `restNameOf` undone. */
export const updateNameOf = (restName: string): string => soapNames.get(restName) ?? restName;

/** The sent field's name at the start of the text, with its closing quotation mark. */
const startsWith = (text: string, name: string): boolean =>
  text.startsWith(name) && /^['‘’"]/.test(text.slice(name.length));

/**
 * Those of the sent fields that Marketo's words name after the word "field", in quotation marks of
 * any kind: `Field 'pants' not found`, `Invalid value for field 'score' and value '…'`. `sent` has the
 * name in the update under each REST name; only such names come back. What follows the first field
 * may be a value, and is not looked at.
 */
export const namedFields = (text: string, sent: ReadonlyMap<string, string>): readonly string[] => {
  const rest = /\bfield\s+['‘’"]([^]*)$/i.exec(text)?.[1];
  if (rest === undefined) return [];
  const lower = rest.toLowerCase();
  const longestFirst = [...sent.keys()].sort((a, b) => b.length - a.length);
  const restName =
    longestFirst.find((name) => startsWith(rest, name)) ??
    longestFirst.find((name) => startsWith(lower, name.toLowerCase()));
  const name = restName === undefined ? undefined : sent.get(restName);
  return name === undefined ? [] : [name];
};
