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

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Whether the text has this name as a word of its own: names of fields may hold spaces. */
const hasWord = (text: string, name: string): boolean =>
  new RegExp(`(?<![\\w-])${escaped(name)}(?![\\w-])`).test(text);

/** A list of fields in brackets, without quotation marks: `Invalid fields [title, plan]`. */
const listed = /\bfields?\b[^[]*\[([^\]]*)\]/i;

/**
 * Those of the sent fields that a refusal of one record blames: those that its words name in quotation
 * marks or in a list, else those that its code implies, else those of which it names exactly one, as a
 * word. Only names that we sent come back.
 */
export const blamedFields = (
  text: string,
  sent: ReadonlyMap<string, string>,
  implied: readonly string[],
): readonly string[] => {
  const quoted = namedFields(text, sent);
  if (quoted.length > 0) return quoted;
  const entries = [...sent].filter(([restName]) => restName !== '');
  const list = listed.exec(text)?.[1];
  const items = new Set(list?.split(',').map((item) => item.trim().toLowerCase()));
  const inList = entries.filter(([restName]) => items.has(restName.toLowerCase()));
  if (inList.length > 0) return inList.map(([, name]) => name);
  const byCode = entries.filter(([, name]) => implied.includes(name));
  if (byCode.length > 0) return byCode.map(([, name]) => name);
  const words = entries.filter(([restName]) => hasWord(text, restName));
  return words.length === 1 ? words.map(([, name]) => name) : [];
};
