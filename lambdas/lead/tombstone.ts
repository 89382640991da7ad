import type { SequenceKey } from '../segment/order.ts';
import type { Waiting } from './erasure.ts';
import { eraseLead, together } from './erasure.ts';
import { gapOrder } from './identity.ts';
import { isBlank, unlessBlank } from './mailbox.ts';
import type { KeyId, IdentityRecord, LeadId, Mailbox } from './leadTypes.ts';
import { without } from './without.ts';

export { unlessBlank };

/** Whether a lead was deleted and nobody has named it since. An alias is no lead. */
export const isGone = (mailbox: Mailbox): boolean =>
  mailbox.deleted !== undefined && isBlank(mailbox);

/** A lead that comes back after its deletion: the lock goes on, and what is older stays deleted. */
export const restore = (gone: Mailbox | undefined, mailbox: Mailbox): Mailbox => {
  if (gone === undefined || !isBlank(gone)) return mailbox;
  return { ...gone, ...mailbox, ...(isGone(gone) && { keys: mailbox.keys ?? [] }) };
};

/**
 * The deletion of its lead that an alias is older than: its worker died, or lost its race, before
 * the lead could note that this key names it. `undefined` where the alias is good.
 */
export const staleSince = (
  { link }: IdentityRecord,
  lead: Mailbox | undefined,
): SequenceKey | undefined => {
  if (link === undefined || lead?.deleted === undefined) return undefined;
  // A link that fills a gap has no time; while the person is back it may be new.
  const isOld = link.order === gapOrder ? isGone(lead) : link.order < lead.deleted;
  return isOld ? lead.deleted : undefined;
};

/** A mailbox without what came into it from before its own deletion, with values that were held. */
export const afterDeletion = (
  mailbox: Mailbox,
): { readonly next: Mailbox; readonly removed: Waiting } => {
  if (mailbox.deleted === undefined) return { next: mailbox, removed: { fields: [] } };
  const { mailbox: next, removed, left } = eraseLead(mailbox, mailbox.deleted);
  return { next, removed: together(removed, left) };
};

/** A key without whom it named before, if that person was deleted and has not come back. */
export const withoutGone = (
  key: IdentityRecord,
  leadOf: (lead: LeadId) => Mailbox | undefined,
): IdentityRecord => {
  const { link } = key;
  const before = link?.before && leadOf(link.before.lead);
  return link && before && isGone(before) ? { ...key, link: without(link, 'before') } : key;
};

/** Notes in each mailbox the keys that name its lead, or did before. */
export const noteKeys = (
  leads: ReadonlyMap<LeadId, Mailbox>,
  keys: Iterable<readonly [KeyId, IdentityRecord]>,
): ReadonlyMap<LeadId, Mailbox> => {
  const noted = new Map(leads);
  for (const [key, { link }] of keys)
    for (const named of [link, link?.before]) {
      const mailbox = named && noted.get(named.lead);
      if (named === undefined || mailbox === undefined || mailbox.keys?.includes(key)) continue;
      noted.set(named.lead, { ...mailbox, keys: [...(mailbox.keys ?? []), key] });
    }
  return noted;
};
