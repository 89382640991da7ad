import type { Order } from '../segment/order.ts';
import { messageHashOf } from '../segment/order.ts';
import type { KeyItem, LeadId } from './types.ts';
import { without } from './without.ts';

/*
 * What a userId's key remembers, by hashes alone, so that its user can be deleted: whom it named, and
 * which deletes were carried out.
 */

/**
 * Notes that an event with this order named a lead together with a userId, whose key `linkTo` made
 * `after` of `before`. Commutative, like the link.
 */
export const noteLead = (before: KeyItem, after: KeyItem, lead: LeadId, order: Order): KeyItem => {
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
 * The leads of a user who is deleted: those named since the deletion before; of one that was begun
 * already, all that it may have left undone.
 */
export const leadsOf = (user: KeyItem | undefined, order: Order): readonly LeadId[] => {
  const { link, leads = {}, deleted, deleting }: Partial<KeyItem> = user ?? {};
  const begun = deleting?.[order];
  if (begun !== undefined) return begun;
  const isNews = deleted !== undefined && deleted < order;
  const named = Object.entries(leads).filter(([, at]) => !isNews || at > deleted);
  return [...(link ? [link.lead] : []), ...named.map(([lead]) => lead as LeadId)];
};

/**
 * The leads that a user named until somebody else's deletion took the alias, with its order: where
 * that one was interrupted, these are not deleted yet and nobody finds them through the user.
 */
export const taken = (user: KeyItem): readonly LeadId[] =>
  Object.entries(user.leads ?? {}).flatMap(([lead, at]) =>
    at === user.deleted ? [lead as LeadId] : [],
  );

/**
 * The order under which a delete is carried out: that of its first copy. The same message may come
 * again long after the queue has forgotten it, and deletes nothing that came in between.
 */
export const firstOrder = (user: KeyItem | undefined, order: Order): Order =>
  user?.deletes?.find((done) => messageHashOf(done) === messageHashOf(order)) ?? order;

/** A user's key after a deletion: the leads stay known, should its link be gone by now. */
export const noteDeletion = (user: KeyItem, leads: Iterable<LeadId>, order: Order): KeyItem => {
  const { link, leads: known = {} } = user;
  const news = [...leads].filter((lead) => lead !== link?.lead && !Object.hasOwn(known, lead));
  if (news.length === 0) return user;
  return { ...user, leads: { ...known, ...Object.fromEntries(news.map((id) => [id, order])) } };
};

/** A user's key that knows a delete again when it comes again. */
export const noteDelete = (user: KeyItem, order: Order): KeyItem => {
  const { deletes = [] } = user;
  return deletes.includes(order) ? user : { ...user, deletes: [...deletes, order].sort() };
};

/** A user's key before the first lead of a delete is written. */
export const beginDelete = (user: KeyItem, leads: Iterable<LeadId>, order: Order): KeyItem =>
  user.deletes?.includes(order) === true
    ? user
    : { ...noteDelete(user, order), deleting: { ...user.deleting, [order]: [...leads] } };

/** A user's key after the last lead of a delete is written. */
export const endDelete = (user: KeyItem, order: Order): KeyItem => {
  const { deleting = {} } = user;
  if (deleting[order] === undefined) return user;
  const others = without(deleting, order);
  return Object.keys(others).length > 0 ? { ...user, deleting: others } : without(user, 'deleting');
};

/** Whether this very delete was carried out before, to its end. */
export const isOver = (user: KeyItem | undefined, order: Order): boolean =>
  user?.deletes?.includes(order) === true && user.deleting?.[order] === undefined;

/** A key within the bounds of what it remembers: the latest. */
export const trimKey = (
  key: KeyItem,
  most: { readonly leads: number; readonly deletes: number },
): KeyItem => {
  const { leads = {}, deletes = [] } = key;
  const named = Object.entries(leads);
  if (named.length <= most.leads && deletes.length <= most.deletes) return key;
  const latest = named.toSorted(([, one], [, other]) => (one > other ? -1 : 1));
  return {
    ...key,
    ...(key.leads && { leads: Object.fromEntries(latest.slice(0, most.leads)) }),
    ...(key.deletes && { deletes: deletes.slice(-most.deletes) }),
  };
};
