import type { Message } from './message.ts';

/**
 * A binary heap of (time, message), earliest first, ties by sequence number. Entries are never
 * removed from the middle: `holds` says whether one still counts, and when too many do not, they
 * are swept out at once.
 */
export class Deadlines {
  #times: number[] = [];
  #messages: Message[] = [];
  readonly #holds: (message: Message, time: number) => boolean;

  constructor(holds: (message: Message, time: number) => boolean) {
    this.#holds = holds;
  }

  /** How many entries are kept, those that no longer count included. */
  get size(): number {
    return this.#times.length;
  }

  /** Adds an entry. `living` is how many entries can count at most; it bounds what is kept. */
  push(time: number, message: Message, living: number): void {
    if (this.#times.length > 64 + 2 * living) this.#sweep();
    this.#append(time, message);
  }

  /** The earliest time that counts, or undefined. */
  next(): number | undefined {
    for (;;) {
      const time = this.#times[0];
      const message = this.#messages[0];
      if (time === undefined || message === undefined) return undefined;
      if (this.#holds(message, time)) return time;
      this.#removeFirst();
    }
  }

  /** Takes the earliest entry that counts, if its time has come. */
  takeUntil(now: number): Message | undefined {
    const time = this.next();
    if (time === undefined || time > now) return undefined;
    const message = this.#messages[0];
    this.#removeFirst();
    return message;
  }

  #append(time: number, message: Message): void {
    let at = this.#times.length;
    this.#times.push(time);
    this.#messages.push(message);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#before(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #removeFirst(): void {
    const last = this.#times.length - 1;
    this.#swap(0, last);
    this.#times.pop();
    this.#messages.pop();
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= last) return;
      if (child + 1 < last && this.#before(child + 1, child)) child += 1;
      if (!this.#before(child, at)) return;
      this.#swap(at, child);
      at = child;
    }
  }

  #sweep(): void {
    const times = this.#times;
    const messages = this.#messages;
    this.#times = [];
    this.#messages = [];
    messages.forEach((message, index) => {
      const time = times[index];
      if (time !== undefined && this.#holds(message, time)) this.#append(time, message);
    });
  }

  #before(one: number, other: number): boolean {
    const difference = (this.#times[one] ?? 0) - (this.#times[other] ?? 0);
    if (difference !== 0) return difference < 0;
    return (this.#messages[one]?.sequence ?? 0) < (this.#messages[other]?.sequence ?? 0);
  }

  #swap(one: number, other: number): void {
    const time = this.#times[one];
    const message = this.#messages[one];
    const otherTime = this.#times[other];
    const otherMessage = this.#messages[other];
    if (time === undefined || message === undefined) return;
    if (otherTime === undefined || otherMessage === undefined) return;
    this.#times[one] = otherTime;
    this.#messages[one] = otherMessage;
    this.#times[other] = time;
    this.#messages[other] = message;
  }
}
