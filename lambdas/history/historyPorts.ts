import type { EpochMs } from '../segment/time.ts';
import type { Latencies } from './latencies.ts';
import type {
  EventDescription,
  HistoryCall,
  HistoryEvent,
  HistoryOutcome,
  HistoryPayloads,
  HistoryPerson,
  HistoryRow,
  HistoryStep,
  HistoryTrouble,
} from './types.ts';

/** What one invocation has to say of one event. */
export interface HistoryUpdate {
  /** Short hash of the messageId. */
  readonly message: string;
  /** Absent: nobody is known, and lists alone name the event. */
  readonly owner?: string;
  readonly at: EpochMs;
  readonly outcome: HistoryOutcome;
  readonly reason?: string;
  readonly steps: readonly (HistoryStep | HistoryCall)[];
  /** The outcome counts whatever was known before: somebody has resent the event. */
  readonly resets?: true;
  readonly about?: EventDescription;
  readonly payloads?: HistoryPayloads;
  /** Consent was refused: bodies that are there go. */
  readonly withdrawn?: true;
  /** Where no description says so. */
  readonly source?: string;
  readonly messageId?: string;
  /** Keys under which it may have been held until now. */
  readonly movedFrom?: readonly string[];
}

/** What one invocation writes down. */
export interface HistoryBatch {
  readonly updates: readonly HistoryUpdate[];
  readonly calls: readonly HistoryCall[];
  readonly troubles: readonly HistoryTrouble[];
}

/** The history as the functions write it. Rejects where some of it is lost: nothing may depend on it. */
export interface HistoryWriter {
  write(batch: HistoryBatch, signal: AbortSignal): Promise<void>;
  /** Deletes what stands under these ids of leads and keys and was received until then, the persons too. */
  erase(owners: readonly string[], until: EpochMs): Promise<void>;
}

/** All given conditions hold. Absent ones ask for nothing. */
export interface HistoryFilter {
  readonly from?: EpochMs;
  readonly to?: EpochMs;
  readonly outcomes?: readonly HistoryOutcome[];
  readonly type?: string;
  /** Part of a track's event or a page's name, whatever its case. */
  readonly name?: string;
  readonly source?: string;
  /** Part of the reason. */
  readonly reason?: string;
  /** Part of an e-mail, a userId or a person's name, whatever its case: at least three characters. */
  readonly person?: string;
  /** Hashed id of a lead or key. */
  readonly owner?: string;
  /** Part of the messageId. */
  readonly messageId?: string;
}

export interface HistoryPage {
  /** Latest first. An event stands once, with its latest outcome. */
  readonly events: readonly HistoryEvent[];
  /** Where the next page begins; absent: there is none. A page may be short, or empty, before the last one. */
  readonly next?: string;
  /** Nothing between this and `to` is missing on the pages so far. */
  readonly searchedTo: EpochMs;
}

/** One thing that a function wrote down. */
export type HistoryLine = ({ readonly kind: 'event' } & HistoryRow) | HistoryCall | HistoryTrouble;

/** What ended in a stretch of time that begins at `at`. */
export interface HistoryCount {
  readonly at: EpochMs;
  /** Events that came in and were absorbed. */
  readonly received: number;
  /** Events by outcome; `waiting` counts those that came into a mailbox. */
  readonly outcomes: Readonly<Partial<Record<HistoryOutcome, number>>>;
  readonly calls: number;
  readonly requests: number;
  /** From accepted to in Marketo, of what got there; absent in what was summed up before it was counted. */
  readonly latencies?: Latencies;
}

/** Events that ended for one reason. */
export interface HistoryProblem {
  readonly outcome: HistoryOutcome;
  readonly reason: string;
  readonly events: number;
  readonly people: number;
  /** There are more people than were counted. */
  readonly isMorePeople: boolean;
  readonly firstAt: EpochMs;
  readonly latestAt: EpochMs;
  /** Of the first and the latest event: message, and the owner where one is known. */
  readonly first: { readonly message: string; readonly owner?: string };
  readonly latest: { readonly message: string; readonly owner?: string };
}

/**
 * The history as the console reads it. All of it is eventually consistent: an event is there about a
 * second after its invocation. Absent altogether (`history.days: 0`), the console says that there is none.
 *
 * - Events page: `search`, latest first, with a cursor. Each call looks for `budgetMs` at most and
 *   returns what it found; go on with `next` for older ones.
 * - A person: `ofOwner` for the lead and for each key of it. `people` finds persons by parts.
 * - Flow: `counts`. Problems: `problems`, over every outcome that is one; examples open by `event`.
 * - Live tail: `latest`, or `search` without a cursor, again and again.
 */
export interface HistoryReader {
  /** An event by the short hash of its messageId; with the owner at once, without it by a search. */
  event(message: string, owner?: string): Promise<HistoryEvent | undefined>;
  /** The latest events of a lead or key, latest first. */
  ofOwner(owner: string, most: number): Promise<readonly HistoryEvent[]>;
  search(
    filter: HistoryFilter,
    page: { readonly most: number; readonly after?: string; readonly budgetMs?: number },
  ): Promise<HistoryPage>;
  /** Stretches of `everyMs` from `from`, earliest first; empty ones are there. */
  counts(from: EpochMs, to: EpochMs, everyMs: number): Promise<readonly HistoryCount[]>;
  /** By outcome and reason, most events first. */
  problems(from: EpochMs, to: EpochMs): Promise<readonly HistoryProblem[]>;
  /** Persons with this in their e-mail, userId or name, the latest first. */
  people(part: string, most: number): Promise<readonly HistoryPerson[]>;
  /** What the functions last wrote down, latest first. */
  latest(most: number): Promise<readonly HistoryLine[]>;
}
