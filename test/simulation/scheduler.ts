import { createTimers } from './timers.ts';

/** The virtual clock of a world. Times are epoch ms. */
export interface Scheduler {
  readonly now: () => number;
  /** Resolves when the clock has come so far; sleepers of one moment wake in the order they lay down. */
  readonly sleep: (ms: number) => Promise<void>;
  /** How many sleepers have woken so far. */
  readonly steps: () => number;
  /** Lets everything happen that happens until then. */
  readonly runUntil: (end: number) => Promise<void>;
}

/**
 * Resolves when all that can go on without the clock has gone on: Node runs a tick that was asked for
 * by a microtask when no microtask is left.
 */
const standstill = (): Promise<void> =>
  new Promise((resolve) => {
    process.nextTick(resolve);
  });

export const createScheduler = (start: number): Scheduler => {
  let now = start;
  let steps = 0;
  const timers = createTimers();

  return {
    now: () => now,
    steps: () => steps,
    sleep: (ms) => timers.sleep(now, ms),
    runUntil: async (end) => {
      for (;;) {
        await standstill();
        const next = timers.first();
        if (next === undefined || next.at > end) break;
        timers.shift();
        now = next.at;
        steps += 1;
        next.wake();
      }
      now = end;
    },
  };
};
