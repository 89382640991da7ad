/** A clock that can also ring. */
export interface AlarmClock {
  /** Epoch ms; must never go back. */
  now(): number;
  /** Calls `ring` once at or soon after `at`; the answer cancels it. */
  alarm(at: number, ring: () => void): () => void;
}

let latest = 0;

/** The machine's clock, held still while the machine sets it back. */
export const systemClock: AlarmClock = {
  now: () => (latest = Math.max(latest, Date.now())),
  alarm: (at, ring) => {
    const timer = setTimeout(ring, Math.max(0, at - Date.now()));
    return () => {
      clearTimeout(timer);
    };
  },
};

/** A clock that stands still until it is told; then alarms ring in the order of their times. */
export class ManualClock implements AlarmClock {
  #now: number;
  #alarms: { readonly at: number; readonly ring: () => void }[] = [];

  constructor(start: number) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  /** When the alarms that are set will ring. */
  get alarms(): readonly number[] {
    return this.#alarms.map(({ at }) => at);
  }

  alarm(at: number, ring: () => void): () => void {
    const alarm = { at, ring };
    this.#alarms.push(alarm);
    return () => {
      this.#alarms = this.#alarms.filter((other) => other !== alarm);
    };
  }

  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (;;) {
      const due = this.#alarms
        .filter(({ at }) => at <= end)
        .toSorted((one, other) => one.at - other.at)[0];
      if (due === undefined) break;
      this.#alarms = this.#alarms.filter((other) => other !== due);
      this.#now = Math.max(this.#now, due.at);
      due.ring();
    }
    this.#now = end;
  }
}
