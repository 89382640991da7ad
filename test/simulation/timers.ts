/** Somebody who waits on a virtual clock, and when it wakes them. */
interface Timer {
  readonly at: number;
  readonly wake: () => void;
}

/** Sleepers of a virtual clock, by the time they wake; of one time, in the order they lay down. */
export const createTimers = () => {
  const timers: Timer[] = [];

  const placeOf = (at: number): number => {
    let [low, high] = [0, timers.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((timers[middle]?.at ?? Infinity) <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  return {
    /** Resolves when the sleeper is woken, which is not before `ms` after `now`. */
    sleep: (now: number, ms: number): Promise<void> =>
      new Promise((wake) => {
        const at = now + Math.max(0, Math.ceil(ms));
        timers.splice(placeOf(at), 0, { at, wake });
      }),
    first: (): Timer | undefined => timers[0],
    shift: (): Timer | undefined => timers.shift(),
  };
};
