import type { EpochMs } from '../lambdas/segment/time.ts';
import type {
  AlarmsView,
  BudgetView,
  BulkView,
  CountsView,
  Check,
  DeadOutcome,
  DeadView,
  EventBodies,
  EventDetails,
  EventsQuery,
  EventsView,
  EventView,
  FlowView,
  LeadView,
  Line,
  PeopleView,
  PreviewQuery,
  PreviewView,
  ProblemsView,
  SentView,
  Tally,
  TestEvent,
  Told,
  ToldCall,
  Which,
  Who,
} from './views.ts';

/** Steps and calls as the history has them; empty where none is kept. */
export interface Lines {
  /** Steps of an event by the short hash of its messageId, with the calls that they name, earliest first. */
  ofMessage(message: string): Promise<readonly (Told | ToldCall)[]>;
  /** The latest `most` steps of a lead or key by its hashed id, with the calls that they name, latest first. */
  ofLead(id: string, max: number): Promise<readonly (Told | ToldCall)[]>;
  /** The latest of every kind, latest first. */
  latest(max: number): Promise<readonly Line[]>;
  /** Sums by stretches of `everyMs`, earliest first; empty stretches are there. */
  tally(from: EpochMs, to: EpochMs, everyMs: number): Promise<readonly Tally[]>;
}

/** A page of the dead letters, the events that could not be processed among them. */
export interface DeadPage {
  readonly dead: readonly DeadView[];
  readonly next?: string;
  /**
   * Unprocessed events that are not on any page: they stand behind others of their person, or
   * somebody else looks at them. By their queue's own count, which may be a minute old.
   */
  readonly hidden?: number;
}

/** What the history knows, over all events. Reject with `unusable` where none is kept. */
export interface HistoryViews {
  events(query: EventsQuery): Promise<EventsView>;
  /** An event by the short hash of its messageId; `undefined`: the history does not have it. */
  details(message: string): Promise<EventDetails | undefined>;
  /** The same with its bodies. */
  bodies(message: string): Promise<EventBodies | undefined>;
  /** With this in their e-mail, userId or name. */
  people(part: string): Promise<PeopleView>;
  /** Of so long until now. */
  problems(forMs: number): Promise<ProblemsView>;
  counts(forMs: number): Promise<CountsView>;
}

/** What works on single events, not on what is stored. */
export interface Tools {
  /** Calls nobody. */
  preview(query: PreviewQuery): Promise<PreviewView>;
  /** Sends an event the whole way, to Marketo. */
  sendTest(event: TestEvent): Promise<SentView>;
  /** Sends the deletion of a user, by userId or e-mail. */
  erase(user: string): Promise<SentView>;
}

/**
 * What the console and the command line can ask of one destination, local or deployed. Rejects with
 * an `OperationsError` for what the user can mend.
 */
export interface Operations extends Tools, HistoryViews {
  flow(): Promise<FlowView>;
  lead(who: Who): Promise<LeadView | undefined>;
  event(which: Which): Promise<EventView | undefined>;
  budget(): Promise<BudgetView>;
  dead(after?: string): Promise<DeadPage>;
  resend(ids: readonly string[]): Promise<readonly DeadOutcome[]>;
  drop(ids: readonly string[]): Promise<readonly DeadOutcome[]>;
  check(): Promise<readonly Check[]>;
  /** What rings, and what does not. */
  alarms(): Promise<AlarmsView>;
  /** Lets what waits leave by bulk imports for a while. */
  askForImports(): Promise<BulkView>;
}
