import type { DataType } from './data-type.ts';

/** What a record is refused with because it carries a field, whatever the value. */
export interface FieldRefusal {
  /** Of REST. SOAP says the same text under 20106. */
  readonly code: string;
  /** `{field}`, `{value}` and `{fields}` (all such fields of the record) are filled in. */
  readonly message?: string | undefined;
}

/** One field that leads of this instance have. `length` in characters; null where none is set. */
export interface Field {
  /** Under which the state keeps it: the SOAP name where it has one, else the REST name. */
  readonly name: string;
  /** Its name in each API; null where the API does not have it. */
  readonly rest: string | null;
  readonly soap: string | null;
  readonly label: string;
  readonly dataType: DataType;
  readonly length: number | null;
  readonly readOnly: boolean;
  readonly custom: boolean;
  readonly refused?: FieldRefusal;
}
