import type { Field } from '../fields.ts';
import type { FieldTable } from '../sync.ts';
import { exceptions, restOnlyRows } from './standard-names.ts';

/** A field as REST sees it. */
interface RestField {
  readonly name: string;
  /** The name under which the state keeps it: the SOAP name where it has one. */
  readonly key: string;
  /** Null where SOAP does not have the field. */
  readonly soap: Field | null;
  readonly field: Field;
}

export interface RestFields {
  /** By REST name, which is case-sensitive. */
  readonly byName: ReadonlyMap<string, RestField>;
  /** By the name under which the state keeps them. */
  readonly byKey: FieldTable;
  /** The REST name of a kept field. */
  readonly nameOf: (key: string) => string;
}

const restOnly: readonly Field[] = restOnlyRows.map(
  ([name, label, dataType, length, readOnly]) => ({
    name,
    label,
    dataType,
    length,
    readOnly,
    custom: false,
  }),
);

const restName = ({ name, custom }: Field): string =>
  custom ? name : (exceptions.get(name) ?? name.charAt(0).toLowerCase() + name.slice(1));

/** REST's view of an instance's fields; a custom field hides a standard one of its name. */
export const restFields = (fields: FieldTable): RestFields => {
  const both = [...fields.values()].map((field): RestField => {
    return { name: restName(field), key: field.name, soap: field, field };
  });
  const alone = restOnly
    .filter(({ name }) => !fields.has(name))
    .map((field): RestField => ({ name: field.name, key: field.name, soap: null, field }));
  const all = [...both, ...alone];
  const names = new Map(all.map(({ key, name }) => [key, name]));
  return {
    byName: new Map(all.map((one) => [one.name, one])),
    byKey: new Map(all.map(({ key, field }) => [key, field])),
    nameOf: (key) => names.get(key) ?? key,
  };
};
