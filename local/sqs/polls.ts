import type { AlarmClock } from './clock.ts';
import type { Received } from './message.ts';
import type { Queue } from './queue.ts';

interface Poll {
  readonly queue: Queue;
  readonly receive: () => readonly Received[];
  readonly until: number;
  readonly done: (received: readonly Received[]) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Long polls. They are looked at again after every operation and whenever something may become
 * visible by itself, in the order in which they came.
 */
export class Polls {
  #waiting: Poll[] = [];
  #closed = false;
  #cancelAlarm: (() => void) | undefined;
  readonly #clock: AlarmClock;

  constructor(clock: AlarmClock) {
    this.#clock = clock;
  }

  /** Resolves with what `receive` finds, or with nothing when the wait ends or `signal` aborts. */
  wait(
    queue: Queue,
    seconds: number,
    signal: AbortSignal,
    receive: () => readonly Received[],
  ): Promise<readonly Received[]> {
    const found = receive();
    if (found.length > 0 || seconds === 0 || this.#closed || signal.aborted)
      return Promise.resolve(found);
    return new Promise((done, failed) => {
      const poll = { queue, receive, until: this.#clock.now() + seconds * 1_000, done, failed };
      this.#waiting.push(poll);
      signal.addEventListener('abort', () => {
        this.#waiting = this.#waiting.filter((other) => other !== poll);
        this.#setAlarm();
        done([]);
      });
      this.examine();
    });
  }

  /** Looks at all waiting polls. Call it after anything that may have made a message deliverable. */
  examine(): void {
    if (this.#waiting.length === 0) return;
    // Twice: a receive may have moved a message to a dead-letter queue whose poll was served before.
    for (let pass = 0; pass < 2; pass += 1)
      this.#waiting = this.#waiting.filter((poll) => !this.#serve(poll));
    this.#setAlarm();
  }

  /** Answers every waiting poll with nothing; later ones do not wait. */
  close(): void {
    this.#closed = true;
    this.#cancelAlarm?.();
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const poll of waiting) poll.done([]);
  }

  /** True when the poll has its answer. */
  #serve(poll: Poll): boolean {
    try {
      const received = poll.receive();
      if (received.length === 0 && this.#clock.now() < poll.until) return false;
      poll.done(received);
    } catch (error) {
      poll.failed(error);
    }
    return true;
  }

  #setAlarm(): void {
    this.#cancelAlarm?.();
    this.#cancelAlarm = undefined;
    if (this.#waiting.length === 0) return;
    let next = Number.POSITIVE_INFINITY;
    for (const { queue, until } of this.#waiting)
      next = Math.min(next, until, queue.nextDeadline() ?? until);
    this.#cancelAlarm = this.#clock.alarm(next, () => {
      this.examine();
    });
  }
}
