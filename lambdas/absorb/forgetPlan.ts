import { keyIdOf } from '../digest.ts';
import type { Waiting } from '../lead/forget.ts';
import { deleteKey, deleteLead, isEmptyWaiting, together } from '../lead/forget.ts';
import { hold } from '../lead/keys.ts';
import type { Limits } from '../lead/limits.ts';
import { keyWithin, tooMuch } from '../lead/limits.ts';
import type { DeadLetter, KeyId, KeyItem, LeadId, Mailbox } from '../lead/types.ts';
import { beginDelete, isOver, noteDeletion, trimKey } from '../lead/user.ts';
import type { Order } from '../segment/order.ts';
import type { EpochMs } from '../segment/time.ts';
import type { Loaded } from '../store/leadStore.ts';

/** Who is deleted: everything of them from before `order`. */
export interface Forgetting {
  readonly order: Order;
  /** Their userId. */
  readonly user?: KeyId;
  /** A delete, to which belong all leads that the userId has named; else what an event names. */
  readonly follows: boolean;
  /** Other keys of theirs; an alias of one of these that names somebody else stays. */
  readonly keys: readonly KeyId[];
  readonly leads: readonly LeadId[];
}

/** The items of a user as they were read. */
export interface Found {
  readonly leads: ReadonlyMap<LeadId, Loaded<Mailbox>>;
  readonly keys: ReadonlyMap<KeyId, Loaded<KeyItem>>;
}

/** How one item is to be rewritten. */
export interface Change<Id, T> {
  readonly id: Id;
  readonly loaded: Loaded<T>;
  readonly next: T;
  /** What had not gone out by now and never will. */
  readonly removed: Waiting;
}

interface Plan {
  readonly leads: readonly Change<LeadId, Mailbox>[];
  readonly keys: readonly Change<KeyId, KeyItem>[];
  /** What came after the deletion and finds no room at the user's key. */
  readonly dead: readonly DeadLetter[];
  /** It was carried out before, to its end. */
  readonly done: boolean;
}

interface Terms {
  readonly now: EpochMs;
  readonly limits: Limits & { readonly leads: number; readonly deletes: number };
}

/** The keys that a mailbox knows to name its lead, and those of the cookies in an item. */
export const keysOf = ({
  keys = [],
  cookies,
}: Pick<Mailbox, 'keys' | 'cookies'>): readonly KeyId[] => [
  ...keys,
  ...Object.keys(cookies).map((token) => keyIdOf('cookie', token)),
];

/** Holds at the user's key what is newer than the deletion, as far as there is room. */
const holdLeft = (
  id: KeyId,
  user: KeyItem,
  left: readonly Waiting[],
  { now, limits }: Terms,
): { readonly key: KeyItem; readonly dead: readonly DeadLetter[] } => {
  let key = user;
  const dead: DeadLetter[] = [];
  for (const waiting of left.filter((one) => !isEmptyWaiting(one))) {
    const { fields, activities = [] } = waiting;
    const held = hold(key, { incoming: fields, activities, cookies: {}, now });
    const fitting = keyWithin(held.key, limits);
    if (fitting === undefined) dead.push({ because: tooMuch, key: id, ...waiting });
    else key = fitting;
  }
  return { key, dead };
};

/** Decides what becomes of each item. */
export const planOf = (found: Found, of: Forgetting, terms: Terms): Plan => {
  const { order, user, follows } = of;
  const isDone = follows && user !== undefined && isOver(found.keys.get(user)?.state, order);
  if (isDone) return { leads: [], keys: [], dead: [], done: true };
  const ids = new Set(found.leads.keys());
  const deleted = [...found.leads].map(([id, loaded]) => {
    const { mailbox, removed, left } = deleteLead(loaded.state, order);
    return { change: { id, loaded, next: mailbox, removed }, left };
  });
  const dead: DeadLetter[] = [];
  const keys = [...found.keys].map(([id, loaded]): Change<KeyId, KeyItem> => {
    const { key, removed } = deleteKey(loaded.state, ids, order);
    if (id !== user) return { id, loaded, next: key, removed };
    const own = holdLeft(
      id,
      key,
      deleted.map(({ left }) => left),
      terms,
    );
    dead.push(...own.dead);
    const noted = noteDeletion(own.key, ids, order);
    const next = trimKey(follows ? beginDelete(noted, ids, order) : noted, terms.limits);
    return { id, loaded, next, removed };
  });
  const leads = deleted.map(({ change, left }) =>
    user === undefined ? { ...change, removed: together(change.removed, left) } : change,
  );
  return { leads, keys, dead, done: false };
};

export const isChange = ({ loaded, next }: Change<unknown, unknown>): boolean =>
  JSON.stringify(loaded.state) !== JSON.stringify(next);
