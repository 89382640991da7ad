import type { SequenceKey } from '../segment/order.ts';
import { hasActivities, inOrder } from './activities.ts';
import { addressSince } from './emailRegister.ts';
import { withoutMarketoState } from './sentContent.ts';
import { heldIn } from './keys.ts';
import { isPending, mapFields, unsentOf } from './registers.ts';
import type { Activities, DeadLetter, Field, Fields } from './leadTypes.ts';
import type { IdentityRecord, LeadId, Link, Mailbox } from './leadTypes.ts';
import { without } from './without.ts';

/*
 * The rule of erasure: what is older than the deletion goes, what is newer stays, in everything that
 * holds anything. Each item of the user keeps the order of their deletion, its tombstone: what is older
 * stays out for ever, however late it comes. So a deletion commutes with events and with itself, like
 * the registers.
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

const latest = (one: SequenceKey | undefined, other: SequenceKey): SequenceKey =>
  one !== undefined && one > other ? one : other;

type Entries<T> = Readonly<Record<string, T>>;

/** Entries from before a deletion, and those since. */
export const split = <T extends { readonly order: SequenceKey }>(
  entries: Entries<T> = {},
  order: SequenceKey,
) => {
  const isOld = ([, entry]: readonly [string, T]): boolean => entry.order < order;
  const all = Object.entries(entries);
  return {
    old: Object.fromEntries(all.filter(isOld)),
    since: Object.fromEntries(all.filter((entry) => !isOld(entry))),
  };
};

/** A register that says again what the deletion took with an older value, and nothing of that value. */
const afresh = (field: Field): Field => {
  const { aside: rejection } = field;
  if (isPending(field)) return without(field, 'aside');
  return rejection?.repeated === undefined
    ? field
    : { ...without(field, 'aside'), value: rejection.repeated };
};

/** What of registers and activities had not gone out. */
export const waiting = (fields: Fields, activities: Activities): Waiting => ({
  fields: unsentOf(fields),
  ...(hasActivities(activities) && { activities: inOrder(activities) }),
});

/** A refusal of consent from before a deletion is deleted, too: nothing is left that it would keep back. */
const refusedSince = (
  { withdrawn }: Pick<Mailbox, 'withdrawn'>,
  order: SequenceKey,
): { readonly withdrawn?: SequenceKey } =>
  withdrawn === undefined || withdrawn < order ? {} : { withdrawn };

interface ErasedLead {
  readonly mailbox: Mailbox;
  readonly removed: Waiting;
  /** Newer than the deletion, but without an e-mail of its own: to be held at the user's key. */
  readonly left: Waiting;
}

const none: Waiting = { fields: [] };
const blank = { fields: {}, cookies: {}, address: { text: '', order: '' as SequenceKey } };

/**
 * Erases what a mailbox holds from before `order`. Without an e-mail named since then only the lock
 * stays, so that no sync call follows another one too soon. A call in flight loses its `owner`: its
 * answer finds that it is not asked for, and the lease, which is longer than any lock, stands.
 */
export const eraseLead = (mailbox: Mailbox | undefined, order: SequenceKey): ErasedLead => {
  if (mailbox === undefined)
    return { mailbox: { ...blank, deleted: order }, removed: none, left: none };
  const deleted = latest(mailbox.deleted, order);
  // An alias holds nothing, and older events are not to find another lead by its e-mail.
  if (mailbox.alias) return { mailbox: { ...mailbox, deleted }, removed: none, left: none };
  const isNew = deleted !== mailbox.deleted;
  const fields = split(mailbox.fields, order);
  const activities = split(mailbox.activities?.pending, order);
  const kept = isNew ? mapFields(fields.since, afresh) : fields.since;
  const removed = waiting(fields.old, activities.old);
  const address = addressSince(mailbox.address, order);
  const isNamed = address !== undefined;
  const isLookedUp = mailbox.lookup !== undefined && mailbox.lookup.order >= order;
  if (!isNamed && !isLookedUp) {
    const { lockedUntil } = mailbox;
    const lock = lockedUntil === undefined ? {} : { lockedUntil };
    const left = waiting(kept, activities.since);
    const refused = refusedSince(mailbox, deleted);
    return { mailbox: { ...blank, ...lock, deleted, ...refused }, removed, left };
  }
  const stays = {
    ...without(isLookedUp ? mailbox : without(mailbox, 'lookup'), 'withdrawn'),
    address: address ?? blank.address,
    fields: kept,
    cookies: split(mailbox.cookies, order).since,
    ...(mailbox.activities && {
      activities: { ...mailbox.activities, pending: activities.since },
    }),
    deleted,
    ...refusedSince(mailbox, deleted),
  };
  // Without its id, nobody knows whether Marketo still has the lead that got what was sent before.
  const anew = without(withoutMarketoState(stays), 'owner', 'lastOwner', 'narrowing', 'refusals');
  return { mailbox: isNew ? anew : stays, removed, left: none };
};

