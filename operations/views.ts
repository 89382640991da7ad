import type { CallLine, DeliveryLine } from '../lambdas/delivery.ts';
import type {
  HistoryCount,
  HistoryFilter,
  HistoryPage,
  HistoryProblem,
} from '../lambdas/history/historyPorts.ts';
import type {
  EventDescription,
  HistoryEvent,
  HistoryPayloads,
  HistoryPerson,
} from '../lambdas/history/types.ts';
import type { FieldValue, KeyId, LeadId } from '../lambdas/lead/leadTypes.ts';
import type { Api } from '../lambdas/marketo/leadApis.ts';
import type { Json, JsonObject } from '../lambdas/segment/event.ts';
import type { EpochMs } from '../lambdas/segment/time.ts';
import type { Preview } from './preview/types.ts';

/** A line of the delivery log, with when it was written and by which function. */
export interface Told extends DeliveryLine {
  readonly kind: 'step';
  readonly at: EpochMs;
  readonly service: string;
  /** Never empty but for a request that was refused before its messages were read. */
  readonly messages: readonly string[];
}

/** A line about one call to Marketo. `at` is when it was answered. */
export interface ToldCall extends CallLine {
  readonly kind: 'call';
  readonly at: EpochMs;
  readonly service: string;
}

/** Trouble that a function wrote down. */
export interface ToldTrouble {
  readonly kind: 'trouble';
  readonly at: EpochMs;
  readonly service: string;
  readonly level: 'warn' | 'error';
  readonly message: string;
  readonly facts: Readonly<Record<string, string | number | boolean>>;
}

export type Line = Told | ToldCall | ToldTrouble;

/** Whom to look for. `lead` and `key` are the hashed ids that lines and addresses of pages use. */
export type Who =
  | { readonly email: string }
  | { readonly userId: string }
  | { readonly anonymousId: string }
  | { readonly cookie: string }
  | { readonly lead: string }
  | { readonly key: string };

/** Which event: by its messageId, or by the short hash of it that lines use. */
export type Which = { readonly messageId: string } | { readonly message: string };

export interface FieldView {
  readonly name: string;
  /** `held`: waits for an e-mail · `waiting`: for its call · `rejected`: Marketo does not take it. */
  readonly state: 'sent' | 'waiting' | 'held' | 'rejected';
  /** Absent once Marketo has it: only its digest is kept. */
  readonly value?: FieldValue;
  /** Why it waits, or was rejected. */
  readonly because?: string;
  /** When it came into that state, as well as the table knows. */
  readonly since?: EpochMs;
  /** When it goes next, or is tried again. */
  readonly until?: EpochMs;
  /** Short hash of the event that said it last. */
  readonly message: string;
}

export interface CookieView {
  readonly token: string;
  readonly state: 'associated' | 'waiting' | 'held' | 'rejected';
  readonly because?: string;
}

export interface ActivityView {
  readonly typeId: number;
  readonly primary: string;
  readonly state: 'waiting' | 'held';
  readonly since: EpochMs;
  readonly message: string;
}

export interface DeadView {
  /** What `resend` and `drop` take. */
  readonly id: string;
  readonly at?: EpochMs;
  readonly because: string;
  /** `event`: one that the worker could not process, from the dead-letter queue. */
  readonly kind: 'lead' | 'visit' | 'event';
  readonly lead?: LeadId;
  readonly key?: KeyId;
  /** Without a value where whoever asks may not see it. */
  readonly fields: readonly { readonly name: string; readonly value?: FieldValue }[];
  readonly activities: number;
  /** Page of a visit. */
  readonly page?: string;
  /** Short hashes of the events in it. */
  readonly messages: readonly string[];
}

