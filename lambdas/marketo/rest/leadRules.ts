/** How Sync Leads is to find, make and update leads. */
export interface LeadRules {
  /** REST name of the field by which Marketo finds a lead whose id is not known yet. */
  readonly lookupField: string;
  readonly leads: 'createOrUpdate' | 'updateOnly' | 'createOnly';
  /** Which of several leads with one key is updated. */
  readonly duplicates: 'newest' | 'oldest' | 'refuse';
  /** Where new leads go, for instances with partitions. */
  readonly partition?: string | undefined;
}

/** What Sync Leads does where no setting says otherwise. */
export const defaultRules: LeadRules = {
  lookupField: 'email',
  leads: 'createOrUpdate',
  duplicates: 'newest',
};
