import type { SequenceKey } from '../segment/order.ts';
import type { IdentityRecord, LeadId } from './leadTypes.ts';
import { without } from './without.ts';

/*
 * What a userId's key remembers, by hashes alone, so that its user can be deleted: whom it named, and
 * when its user was deleted.
 */

/**
 * Notes that an event with this order named a lead together with a userId, whose key `linkTo` made
 * `after` of `before`. Commutative, like the link.
 */
export const noteLead = (
  before: IdentityRecord,
  after: IdentityRecord,
  lead: LeadId,
  order: SequenceKey,
): IdentityRecord => {
  const { link, leads = {} } = after;
  const named = [...(before.link ? [before.link] : []), { lead, order }].filter((one) => {
    const known = leads[one.lead];
    return one.lead !== link?.lead && (known === undefined || known < one.order);
  });
  // The lead of the link stands there alone.
  const isBack = link !== undefined && Object.hasOwn(leads, link.lead);
  if (named.length === 0 && !isBack) return after;
  const all = { ...leads, ...Object.fromEntries(named.map((one) => [one.lead, one.order])) };
  return { ...after, leads: isBack ? without(all, link.lead) : all };
};

/**
 * The user's own deletion before. That of somebody with whom they shared a lead reached that lead alone, so
 * the key's tombstone says nothing of the others.
 */
export const deletedBefore = ({ deletes = [] }: Partial<IdentityRecord>): SequenceKey | undefined =>
  deletes.at(-1);

/** The leads of a user who is deleted: those named since their deletion before. */
export const leadsOf = (user: Partial<IdentityRecord> = {}): readonly LeadId[] => {
  const { link, leads = {} } = user;
  const since = deletedBefore(user);
  const named = Object.entries(leads).filter(([, at]) => since === undefined || at >= since);
  return [...(link ? [link.lead] : []), ...named.map(([lead]) => lead as LeadId)];
};

/** A user's key that remembers when its user was deleted. */
export const noteDelete = (user: IdentityRecord, order: SequenceKey): IdentityRecord => {
  const { deletes = [] } = user;
  return deletes.includes(order) ? user : { ...user, deletes: [...deletes, order].sort() };
};

/** A key within the bounds of the deletions that it remembers: the latest. */
export const trimKey = (
  key: IdentityRecord,
  most: { readonly deletes: number },
): IdentityRecord => {
  const { deletes = [] } = key;
  return deletes.length <= most.deletes ? key : { ...key, deletes: deletes.slice(-most.deletes) };
};