/** A person: a lead, or a key that waits for an e-mail. */
export interface LeadView {
  readonly now: EpochMs;
  /** Why everything is, or is not, in Marketo: one or two sentences for somebody in a hurry. */
  readonly summary: string;
  readonly lead?: LeadId;
  /** The key that was looked for, where it has no lead. */
  readonly key?: KeyId;
  readonly address?: string;
  readonly marketoId?: number;
  /** The keys that point to this lead, as far as its mailbox knows them. */
  readonly aliases: readonly { readonly key: KeyId; readonly kind?: string }[];
  readonly cookies: readonly CookieView[];
  readonly fields: readonly FieldView[];
  readonly activities: readonly ActivityView[];
  readonly lock: {
    readonly lockedUntil?: EpochMs;
    /** A call is on its way; `lockedUntil` is its lease. */
    readonly isCalling: boolean;
    /** That call is a bulk import. */
    readonly isImporting?: true;
    /** When the lead may go next, by the index; in the past: since when it has been due. */
    readonly nextAt?: EpochMs;
    readonly attempts: number;
    /** Why what is pending does not go, though the lead is free: Marketo is closed to all, or its turn comes later. */
    readonly heldUp?: string;
  };
  readonly dead: readonly DeadView[];
  /** How long history is kept; 0: none is, so that nothing is known of what has ended. */
  readonly historyDays: number;
  /** Its events and calls, latest first. */
  readonly timeline: readonly (Told | ToldCall)[];
}

export interface EventView {
  readonly now: EpochMs;
  readonly message: string;
  readonly messageId?: string;
  readonly lead?: LeadId;
  /** What became of it: one or two sentences for somebody in a hurry. */
  readonly summary: string;
  readonly isDone: boolean;
  /** The same in a word. */
  readonly state: EventState;
  /** From the first line to the last. */
  readonly tookMs: number;
  /** Earliest first; a call stands once, with the steps that came of it behind it. */
  readonly steps: readonly ((Told | ToldCall) & { readonly afterMs: number })[];
  readonly dead: readonly DeadView[];
}

/** What became of an event, in a word; `queued`: as far as anybody knows. */
export type EventState =
  | 'queued'
  | 'refused by ingest'
  | 'waiting'
  | 'held'
  | 'dead'
  | 'delivered'
  | 'rejected'
  | 'unchanged'
  | 'superseded'
  | 'dropped'
  | 'carried out';

/** An event as its sender described it, and which bodies there are of it. */
export interface EventDetails
  extends
    Pick<HistoryEvent, 'message' | 'outcome' | 'reason' | 'owner' | 'receivedAt'>,
    Partial<Pick<EventDescription, 'type' | 'name' | 'source' | PersonalName>> {
  readonly now: EpochMs;
  /** None: they are not kept (`history.payloads`), or went with a deletion or a refusal. */
  readonly bodies: readonly (keyof HistoryPayloads)[];
}

/** What of an event names a person. */
type PersonalName = 'email' | 'userId' | 'anonymousId' | 'personName';

/** The same with the bodies themselves, as JSON text that may be cut off. */
export type EventBodies = EventDetails & HistoryPayloads;

/** What happened in a stretch of time that begins at `at`. */
export interface Tally {
  readonly at: EpochMs;
  /** Messages by step. */
  readonly steps: Readonly<Partial<Record<DeliveryLine['step'], number>>>;
  readonly calls: number;
  readonly requests: number;
}

export interface QueueView {
  readonly waiting: number;
  /** Sent with a delay that has not ended. */
  readonly delayed: number;
  readonly inFlight: number;
}

export interface FlowView {
  readonly now: EpochMs;
  readonly events: QueueView;
  readonly ticks: QueueView;
  readonly deadEvents: QueueView;
  /** Leads and keys with something pending or held. `isAll` false: there are more. */
  readonly pending: { readonly count: number; readonly isAll: boolean };
  readonly deadLetters: { readonly count: number; readonly isAll: boolean };
  /** One a minute for the last hour, earliest first. */
  readonly tallies: readonly Tally[];
  /** Marketo is closed to all, and why. */
  readonly closed?: { readonly until?: EpochMs; readonly because?: string };
  /** How long history is kept; 0: none is, so that there are no sums and no lines. */
  readonly historyDays: number;
  /** The latest lines, latest first. */
  readonly latest: readonly Line[];
}