/** Whether a key named nobody yet at the time of a deletion. */
export const isFirst = (link: Link, order: SequenceKey): boolean =>
  link.before === undefined && link.order >= order;

/** A userId's key that forgets the deleted leads that it has not named since. */
const unnamed = (
  key: IdentityRecord,
  leads: ReadonlySet<LeadId>,
  order: SequenceKey,
): IdentityRecord => {
  const known = Object.entries(key.leads ?? {});
  const left = known.filter(([lead, at]) => !leads.has(lead as LeadId) || at > order);
  if (left.length === known.length) return key;
  return left.length > 0 ? { ...key, leads: Object.fromEntries(left) } : without(key, 'leads');
};

/**
 * Erases what a key holds from before `order`, if it belongs to one of the leads or to none. Of a
 * key that names somebody else by now only the past goes: who it named before, if anybody.
 */
export const eraseKey = (
  item: IdentityRecord | undefined,
  leads: ReadonlySet<LeadId>,
  order: SequenceKey,
): { readonly key: IdentityRecord; readonly removed: Waiting } => {
  if (item === undefined)
    return { key: { fields: {}, cookies: {}, deleted: order }, removed: none };
  const key = unnamed(item, leads, order);
  const { link } = key;
  const past = link?.before !== undefined && leads.has(link.before.lead);
  const current = link && past ? without(link, 'before') : link;
  if (link !== undefined && !leads.has(link.lead)) {
    if (current === undefined || !(past || isFirst(link, order))) return { key, removed: none };
    const until = link.order < order ? link.order : order;
    return { key: { ...key, link: current, deleted: latest(key.deleted, until) }, removed: none };
  }
  // Properties keep their places, so that doing it again changes not even the text.
  const named =
    current !== undefined && current.order >= order
      ? { ...key, link: current }
      : without(key, 'link');
  const { key: kept, removed } = keySince(named, order);
  return {
    key: {
      ...without(kept, 'withdrawn'),
      deleted: latest(key.deleted, order),
      ...refusedSince(key, order),
    },
    removed,
  };
};

/** A key with what it holds since this order, and what it held before. */
export const keySince = (
  key: IdentityRecord,
  order: SequenceKey,
): { readonly key: IdentityRecord; readonly removed: Waiting } => {
  const fields = split(key.fields, order);
  const activities = split(key.activities, order);
  const isHeld = Object.values(fields.since).some(isPending) || hasActivities(activities.since);
  const kept = isHeld ? key : without(key, 'heldSince', 'heldBy');
  return {
    key: {
      ...(hasActivities(activities.since)
        ? { ...kept, activities: activities.since }
        : without(kept, 'activities')),
      fields: fields.since,
      cookies: split(key.cookies, order).since,
    },
    removed: heldIn({ ...key, fields: fields.old, activities: activities.old }),
  };
};

/**
 * The part of a dead letter that came since a deletion: the letter itself where that is all of it,
 * `undefined` where nothing is.
 */
export const newerPart = (deadLetter: DeadLetter, order: SequenceKey): DeadLetter | undefined => {
  const { fields, activities = [] } = deadLetter;
  const newer = {
    fields: fields.filter((one) => one.order >= order),
    activities: activities.filter((one) => one.order >= order),
  };
  const left = newer.fields.length + newer.activities.length;
  if (left === 0) return undefined;
  return left === fields.length + activities.length ? deadLetter : { ...deadLetter, ...newer };
};
