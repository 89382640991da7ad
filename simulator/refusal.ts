import type { DataType } from './data-type.ts';
import type { FieldRefusal } from './field.ts';

/** Why Marketo does not do what a call asks, in no API's words; each endpoint has its own codes for it. */
export type Reason =
  | { readonly kind: 'unknown-fields'; readonly names: readonly string[] }
  | {
      readonly kind: 'bad-value';
      readonly field: string;
      readonly dataType: DataType;
      readonly value: string;
      /** Further fields of the record with a value that they cannot hold. */
      readonly others: readonly string[];
    }
  /** The instance takes no value of these fields at all; `value` is that of the first. */
  | ({
      readonly kind: 'refused-field';
      readonly fields: readonly string[];
      readonly value: string;
    } & FieldRefusal)
  | { readonly kind: 'no-key' }
  | { readonly kind: 'too-many-leads'; readonly most: number }
  | { readonly kind: 'lead-not-found'; readonly by: string; readonly value: string }
  /** In the words of the API that it goes out through; an empty message: that API's usual one. */
  | { readonly kind: 'worded'; readonly code: string; readonly message: string }
  | { readonly kind: 'locked' }
  | { readonly kind: 'rate' }
  | { readonly kind: 'at-once' }
  | { readonly kind: 'quota' };

/** A rule of Marketo's that the call breaks. */
export class Refusal extends Error {
  readonly reason: Reason;

  constructor(reason: Reason) {
    super(reason.kind);
    this.name = 'Refusal';
    this.reason = reason;
  }
}
