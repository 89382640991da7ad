import type { DataType } from './data-type.ts';
import type { Field, FieldRefusal } from './field.ts';
import { standardFields } from './standard-fields.ts';

/** A field that this instance has beside the standard ones. */
export interface CustomField {
  /** In both APIs, unless one of them names it otherwise. */
  readonly name: string;
  readonly rest?: string | null | undefined;
  readonly soap?: string | null | undefined;
  readonly label?: string | undefined;
  readonly dataType: DataType;
  /** In characters; absent: 255 for a string, none for other types. */
  readonly length?: number | null | undefined;
  readonly readOnly?: boolean | undefined;
  readonly refused?: FieldRefusal | undefined;
}

export const customField = (given: CustomField): Field => {
  const { name, rest = name, soap = name, label = name, dataType, length } = given;
  return {
    name: soap ?? rest ?? name,
    rest,
    soap,
    label,
    dataType,
    length: length === undefined ? (dataType === 'string' ? 255 : null) : length,
    readOnly: given.readOnly ?? false,
    custom: true,
    ...(given.refused && { refused: given.refused }),
  };
};

/** The types that Adobe lets a custom field be searched by. */
const searchableTypes: readonly DataType[] = ['string', 'email', 'integer'];

/** Standard fields by which leads can be found. */
const searchableNames = ['cookies', 'email', 'id'];

interface Views {
  readonly rest: ReadonlyMap<string, Field>;
  readonly soap: ReadonlyMap<string, Field>;
}

const viewsOf = (fields: Iterable<Field>): Views => {
  const rest = new Map<string, Field>();
  const soap = new Map<string, Field>();
  for (const field of fields) {
    if (field.rest !== null) rest.set(field.rest, field);
    if (field.soap !== null) soap.set(field.soap, field);
  }
  return { rest, soap };
};

/** The fields of an instance, by the name that the state keeps them under; and as each API sees them. */
export class FieldTable extends Map<string, Field> {
  #views: Views | undefined;

  override set(name: string, field: Field): this {
    this.#views = undefined;
    return super.set(name, field);
  }

  override delete(name: string): boolean {
    this.#views = undefined;
    return super.delete(name);
  }

  override clear(): void {
    this.#views = undefined;
    super.clear();
  }

  #view(): Views {
    this.#views ??= viewsOf(this.values());
    return this.#views;
  }

  /** By REST name, which is case-sensitive. */
  get rest(): ReadonlyMap<string, Field> {
    return this.#view().rest;
  }

  /** By SOAP name. */
  get soap(): ReadonlyMap<string, Field> {
    return this.#view().soap;
  }

  /** The REST name of a kept field. */
  restName(name: string): string {
    return this.get(name)?.rest ?? name;
  }

  /** Whether Sync Leads may look leads up, and Get Leads may filter, by the field of this REST name. */
  isSearchable(restName: string): boolean {
    if (searchableNames.includes(restName)) return true;
    const field = this.rest.get(restName);
    return field?.custom === true && searchableTypes.includes(field.dataType);
  }
}

/** The fields of an instance: the standard ones, and its own, which may stand in a standard one's place. */
export const fieldTable = (own: readonly Field[]): FieldTable => {
  const table = new FieldTable();
  for (const field of [...standardFields, ...own]) table.set(field.name, field);
  return table;
};
