import type { QueueAttributes } from './attributes.ts';
import type { Remembered } from './deduplication.ts';
import type { StoredMessage } from './message.ts';

/** Hears of every change of state, after it happened in memory and before the caller learns of it. */
export interface Changes {
  queue(name: string, attributes: QueueAttributes): void;
  /** A message came in. */
  message(queue: string, message: StoredMessage): void;
  /** A message was received, or its visibility changed. */
  moved(queue: string, message: StoredMessage): void;
  gone(queue: string, id: string): void;
  remembered(queue: string, entry: Remembered): void;
  purged(queue: string): void;
}

/** A queue as it can be written down and read back. */
export interface StoredQueue {
  readonly name: string;
  readonly attributes: QueueAttributes;
  /** The highest sequence number given so far. */
  readonly sequence: number;
  /** By sequence number. */
  readonly messages: readonly StoredMessage[];
  /** By their ends. */
  readonly remembered: readonly Remembered[];
}
