import { createHash } from 'node:crypto';
import { Deque } from './deque.ts';
import { sqsLimits } from './limits.ts';
import type { Sent } from './message.ts';

/** A deduplication id that was sent, until it may be sent again (epoch ms). */
export interface Remembered extends Sent {
  readonly key: string;
  readonly until: number;
}

/**
 * A FIFO queue's memory of what was sent. It is about sending, so it outlives the message: "Amazon
 * SQS continues to keep track of the message deduplication ID even after the message is received
 * and deleted" (SendMessage).
 */
export class Deduplication {
  readonly #known = new Map<string, Remembered>();
  readonly #ends = new Deque<Remembered>();

  find(key: string, now: number): Sent | undefined {
    for (let oldest = this.#ends.peek(); oldest !== undefined; oldest = this.#ends.peek()) {
      if (oldest.until > now) break;
      this.#ends.shift();
      if (this.#known.get(oldest.key) === oldest) this.#known.delete(oldest.key);
    }
    return this.#known.get(key);
  }

  remember(key: string, now: number, { id, sequence }: Sent): Remembered {
    const entry = { key, until: now + sqsLimits.deduplicationMs, id, sequence };
    this.restore(entry);
    return entry;
  }

  /** Entries come in the order of their ends. */
  restore(entry: Remembered): void {
    this.#known.set(entry.key, entry);
    this.#ends.push(entry);
  }
}

/** The id that `ContentBasedDeduplication` derives: SHA-256 of the body, attributes left out. */
export const contentId = (body: string): string => createHash('sha256').update(body).digest('hex');

/** Group ids hold no space, so two different pairs never make one key. */
export const deduplicationKey = (perGroup: boolean, group: string, id: string): string =>
  perGroup ? `${group} ${id}` : id;
