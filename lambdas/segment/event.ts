import type { SequenceKey } from './order.ts';
import type { Source } from './source.ts';
import type { EpochMs } from './time.ts';
import type { Unread } from './unread.ts';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/**
 * The call types that travel on: what Marketo has a use for, the request to forget a user, and
 * `withdraw`, which stands for an event of whatever type that refuses consent.
 */
export type EventType = 'identify' | 'track' | 'page' | 'group' | 'delete' | 'withdraw';

/** Whom an event names, by hashes alone: ids of the table. */
export interface HashedKeys {
  readonly cookie?: string;
  readonly userId?: string;
  readonly anonymousId?: string;
  /** Of the leads that its e-mails name. */
  readonly leads: readonly string[];
}

/**
 * One accepted Segment message as it stands on `events.fifo`: checked, stamped and complete.
 * Written by ingest, read by absorb.
 */
export interface QueuedEvent {
  readonly type: EventType;
  readonly messageId: string;
  /** 8 bytes of the messageId's SHA-256, base64url: what mailboxes keep of it. */
  readonly messageHash: string;
  readonly order: SequenceKey;
  /** When it happened, corrected by the sender's clock; of a delete, when it came. */
  readonly timestamp: EpochMs;
  readonly receivedAt: EpochMs;
  /** Absent in an event that an older version put on the queue. */
  readonly source?: Source;
  /** withdraw only, which has nothing else of the event that it stands for. */
  readonly keys?: HashedKeys;
  readonly userId?: string;
  readonly anonymousId?: string;
  /** identify: the person's; group: the group's. */
  readonly traits?: JsonObject;
  /** group only: which group the person is in. */
  readonly groupId?: string;
  /** track only: the event's name. */
  readonly event?: string;
  /** page only. */
  readonly name?: string;
  /** track and page. */
  readonly properties?: JsonObject;
  readonly context?: JsonObject;
  readonly integrations?: JsonObject;
  /** What could not be read of the message; absorb says so. At least one, or absent. */
  readonly unread?: readonly Unread[];
}
