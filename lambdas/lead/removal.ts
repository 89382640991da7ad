import type { LeadId } from './leadTypes.ts';

/**
 * A lead that is to be deleted in Marketo, too, since its user was deleted: what the mailbox knew of it
 * that finds it there. An item of its own, which goes once Marketo has answered.
 */
export interface Removal {
  readonly lead: LeadId;
  readonly email: string;
  /** Marketo's id of the lead, where it has told us. */
  readonly marketoId?: number;
  /** Tries that failed. */
  readonly attempts?: number;
}

/** What came of one. */
export type RemovalVerdict =
  /** Marketo has no such lead any more. */
  | { readonly kind: 'removed' }
  | { readonly kind: 'retry'; readonly because: string }
  | { readonly kind: 'refused'; readonly because: string };
