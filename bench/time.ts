import { createTimers } from '../test/simulation/timers.ts';

/** Something that happens by itself: when it does next (epoch ms), and what it wakes. */
interface Alarm {
  readonly next: () => number | undefined;
  readonly ring: () => void;
}

/** A virtual clock that stands still while something real goes on, as a request over a socket. */
export interface VirtualTime {
  /** Epoch ms. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly watch: (alarm: Alarm) => void;
  /** The clock stands still until this real work is done; one at a time, so that runs repeat. */
  readonly outside: <T>(work: () => Promise<T>) => Promise<T>;
  /** Virtual time passes again within real work, as when it calls back. */
  readonly inside: <T>(work: () => Promise<T>) => Promise<T>;
  /** Lets everything happen that happens until then. */
  readonly runUntil: (end: number) => Promise<void>;
}

export const createVirtualTime = (start: number): VirtualTime => {
  let now = start;
  let atWork = 0;
  let onStandstill: (() => void) | undefined;
  const sleepers = createTimers();
  const alarms: Alarm[] = [];

  const queue: (() => void)[] = [];
  let isTaken = false;
  const take = async (): Promise<void> => {
    atWork += 1;
    if (isTaken)
      await new Promise<void>((resolve) => {
        queue.push(resolve);
      });
    isTaken = true;
  };
  const leave = (): void => {
    atWork -= 1;
    const next = queue.shift();
    if (next) next();
    else isTaken = false;
    if (atWork === 0) onStandstill?.();
  };

  /** Resolves when all that can go on without the clock has gone on. */
  const standstill = async (): Promise<void> => {
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      if (atWork === 0) return;
      await new Promise<void>((resolve) => {
        onStandstill = resolve;
      });
    }
  };

  const nextAlarm = (): { readonly at: number; readonly ring: () => void } | undefined => {
    let first: { readonly at: number; readonly ring: () => void } | undefined;
    for (const { next, ring } of alarms) {
      const at = next();
      if (at !== undefined && at < (first?.at ?? Infinity)) first = { at, ring };
    }
    return first;
  };

  return {
    now: () => now,
    sleep: (ms) => sleepers.sleep(now, ms),
    watch: (alarm) => {
      alarms.push(alarm);
    },
    outside: async (work) => {
      await take();
      return work().finally(leave);
    },
    inside: async (work) => {
      leave();
      return work().finally(take);
    },
    runUntil: async (end) => {
      for (;;) {
        await standstill();
        const alarm = nextAlarm();
        const at = Math.min(sleepers.first()?.at ?? Infinity, alarm?.at ?? Infinity);
        if (at > end) break;
        now = Math.max(now, at);
        if (alarm && alarm.at === at) alarm.ring();
        while ((sleepers.first()?.at ?? Infinity) <= now) sleepers.shift()?.wake();
      }
      now = Math.max(now, end);
    },
  };
};
