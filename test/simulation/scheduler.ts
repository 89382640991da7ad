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

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
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
  /** By the time they wake; of one time, in the order they came. */
  const sleepers: Sleeper[] = [];

  const placeOf = (at: number): number => {
    let [low, high] = [0, sleepers.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sleepers[middle]?.at ?? Infinity) <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  return {
    now: () => now,
    steps: () => steps,
    sleep: (ms) =>
      new Promise((wake) => {
        const at = now + Math.max(0, Math.ceil(ms));
        sleepers.splice(placeOf(at), 0, { at, wake });
      }),
    runUntil: async (end) => {
      for (;;) {
        await standstill();
        const [next] = sleepers;
        if (next === undefined || next.at > end) break;
        sleepers.shift();
        now = next.at;
        steps += 1;
        next.wake();
      }
      now = end;
    },
  };
};
