import type { SequenceKey } from '../segment/order.ts';
import type { EpochMs } from '../segment/time.ts';
import type { Waiting } from './erasure.ts';
import { eraseKey, eraseLead, isEmptyWaiting, together } from './erasure.ts';
import { hold } from './keys.ts';
import type { Limits } from './itemSize.ts';
import { keyWithin, tooMuch } from './itemSize.ts';
import type { DeadLetter, KeyId, IdentityRecord, KeyPageId, LeadId, Mailbox } from './leadTypes.ts';
import { noteDelete, trimKey } from './user.ts';

/** Who is erased: everything of them from before `order`. */
interface Erased {
  readonly order: SequenceKey;
  /** Their userId. */
  readonly user?: KeyId;
  /** A delete came for them; absent: events that came too late name more of theirs. */
  readonly isDelete?: true;
}

/** Names an erasure. */
export type ErasureId = string & { readonly __brand: 'erasure' };

/** Who is to be erased, by the keys and e-mails that name them. */
export interface ErasureRequest extends Erased {
  /** Other keys of theirs; an alias of one of these that names somebody else stays. */
  readonly keys: readonly KeyId[];
  readonly leads: readonly LeadId[];
}

/*
 *   found ──▶ erased ──▶ 5 minutes ──▶ erased once more ─┬─▶ over
 *                ▲                                       │
 *                └────────── the next pages ◀────────────┘
 */

/**
 * An erasure, written down before the first tombstone: whoever has to do it again finds all that it
 * reaches, and nothing that was named since. Hashes alone.
 */
export interface Erasure extends ErasureRequest {
  /** What the ids of their visits' dead letters begin with. */
  readonly visits: readonly string[];
  /** Pages of further keys and leads. */
  readonly pages: readonly KeyPageId[];
  /** The deletion of this user before: leads that they named by then are not theirs any more. */
  readonly since?: SequenceKey;
  /** All of these are erased once; whoever read them before may yet write a dead letter. */
  readonly isErased?: true;
}

/** How one item is to be rewritten. */
export interface Rewritten<T> {
  readonly next: T;
  /** What had not gone out by now and never will. */
  readonly removed: Waiting;
}

interface ErasurePlan {
  readonly leads: ReadonlyMap<LeadId, Rewritten<Mailbox>>;
  readonly keys: ReadonlyMap<KeyId, Rewritten<IdentityRecord>>;
  /** What came after the deletion and finds no room at the user's key. */
  readonly dead: readonly DeadLetter[];
}

interface PlanContext {
  readonly now: EpochMs;
  readonly limits: Limits & { readonly deletes: number };
}

/** Holds at the user's key what is newer than the deletion, as far as there is room. */
const holdLeft = (
  id: KeyId,
  user: IdentityRecord,
  left: readonly Waiting[],
  { now, limits }: PlanContext,
): { readonly key: IdentityRecord; readonly dead: readonly DeadLetter[] } => {
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

/** Decides what becomes of each item of a user. Pure; done again it changes nothing. */
export const planErasure = (
  found: {
    readonly leads: ReadonlyMap<LeadId, Mailbox | undefined>;
    readonly keys: ReadonlyMap<KeyId, IdentityRecord | undefined>;
  },
  { order, user, isDelete }: Erased,
  context: PlanContext,
): ErasurePlan => {
  const ids = new Set(found.leads.keys());
  const erased = new Map([...found.leads].map(([id, state]) => [id, eraseLead(state, order)]));
  const dead: DeadLetter[] = [];
  const keyOf = (id: KeyId, state: IdentityRecord | undefined): Rewritten<IdentityRecord> => {
    const { key, removed } = eraseKey(state, ids, order);
    if (id !== user) return { next: key, removed };
    const left = [...erased.values()].map((one) => one.left);
    const own = holdLeft(id, key, left, context);
    dead.push(...own.dead);
    const noted = isDelete ? noteDelete(own.key, order) : own.key;
    return { next: trimKey(noted, context.limits), removed };
  };
  return {
    keys: new Map([...found.keys].map(([id, state]) => [id, keyOf(id, state)])),
    leads: new Map(
      [...erased].map(([id, { mailbox, removed, left }]) => [
        id,
        // Without a userId there is no key to hold it for.
        { next: mailbox, removed: user === undefined ? together(removed, left) : removed },
      ]),
    ),
    dead,
  };
};
