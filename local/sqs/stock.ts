import { Deadlines } from './deadlines.ts';
import { FifoOrder } from './fifo-order.ts';
import type { Message } from './message.ts';
import { StandardOrder } from './order.ts';
import type { Order } from './order.ts';

/** How many messages are where. */
export interface QueueCounts {
  readonly visible: number;
  readonly delayed: number;
  readonly inFlight: number;
}

/**
 * The messages of one queue and what state each is in:
 *
 *     delayed ──▶ visible ◀──▶ inFlight ──▶ gone (from each of the other three)
 *
 * Knows nothing of requests; `gone` hears of each message that leaves.
 */
export class Stock {
  readonly messages = new Map<string, Message>();
  #delayed = 0;
  #inFlight = 0;
  #order: Order;
  readonly #fifo: boolean;
  readonly #gone: (message: Message) => void;
  readonly #hidden = new Deadlines(
    ({ state, visibleAt }, time) =>
      (state === 'inFlight' || state === 'delayed') && visibleAt === time,
  );
  readonly #ages = new Deadlines(({ state }) => state !== 'gone');

  constructor(fifo: boolean, gone: (message: Message) => void) {
    this.#fifo = fifo;
    this.#gone = gone;
    this.#order = fifo ? new FifoOrder() : new StandardOrder();
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  counts(): QueueCounts {
    return {
      visible: this.messages.size - this.#delayed - this.#inFlight,
      delayed: this.#delayed,
      inFlight: this.#inFlight,
    };
  }

  add(message: Message): void {
    this.messages.set(message.id, message);
    this.#ages.push(message.sentAt, message, this.messages.size);
    if (message.state === 'delayed') this.#delayed += 1;
    if (message.state === 'inFlight') this.#inFlight += 1;
    if (message.state !== 'visible') this.hide(message, message.visibleAt);
    this.#order.add(message);
  }

  /** Offers visible messages in their order; those that `accept` takes are in flight until `until`. */
  take(max: number, until: number, accept: (message: Message) => boolean): void {
    this.#order.take(max, (message) => {
      if (!accept(message)) return false;
      message.state = 'inFlight';
      this.#inFlight += 1;
      this.hide(message, until);
      return true;
    });
  }

  /** Sets when a message that is delayed or in flight becomes visible. */
  hide(message: Message, until: number): void {
    message.visibleAt = until;
    this.#hidden.push(until, message, this.#delayed + this.#inFlight);
  }

  remove(message: Message): void {
    const { state } = message;
    this.forget(message);
    this.#order.left(message, state === 'inFlight');
  }

  /** Drops a message that `take` has just offered. */
  forget(message: Message): void {
    if (message.state === 'delayed') this.#delayed -= 1;
    if (message.state === 'inFlight') this.#inFlight -= 1;
    message.state = 'gone';
    this.messages.delete(message.id);
    this.#gone(message);
  }

  clear(): void {
    for (const message of this.messages.values()) message.state = 'gone';
    this.messages.clear();
    this.#delayed = this.#inFlight = 0;
    this.#order = this.#fifo ? new FifoOrder() : new StandardOrder();
  }

  /** Lets happen what time brought: messages sent at or before `oldest` go, hidden ones appear. */
  settle(now: number, oldest: number): void {
    for (let old = this.#ages.takeUntil(oldest); old; old = this.#ages.takeUntil(oldest))
      this.remove(old);
    for (let next = this.#hidden.takeUntil(now); next; next = this.#hidden.takeUntil(now))
      this.#show(next);
  }

  nextDeadline(): number | undefined {
    return this.#hidden.next();
  }

  #show(message: Message): void {
    const wasDelayed = message.state === 'delayed';
    message.state = 'visible';
    if (wasDelayed) {
      this.#delayed -= 1;
      this.#order.appeared(message);
    } else {
      this.#inFlight -= 1;
      this.#order.returned(message);
    }
  }
}
