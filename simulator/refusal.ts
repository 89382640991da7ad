import type { DataType } from './data-type.ts';

/** Why Marketo does not do what a call asks, in no API's words; each endpoint has its own codes for it. */
export type Reason =
  | { readonly kind: 'unknown-fields'; readonly names: readonly string[] }
  | {
      readonly kind: 'bad-value';
      readonly field: string;
      readonly dataType: DataType;
      readonly value: string;
    }
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
