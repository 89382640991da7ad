import type { Api } from './marketo/leadApis.ts';

/** The one vocabulary of what can happen to an event. */
type Step =
  | 'accepted'
  | 'dropped'
  | 'queued'
  | 'absorbed'
  | 'superseded'
  | 'unchanged'
  | 'held'
  | 'waiting'
  | 'synced'
  | 'visited'
  | 'refused'
  | 'dead';

/**
 * One line of the delivery log. Holds no trait, e-mail, secret or body: messages by id or by the
 * short hash that mailboxes keep, leads by their hashed id, fields by name.
 */
export interface DeliveryLine {
  readonly step: Step;
  readonly messageId?: string;
  /** Short hashes (11 characters): mailboxes keep only these, so they join all lines of an event. */
  readonly messages?: readonly string[];
  readonly lead?: string;
  /** The name of the source that sent it, as the ingest secret has it. */
  readonly source?: string;
  readonly fields?: readonly string[];
  readonly because?: string;
  /** When the next try is due (epoch ms). */
  readonly until?: number;
  /** The call to Marketo that it came of. */
  readonly call?: string;
  /** Of `synced`: Marketo had no such lead, and made one. */
  readonly isCreated?: true;
}

/** One call to Marketo, written down when it has been answered or given up. */
export interface CallLine {
  /** Names the call in the lines of the events that it brought. */
  readonly call: string;
  readonly api: Api;
  /** `fields`: Marketo was asked which fields it has; no lead is in it. */
  readonly about: 'leads' | 'fields';
  readonly leads: number;
  /** API requests that were made of the day's quota. */
  readonly requests: number;
  readonly tookMs: number;
  /** Leads by the kind of their verdict. */
  readonly verdicts: Readonly<Record<string, number>>;
  /** Why, where something other than `synced` came of it: the first reason. */
  readonly because?: string;
}

/** What a line about trouble says beside its message. */
export type Facts = Readonly<Record<string, string | number | boolean>>;

export interface Logger {
  delivery(line: DeliveryLine): void;
  call(line: CallLine): void;
  /** Trouble of ours or of a neighbour's. `facts` obey the same privacy rule as a delivery line. */
  warn(message: string, facts?: Facts): void;
  error(message: string, facts?: Facts): void;
}
