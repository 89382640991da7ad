import type { AlarmClock } from './sqs/clock.ts';

/** The machine's clock, which a test can set forward for the whole run, its functions included. */
export interface ForwardClock extends AlarmClock {
  /** Milliseconds it is ahead, as one Float64, where the functions' threads can read them. */
  readonly ahead: SharedArrayBuffer;
  advance(milliseconds: number): void;
}

export const createForwardClock = (): ForwardClock => {
  const ahead = new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT);
  const cell = new Float64Array(ahead);
  /** Sets each waiting alarm anew. */
  const alarms = new Map<symbol, () => void>();
  const now = (): number => Date.now() + (cell[0] ?? 0);
  return {
    ahead,
    now,
    alarm: (at, ring) => {
      const key = Symbol();
      let timer: NodeJS.Timeout | undefined;
      const cancel = (): void => {
        clearTimeout(timer);
        alarms.delete(key);
      };
      const set = (): void => {
        clearTimeout(timer);
        timer = setTimeout(
          () => {
            cancel();
            ring();
          },
          Math.max(0, at - now()),
        );
      };
      alarms.set(key, set);
      set();
      return cancel;
    },
    advance: (milliseconds) => {
      cell[0] = (cell[0] ?? 0) + milliseconds;
      alarms.forEach((set) => {
        set();
      });
    },
  };
};
