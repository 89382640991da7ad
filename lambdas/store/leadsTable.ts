import type { Entry, Lane } from '../lead/schedule.ts';
import type { DeadLetter, KeyId, LeadId } from '../lead/leadTypes.ts';
import type { Visit } from '../marketo/marketoTypes.ts';
import type { SequenceKey } from '../segment/order.ts';
import type { EpochMs } from '../segment/time.ts';

/** What the index says of an item; `legacy`: an entry of version 0.1, which the scheduled tick rewrites. */
export interface IndexedEntry {
  readonly lane: Lane | 'legacy';
  readonly nextAt: EpochMs;
}

/** An item of the leads table. `state` is plain JSON. */
export interface Stored {
  readonly version: number;
  readonly state: unknown;
  /** Absent where nothing is pending. */
  readonly entry?: IndexedEntry;
  /** Read as absent from then on, whether or not it has been deleted already. */
  readonly expiresAt?: EpochMs;
}

/** An item that the index calls due. */
export interface DueItem {
  readonly key: string;
  readonly nextAt: EpochMs;
}

/** The leads table: one compare-and-swap register a key, and an index of those with something pending. */
export interface LeadsTable {
  /** Strongly consistent. Keys without an item are missing from the result. */
  read(keys: readonly string[]): Promise<ReadonlyMap<string, Stored>>;
  /** Writes if the stored version is still `expected` (absent: no item yet). False: lost the race. */
  write(
    key: string,
    item: Stored & { readonly entry?: Entry },
    expected: number | undefined,
  ): Promise<boolean>;
  /**
   * A page of one shard of a lane: the items with `nextAt` at or before `until`, the earliest first;
   * soon, not strongly, consistent.
   */
  due(
    lane: IndexedEntry['lane'],
    shard: number,
    until: EpochMs,
    after?: IndexCursor,
  ): Promise<{ readonly items: readonly DueItem[]; readonly next?: IndexCursor }>;
  /** How many items of one shard of a lane are due by then, counted up to about `most`. */
  count(lane: IndexedEntry['lane'], shard: number, until: EpochMs, most: number): Promise<number>;
  /** Writes a dead letter under its own id, in place of one that has this id. It is always taken. */
  putDeadLetter(id: string, deadLetter: DeadLetter | DeadVisit, at: EpochMs): Promise<void>;
  /**
   * Ids of the dead letters that begin with one of these, each of which says whose it is: all that
   * is before a first `#`, and that. Soon, not strongly, consistent.
   */
  listDeadLetters(prefixes: readonly string[]): Promise<readonly string[]>;
  /** Dead letters by their ids, strongly consistent; those that are not there, or retracted, are missing. */
  deadLetters(ids: readonly string[]): Promise<ReadonlyMap<string, DeadLetter | DeadVisit>>;
  /** Empties a dead letter if it is still this one; false: it is another by now, or gone. */
  retractDeadLetter(id: string, deadLetter: DeadLetter | DeadVisit, at: EpochMs): Promise<boolean>;
}

/** Where a page of the index ended; opaque. */
export type IndexCursor = Readonly<Record<string, unknown>>;

/** Whose a visit is, by hashes alone: found when they are deleted. */
export interface VisitOwner {
  readonly order: SequenceKey;
  /** The keys whose deletion takes the visit along; those that a lead stands for are not among them. */
  readonly keys: readonly KeyId[];
  readonly lead?: LeadId;
  /** All keys of its event: one of them may come to refuse consent. Absent in a visit of an older version. */
  readonly seenWith?: readonly KeyId[];
}

/** A visit that may have to wait. */
export interface OwnedVisit extends Visit {
  readonly whose?: VisitOwner;
}

/** A visit that Munchkin refused. */
export interface DeadVisit {
  readonly because: string;
  readonly visit: OwnedVisit;
}
