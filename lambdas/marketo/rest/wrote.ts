import type { Verdict } from '../marketoTypes.ts';
import type { ByIdReason } from './restErrorRules.ts';

/** What became of one record; `byId`: why its lead may be found by its id all the same. */
export interface RecordVerdict {
  readonly verdict: Verdict;
  readonly byId?: ByIdReason;
  /** It was to make a lead, and Marketo has the lead already. */
  readonly isThere?: true;
}

/** One verdict for a whole request, or one for each of its records. */
export type Wrote = { readonly whole: Verdict } | { readonly each: readonly RecordVerdict[] };

/** What a lead's share of a verdict is that a later request got for several: none is to blame. */
export const shareOf = (whole: Verdict): Verdict => {
  if (whole.kind === 'synced') return whole;
  const { because } = whole;
  return whole.kind === 'unavailable' && !whole.isUnsent
    ? // An earlier request of the call was worked on.
      { ...whole, worked: true }
    : { kind: 'retry', because };
};
