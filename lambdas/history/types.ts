import type { CallLine, DeliveryLine, Facts } from '../delivery.ts';
import type { EventType } from '../segment/event.ts';
import type { EpochMs } from '../segment/time.ts';

/**
 * What became of an event. `waiting`: it is in the mailbox of its lead; `held`: nothing is known to
 * look the lead up by; `refused`: Marketo does not take it, or ingest did not; `carriedOut`: an order to delete a
 * user.
 */
export type HistoryOutcome =
  | 'waiting'
  | 'held'
  | 'delivered'
  | 'unchanged'
  | 'superseded'
  | 'dropped'
  | 'refused'
  | 'dead'
  | 'carriedOut';

/** One step of an event, as the delivery log has it. */
export interface HistoryStep extends Pick<
  DeliveryLine,
  'step' | 'fields' | 'because' | 'until' | 'call' | 'isCreated'
> {
  readonly kind: 'step';
  readonly at: EpochMs;
  /** The function that took it. */
  readonly service: string;
  /** Its line names this event alone, by its messageId. */
  readonly isOwn?: true;
}

/** A call to Marketo that carried something of the event. `at` is when it was answered. */
export interface HistoryCall extends CallLine {
  readonly kind: 'call';
  readonly at: EpochMs;
  readonly service: string;
}

/** A warning or an error that a function wrote down. */
export interface HistoryTrouble {
  readonly kind: 'trouble';
  readonly at: EpochMs;
  readonly service: string;
  readonly level: 'warn' | 'error';
  readonly message: string;
  readonly facts: Facts;
}

/** Bodies as JSON text, with `history.payloads` alone. Each may be cut off at `historyLimits.payloadBytes`. */
export interface HistoryPayloads {
  /** The event as it was queued. */
  readonly received?: string;
  /** What went to Marketo of its lead, in the last call. */
  readonly sent?: string;
  /** What Marketo answered for its lead. */
  readonly answer?: string;
}

/** Who sent what, as far as an event says it. Personal data: it stands in the event's own item and nowhere else. */
export interface EventDescription extends HistoryPayloads {
  readonly messageId: string;
  readonly type: EventType;
  /** Of a track its event, of a page its name. */
  readonly name?: string;
  /** Which write key sent it, by its name in the ingest secret. */
  readonly source?: string;
  readonly receivedAt: EpochMs;
  readonly email?: string;
  readonly userId?: string;
  readonly anonymousId?: string;
  /** The person's name by its traits. */
  readonly personName?: string;
}

/** What lists show of an event, and filters look at. No personal data: names and reasons are scrubbed. */
export interface HistoryRow {
  /** Short hash of the messageId. */
  readonly message: string;
  /** Hashed id of its lead or of the key under which it is held; absent: nobody is known. */
  readonly owner?: string;
  readonly outcome: HistoryOutcome;
  /** When it came to this outcome. */
  readonly at: EpochMs;
  readonly receivedAt?: EpochMs;
  readonly type?: EventType;
  readonly name?: string;
  readonly source?: string;
  readonly reason?: string;
  /** Absent where it may name somebody. */
  readonly messageId?: string;
  /** This row is of when the event came, and not of what came of it later. */
  readonly isArrival?: true;
}

/** An event with everything that the history knows of it. */
export interface HistoryEvent
  extends
    Omit<HistoryRow, 'messageId' | 'isArrival'>,
    Partial<Omit<EventDescription, 'receivedAt'>> {
  /** Earliest first; a call stands before what came of it. */
  readonly steps: readonly (HistoryStep | HistoryCall)[];
}

/** A person by whom events can be found. */
export interface HistoryPerson {
  /** Hashed id of the lead, or of a key that no lead is known for. */
  readonly owner: string;
  readonly email?: string;
  readonly userId?: string;
  readonly name?: string;
  /** When an event last said so. */
  readonly at: EpochMs;
}
