import type { IdentityRecord, LeadId, Mailbox } from '../lead/leadTypes.ts';
import { unlessBlank } from '../lead/mailbox.ts';

/**
 * The key of a worker that died before it wrote the lead: it gave the e-mail to nobody, so who has it by now
 * takes what the key holds.
 */
export const towardsTheOwner = (
  item: IdentityRecord,
  own: LeadId,
  stateOf: (lead: LeadId) => Mailbox | undefined,
): IdentityRecord => {
  const { link } = item;
  if (link === undefined || link.lead === own || stateOf(link.lead) !== undefined) return item;
  const there = unlessBlank(stateOf(own));
  return there === undefined || there.alias ? item : { ...item, link: { ...link, lead: own } };
};
