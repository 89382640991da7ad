import { Deque } from './deque.ts';
import type { Message } from './message.ts';

/**
 * Who is next. The queue tells its order what happens to messages and takes deliverable ones from
 * it. Deleted messages are marked `gone` and skipped when their turn comes.
 */
export interface Order {
  /** A new message, visible or delayed; or one restored in flight. */
  add(message: Message): void;
  /** A delay ended. */
  appeared(message: Message): void;
  /** A message in flight is visible again. */
  returned(message: Message): void;
  /** A message is gone; `inFlight` says whether it was in flight. */
  left(message: Message, inFlight: boolean): void;
  /**
   * Offers visible messages until `most` were accepted or none is left. `accept` answers false for
   * one that it sent elsewhere.
   */
  take(max: number, accept: (message: Message) => boolean): void;
}

/** Standard queues promise best-effort order: as sent; what returns goes to the end. */
export class StandardOrder implements Order {
  readonly #visible = new Deque<Message>();

  add(message: Message): void {
    if (message.state === 'visible') this.#visible.push(message);
  }

  appeared(message: Message): void {
    this.#visible.push(message);
  }

  returned(message: Message): void {
    this.#visible.push(message);
  }

  left(): void {
    // Skipped when its turn comes.
  }

  take(max: number, accept: (message: Message) => boolean): void {
    let taken = 0;
    while (taken < max) {
      const message = this.#visible.shift();
      if (message === undefined) return;
      if (message.state === 'visible' && accept(message)) taken += 1;
    }
  }
}
