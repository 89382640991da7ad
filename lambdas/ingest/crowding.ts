import { crowdingLimits } from '../limits.ts';
import type { Clock } from '../ports.ts';

interface Counted {
  readonly source: string;
  readonly group: string;
}

/**
 * How many events of one group each source has sent lately, as this environment saw it: requests
 * fall to environments at random, so each sees its share of a crowd. Counts are forgotten after one
 * to two windows, earlier where there are more groups than can be remembered.
 */
export class Crowding {
  readonly #clock: Clock;
  #counts = new Map<string, number>();
  #before = new Map<string, number>();
  #since: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#since = clock.now();
  }

  /** Counts an event. Says how many its source has sent for its group by now. */
  note({ source, group }: Counted): number {
    this.#forget();
    // A source's name has no blank.
    const key = `${source} ${group}`;
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    return count + (this.#before.get(key) ?? 0);
  }

  #forget(): void {
    const age = this.#clock.now() - this.#since;
    if (age < crowdingLimits.windowMs && this.#counts.size < crowdingLimits.groups) return;
    this.#before = age < 2 * crowdingLimits.windowMs ? this.#counts : new Map<string, number>();
    this.#counts = new Map();
    this.#since = this.#clock.now();
  }
}
