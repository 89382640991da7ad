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
  readonly fields?: readonly string[];
  readonly because?: string;
  /** When the next try is due (epoch ms). */
  readonly until?: number;
}

export interface Logger {
  delivery(line: DeliveryLine): void;
  /** Trouble of ours or of a neighbour's. `facts` obey the same privacy rule as a delivery line. */
  warn(message: string, facts?: Readonly<Record<string, string | number | boolean>>): void;
  error(message: string, facts?: Readonly<Record<string, string | number | boolean>>): void;
}