export interface BudgetView {
  readonly now: EpochMs;
  readonly api: Api;
  readonly dailyCalls: number;
  readonly used: number;
  readonly dayStartedAt: EpochMs;
  readonly resetsAt: EpochMs;
  readonly perWindow: number;
  readonly windowMs: number;
  /** Requests by quarter of an hour since the day started, earliest first. */
  readonly tallies: readonly Tally[];
  /** How many calls may have gone by a moment for the quota to last: the line that calls are held to. */
  readonly pace: readonly { readonly at: EpochMs; readonly most: number }[];
  readonly closed?: { readonly until?: EpochMs; readonly because?: string };
}

/** What became of one dead letter that was to be resent or dropped. */
export interface DeadOutcome {
  readonly id: string;
  /** `kept`: it is a dead letter still; `because` says why, and what to do. */
  readonly outcome: 'resent' | 'superseded' | 'dropped' | 'gone' | 'kept';
  readonly because?: string;
}

/** One thing that `check` looked at. */
export interface Check {
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'wrong';
  readonly says: string;
  /** What to do; absent where nothing needs to be done. */
  readonly todo?: string;
}

/** An alarm of the stack, as CloudWatch has it. */
export interface AlarmView {
  /** Without the stack's name. */
  readonly name: string;
  /** `unknown`: CloudWatch has too little data to say. */
  readonly state: 'rings' | 'quiet' | 'unknown';
  /** What it means. */
  readonly says: string;
  /** Where docs/operations.md says what to do. */
  readonly section?: string;
  readonly since?: EpochMs;
}

export interface AlarmsView {
  readonly now: EpochMs;
  /** Those that ring first. */
  readonly alarms: readonly AlarmView[];
  /** Why there are none. */
  readonly because?: string;
}

/** An event to preview, and the text of a mapping file that is tried on it. */
export interface PreviewQuery {
  readonly event: Json;
  /** What the event counts as: what a browser's key may do is less. */
  readonly source: 'browser' | 'server';
  /** Absent: only the mapping in force counts. */
  readonly mapping?: string;
}

export interface PreviewView {
  /** The mapping in force, as the text of a mapping file. */
  readonly mapping: string;
  /** What the event becomes by it. */
  readonly preview: Preview;
  /** What it becomes by the mapping that is tried; absent where there is none or it has problems. */
  readonly tried?: Preview;
  /** What is wrong with the mapping that is tried. */
  readonly problems: readonly string[];
}

/** Bulk imports that somebody asked for. */
export interface BulkView {
  /** They take what they can until then. */
  readonly until: EpochMs;
}

/** A test event that ingest has accepted. */
export interface SentView {
  readonly messageId: string;
  /** Its short hash, as lines and addresses of pages use it. */
  readonly message: string;
}

export type TestEvent = JsonObject;

/** Which events to look for. */
export interface EventsQuery {
  readonly filter: HistoryFilter;
  readonly most: number;
  /** `next` of the page before. */
  readonly after?: string;
}

export interface EventsView extends HistoryPage {
  readonly now: EpochMs;
}

export interface PeopleView {
  readonly now: EpochMs;
  readonly people: readonly HistoryPerson[];
}

/** Why events did not come to Marketo as they were sent, by reason. */
export interface ProblemsView {
  readonly now: EpochMs;
  readonly problems: readonly HistoryProblem[];
}

/** Sums by stretches of `everyMs`, earliest first. */
export interface CountsView {
  readonly now: EpochMs;
  readonly everyMs: number;
  /** Calls of a stretch that let the day's quota last. */
  readonly paceCalls: number;
  readonly counts: readonly HistoryCount[];
}

/** Which destination the console shows. */
export interface Info {
  /** The stack's name, or what the local run is called. */
  readonly name: string;
  readonly isLocal: boolean;
  /** Base URL that events are sent to. */
  readonly ingestUrl: string;
  /** A write key that is no secret, or where to find it; absent: nothing is known of it. */
  readonly writeKeyHint?: string;
  /** What whoever asks may do; absent: all. */
  readonly role?: 'viewer' | 'operator';
  /** What whoever asks sees of people; absent: everything. */
  readonly personalData?: 'reveal' | 'hidden';
}
