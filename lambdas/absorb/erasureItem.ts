import { hashOf, keyIdOf, visitPrefix } from '../digest.ts';
import type { Erasure, ErasureId, ErasureRequest } from '../lead/erasurePlan.ts';
import type { KeyId, IdentityRecord, Mailbox } from '../lead/leadTypes.ts';
import { deletedBefore, leadsOf } from '../lead/user.ts';
import { messageHashOf } from '../segment/order.ts';

/** The same delete is the same erasure, however often its message comes. */
export const erasureIdOf = (request: ErasureRequest): ErasureId => {
  const { order, user, isDelete, keys, leads } = request;
  const what = isDelete ? [user, messageHashOf(order)] : [user, order, keys, leads];
  return hashOf(JSON.stringify(what)) as ErasureId;
};

const union = <T>(some: readonly T[], others: Iterable<T>): readonly T[] => [
  ...new Set([...some, ...others]),
];

/** The erasure that is asked for, or goes on, as far as it is known before its items are read. */
export const begun = (
  current: Erasure | undefined,
  request: ErasureRequest | undefined = current,
): Erasure => {
  // A delete that goes on reaches what it reached when it began.
  if (current && (request === current || current.isDelete)) return current;
  if (request === undefined) throw new TypeError('nothing to erase');
  const { order, user, isDelete, keys, leads } = request;
  const { visits = [], pages = [] } = current ?? {};
  return {
    order,
    ...(user !== undefined && { user }),
    ...(isDelete && { isDelete }),
    keys: union([...(user === undefined ? [] : [user]), ...keys], current?.keys ?? []),
    leads: union(leads, current?.leads ?? []),
    visits,
    pages,
  };
};

/** A delete with the leads that its userId has named, until its tombstone stands at the userId. */
export const withNamed = (
  erasure: Erasure,
  keys: ReadonlyMap<KeyId, IdentityRecord | undefined>,
): Erasure => {
  const user = erasure.user === undefined ? undefined : keys.get(erasure.user);
  const isDone = !erasure.isDelete || user?.deletes?.includes(erasure.order);
  if (isDone) return erasure;
  const since = user && deletedBefore(user);
  return {
    ...erasure,
    leads: union(erasure.leads, leadsOf(user)),
    pages: union(erasure.pages, user?.leadPages ?? []),
    ...(since !== undefined && { since }),
  };
};

const cookiesOf = (item: Pick<Mailbox, 'cookies'>): string[] => Object.keys(item.cookies);

/**
 * The erasure with what its items know of each other. Those that bear its tombstone are not asked: what
 * they know by now was named since.
 */
export const withKnown = (
  erasure: Erasure,
  leads: readonly (Mailbox | undefined)[],
  keys: ReadonlyMap<KeyId, IdentityRecord | undefined>,
): Erasure => {
  const isFresh = <T extends Pick<Mailbox, 'deleted'>>(item: T | undefined): item is T =>
    item !== undefined && (item.deleted === undefined || item.deleted < erasure.order);
  const fresh = { leads: leads.filter(isFresh), keys: [...keys.values()].filter(isFresh) };
  const user = erasure.user === undefined ? undefined : keys.get(erasure.user);
  const holders = [...fresh.leads, ...(isFresh(user) ? [user] : [])];
  const tokens = [...fresh.leads, ...fresh.keys].flatMap(cookiesOf);
  return {
    ...erasure,
    keys: union(erasure.keys, [
      ...fresh.leads.flatMap((lead) => lead.keys ?? []),
      ...holders.flatMap(cookiesOf).map((token) => keyIdOf('cookie', token)),
    ]),
    visits: union(erasure.visits, tokens.map(visitPrefix)),
    pages: union(
      erasure.pages,
      fresh.leads.flatMap((lead) => lead.keyPages ?? []),
    ),
  };
};
