import type { Order } from '../segment/order.ts';
import { hasActivities, inOrder } from './activities.ts';
import { heldIn } from './keys.ts';
import { isPending, mapFields, unsentOf } from './registers.ts';
import type { Activities, ActivityBox, DeadLetter, Fields } from './types.ts';
import type { KeyItem, LeadId, Link, Mailbox } from './types.ts';
import { without } from './without.ts';

/*
 * A user who was deleted leaves the order of the deletion behind, in the lead's item and in those of
 * its keys. What is older is gone and stays gone, however late it comes; what is newer stays. So a
 * deletion commutes with events and with itself, like the registers.
 */

/** Why something that came before a deletion does not go out. */
export const userDeleted = 'the user was deleted';

/** Values and activities of an item that had not gone out. */
export type Waiting = Pick<DeadLetter, 'fields' | 'activities'>;

export const isEmptyWaiting = ({ fields, activities = [] }: Waiting): boolean =>
  fields.length === 0 && activities.length === 0;

/** What waits in two items. */
export const together = (one: Waiting, other: Waiting): Waiting => ({
  fields: [...one.fields, ...other.fields],
  activities: [...(one.activities ?? []), ...(other.activities ?? [])],
});

const latest = (one: Order | undefined, other: Order): Order =>
  one !== undefined && one > other ? one : other;

const since = <T extends { readonly order: Order }>(
  entries: Readonly<Record<string, T>>,
  order: Order,
): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(entries).filter(([, entry]) => entry.order >= order));

const before = <T extends { readonly order: Order }>(
  entries: Readonly<Record<string, T>>,
  order: Order,
): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(entries).filter(([, entry]) => entry.order < order));

/** Registers without what pending ones remember of earlier values. */
const afresh = (fields: Fields): Fields =>
  mapFields(fields, (field) =>
    isPending(field) ? without(field, 'digest', 'sentAt', 'aside') : field,
  );

const waiting = (fields: Fields, activities: Activities | undefined): Waiting => ({
  fields: unsentOf(fields),
  ...(hasActivities(activities) && { activities: inOrder(activities) }),
});

const boxSince = (box: ActivityBox | undefined, order: Order): { activities?: ActivityBox } =>
  box === undefined ? {} : { activities: { ...box, pending: since(box.pending, order) } };

interface DeletedLead {
  readonly mailbox: Mailbox;
  readonly removed: Waiting;
  /** Newer than the deletion, but without an e-mail of its own: to be held at the user's key. */
  readonly left: Waiting;
}

const none: Waiting = { fields: [] };

/**
 * Deletes what a mailbox holds from before `order`. Without an e-mail named since then only the lock
 * stays, so that no sync call follows another one too soon. A call in flight loses its `owner`: its
 * answer finds that it is not asked for, and the lease, which is longer than any lock, stands.
 */
export const deleteLead = (mailbox: Mailbox | undefined, order: Order): DeletedLead => {
  const blank = { fields: {}, cookies: {}, address: { text: '', order: '' as Order } };
  if (mailbox === undefined)
    return { mailbox: { ...blank, deleted: order }, removed: none, left: none };
  const deleted = latest(mailbox.deleted, order);
  const isNew = deleted !== mailbox.deleted;
  const fields = since(mailbox.fields, order);
  const box = boxSince(mailbox.activities, order);
  const removed = waiting(
    before(mailbox.fields, order),
    before(mailbox.activities?.pending ?? {}, order),
  );
  if (mailbox.address.order >= order) {
    const kept = { ...mailbox, fields, cookies: since(mailbox.cookies, order), ...box, deleted };
    const anew = { ...without(kept, 'owner', 'lastOwner', 'marketoId'), fields: afresh(fields) };
    return { mailbox: isNew ? anew : kept, removed, left: none };
  }
  const { lockedUntil } = mailbox;
  const lock = lockedUntil === undefined ? {} : { lockedUntil };
  return {
    mailbox: { ...blank, ...lock, deleted },
    removed,
    left: waiting(fields, box.activities?.pending),
  };
};

/** Whether a key named nobody yet at the time of a deletion. */
export const isFirst = (link: Link, order: Order): boolean =>
  link.before === undefined && link.order >= order;

/** A key that names nobody any more, and knows whom it named: that may not be deleted yet. */
const unlinked = (key: KeyItem): KeyItem =>
  key.link === undefined
    ? key
    : { ...without(key, 'link'), leads: { ...key.leads, [key.link.lead]: key.link.order } };

/** A key that dates the leads that are deleted by their latest deletion. */
const dated = (key: KeyItem, leads: ReadonlySet<LeadId>, order: Order): KeyItem => {
  const known = Object.entries(key.leads ?? {});
  if (!known.some(([lead, at]) => leads.has(lead as LeadId) && at < order)) return key;
  const all = known.map(([lead, at]) => [lead, leads.has(lead as LeadId) ? latest(at, order) : at]);
  return { ...key, leads: Object.fromEntries(all) as Readonly<Record<LeadId, Order>> };
};

/**
 * Deletes what a key holds from before `order`, if it belongs to one of the leads or to none. Of a
 * key that names somebody else by now only the past goes: who it named before, if anybody.
 */
export const deleteKey = (
  key: KeyItem | undefined,
  leads: ReadonlySet<LeadId>,
  order: Order,
): { readonly key: KeyItem; readonly removed: Waiting } => {
  if (key === undefined) return { key: { fields: {}, cookies: {}, deleted: order }, removed: none };
  const { link } = key;
  const past = link?.before !== undefined && leads.has(link.before.lead);
  const present = link && past ? without(link, 'before') : link;
  if (link !== undefined && !leads.has(link.lead)) {
    if (present === undefined || !(past || isFirst(link, order))) return { key, removed: none };
    const until = link.order < order ? link.order : order;
    return { key: { ...key, link: present, deleted: latest(key.deleted, until) }, removed: none };
  }
  const fields = since(key.fields, order);
  const activities = since(key.activities ?? {}, order);
  const isHeld = Object.values(fields).some(isPending) || hasActivities(activities);
  const older = {
    ...key,
    fields: before(key.fields, order),
    activities: before(key.activities ?? {}, order),
  };
  // Properties keep their places, so that doing it again changes not even the text.
  const named =
    present !== undefined && present.order >= order ? { ...key, link: present } : unlinked(key);
  const kept = isHeld ? named : without(named, 'heldSince');
  return {
    key: dated(
      {
        ...(hasActivities(activities) ? { ...kept, activities } : without(kept, 'activities')),
        fields,
        cookies: since(key.cookies, order),
        deleted: latest(key.deleted, order),
      },
      leads,
      order,
    ),
    removed: heldIn(older),
  };
};

/**
 * The part of a dead letter that came since a deletion: the letter itself where that is all of it,
 * `undefined` where nothing is.
 */
export const newerIn = (letter: DeadLetter, order: Order): DeadLetter | undefined => {
  const { fields, activities = [] } = letter;
  const newer = {
    fields: fields.filter((one) => one.order >= order),
    activities: activities.filter((one) => one.order >= order),
  };
  const left = newer.fields.length + newer.activities.length;
  if (left === 0) return undefined;
  return left === fields.length + activities.length ? letter : { ...letter, ...newer };
};
