import type { Count } from './lead/budget.ts';
import type { Entry, Lane } from './lead/schedule.ts';
import type { Removal } from './lead/removal.ts';
import type { DeadLetter, KeyId, LeadId } from './lead/types.ts';
import type { FieldType } from './marketo/fieldTypes.ts';
import type { Answer, Removed, Update, Visit, VisitVerdict } from './marketo/types.ts';
import type { CountName, ValueName } from './metricNames.ts';
import type { QueuedEvent } from './segment/event.ts';
import type { Order } from './segment/order.ts';
import type { EpochMs } from './segment/time.ts';

/** The outside as the handlers see it. Each port has one real adapter and one twin under `test/`. */
export interface Clock {
  now(): EpochMs;
}

/** Resolves after so many milliseconds. */
export type Sleep = (ms: number) => Promise<void>;

/** Uniform in [0, 1). */
export type Random = () => number;

/** `events.fifo` as ingest sees it. Group and deduplication ids are already hashed. */
export interface EventsQueue {
  /**
   * Sends all entries, each group in its order unless it is too large to be sent one by one within
   * `budgetMs` (when absent: `sendTiming.budgetMs`); entries that the queue refuses are tried again,
   * a bounded number of times. Resolves to the entries that are not safe (empty: all are on the
   * queue), `throttled` where the queue asked us to slow down. After a refused entry, later entries
   * of its group count as not safe unless they were taken.
   */
  send(
    entries: readonly {
      readonly event: QueuedEvent;
      readonly group: string;
      readonly deduplication: string;
    }[],
    budgetMs?: number,
  ): Promise<
    readonly {
      readonly event: QueuedEvent;
      readonly because: string;
      readonly throttled?: boolean;
    }[]
  >;
}

/** Marketo's lead API. One call at a time for each lead is the caller's duty. */
export interface MarketoLeads {
  /** Splits the updates into calls, each as large as the API allows and `callMost` permits. Pure. */
  plan(updates: readonly Update[]): readonly (readonly Update[])[];
  /** One call. Never rejects for what Marketo or the network did: that is a verdict. */
  sync(call: readonly Update[], deadline: EpochMs, mayStart: MayStart): Promise<Answer>;
  /** All fields that leads of this instance have. Rejects when it cannot tell. */
  fields(deadline: EpochMs, mayStart: MayStart): Promise<LeadFields>;
  /** Deletes leads of deleted users. Never rejects. Absent where the API has no such call. */
  remove?(removals: readonly Removal[], deadline: EpochMs, mayStart: MayStart): Promise<Removed>;
}

/** Fields of leads by their SOAP names, which updates use. */
export type LeadFields = ReadonlyMap<string, FieldType>;

/** Asked right before each API request, repeated ones included: whether the budget lets it start. */
export type MayStart = () => Promise<boolean>;

/** Munchkin's web events. Never rejects. */
export interface Munchkin {
  visit(visit: Visit, timeoutMs: number): Promise<VisitVerdict>;
}

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
  /** Writes a dead letter under its own id, in place of one that has this id. It is always taken. */
  putDeadLetter(id: string, letter: DeadLetter | DeadVisit, at: EpochMs): Promise<void>;
  /**
   * Ids of the dead letters that begin with one of these, each of which says whose it is: all that
   * is before a first `#`, and that. Soon, not strongly, consistent.
   */
  listDeadLetters(prefixes: readonly string[]): Promise<readonly string[]>;
  /** Dead letters by their ids, strongly consistent; those that are not there, or retracted, are missing. */
  deadLetters(ids: readonly string[]): Promise<ReadonlyMap<string, DeadLetter | DeadVisit>>;
  /** Empties a dead letter if it is still this one; false: it is another by now, or gone. */
  retractDeadLetter(id: string, letter: DeadLetter | DeadVisit, at: EpochMs): Promise<boolean>;
}

/** Where a page of the index ended; opaque. */
export type IndexCursor = Readonly<Record<string, unknown>>;

/** Whose a visit is, by hashes alone: found when they are deleted. */
export interface Whose {
  readonly order: Order;
  /** The keys whose deletion takes the visit along; those that a lead stands for are not among them. */
  readonly keys: readonly KeyId[];
  readonly lead?: LeadId;
  /** All keys of its event: one of them may come to refuse consent. Absent in a visit of an older version. */
  readonly seenWith?: readonly KeyId[];
}

/** A visit that may have to wait. */
export interface OwnedVisit extends Visit {
  readonly whose?: Whose;
}

/** A visit that Munchkin refused. */
export interface DeadVisit {
  readonly because: string;
  readonly visit: OwnedVisit;
}

/** A hint to look at the index once the delay is over. */
export interface Tick {
  readonly delaySeconds: number;
  /** Due by now, whether or not the index knows yet. */
  readonly leads?: readonly LeadId[];
  /** Visits are due, too. */
  readonly visits?: true;
}

/** The tick queue. May reject; nothing depends on a tick. */
export interface TickQueue {
  send(ticks: readonly Tick[]): Promise<void>;
}

/** Counters that all workers share; each is one atomic number that starts at 0. */
export interface Counters {
  /**
   * Adds, unless the count would then be more than `most`; false: it would, and nothing changed. A
   * lost answer may leave it added: a count is never too low.
   */
  add(key: string, amount: number, limit: Omit<Count, 'key'>): Promise<boolean>;
  /** Takes off what was added. At most once, so never retried; a rejection may mean either. */
  giveBack(key: string, amount: number): Promise<void>;
  /** The count by now, strongly consistent. */
  used(key: string): Promise<number>;
}

/** What is counted and measured for dashboards and alarms. Never throws for what the outside does. */
export interface Metrics {
  /** `amount` absent: 1. */
  count(name: CountName, amount?: number): void;
  /** One value, in the unit of its name. */
  record(name: ValueName, value: number): void;
}
