import type { DataType } from './data-type.ts';
import { standardRows } from './standard-fields.ts';

/** One field that leads of this instance have. `length` in characters; null where none is set. */
export interface Field {
  readonly name: string;
  readonly label: string;
  readonly dataType: DataType;
  readonly length: number | null;
  readonly readOnly: boolean;
  readonly custom: boolean;
}

/** A field that this instance has beside the standard ones. */
export interface CustomField {
  readonly name: string;
  readonly dataType: DataType;
  /** In characters; absent: 255 for a string, none for other types. */
  readonly length?: number;
}

const standardFields: readonly Field[] = standardRows.map(
  ([name, label, dataType, length, readOnly]) => ({
    name,
    label,
    dataType,
    length,
    readOnly,
    custom: false,
  }),
);

export const customField = ({ name, dataType, length }: CustomField): Field => ({
  name,
  label: name,
  dataType,
  length: length ?? (dataType === 'string' ? 255 : null),
  readOnly: false,
  custom: true,
});

/** The fields of an instance, by SOAP name: the standard ones and its own. */
export const fieldTable = (customFields: readonly CustomField[]): ReadonlyMap<string, Field> => {
  const own = customFields.map(customField);
  return new Map([...standardFields, ...own].map((field) => [field.name, field]));
};

/**
 * The custom fields of the local run. The colour stands in both spellings that `fieldNames` makes.
 * `UserId` is left out on purpose, as in most instances: an unknown field is met from the first event on.
 */
export const demoFields: readonly CustomField[] = [
  { name: 'Plan', dataType: 'string' },
  { name: 'SecondFavoriteColor', dataType: 'string' },
  { name: 'Second_favorite_color', dataType: 'string' },
  { name: 'Logins', dataType: 'integer' },
  { name: 'Newsletter', dataType: 'boolean' },
];
