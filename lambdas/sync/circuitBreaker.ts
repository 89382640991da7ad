import { dayOf } from '../lead/centralTime.ts';
import { answered, closed, comeBackAt, passage } from '../lead/circuitBreaker.ts';
import type { Window, WindowTiming } from '../lead/circuitBreaker.ts';
import { without } from '../lead/without.ts';
import type { Logger } from '../delivery.ts';
import type { Clock, Metrics, Random } from '../ports.ts';
import type { EpochMs } from '../segment/time.ts';
import type { Loaded, Store } from '../store/leadStore.ts';

interface WindowPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly timing: WindowTiming;
}

type Entry =
  | { readonly kind: 'open' | 'probe' }
  /** When each lead should come back, jittered. */
  | { readonly kind: 'closed'; readonly comeBack: () => EpochMs };

export type SharedWindow = ReturnType<typeof createWindow>;

/**
 * The window before a failure. Where nobody tried since the day before, the day's quota was used up,
 * for leads that wait for Marketo come back within `longestDelayMs`: only what fails now counts.
 */
const sinceReset = (
  window: Window,
  now: EpochMs,
  { longestDelayMs }: Pick<WindowTiming, 'longestDelayMs'>,
): Window => {
  const { closedUntil = now } = window;
  const isRested = closedUntil + longestDelayMs < dayOf(now).startsAt;
  return isRested ? without(window, 'closedSince') : window;
};

/** The window that all workers share: one item of the leads table. */
export const createWindow = ({ store, clock, random, logger, metrics, timing }: WindowPorts) => {
  const item = store.shared<Window>('window');

  /** Writes until it is written; `change` returns the same window when there is nothing to write. */
  const update = async (change: (window: Window) => Window): Promise<Window> => {
    for (;;) {
      const loaded = await item.load();
      const before = loaded.state ?? {};
      const after = change(before);
      if (after === before || (await item.save(loaded, after))) return after;
    }
  };

  const waitIn = (window: Window, until: EpochMs): (() => EpochMs) => {
    const now = clock.now();
    return () => comeBackAt(window, until, now, random(), timing);
  };

  return {
    /** Whether a call may start now, or is the one that tries whether calls are answered again. */
    enter: async (): Promise<Entry> => {
      for (;;) {
        const loaded: Loaded<Window> = await item.load();
        const window = loaded.state ?? {};
        const way = passage(window, clock.now(), timing);
        if (way.kind === 'open') return { kind: 'open' };
        if (way.kind === 'closed') return { kind: 'closed', comeBack: waitIn(window, way.until) };
        if (await item.save(loaded, way.window)) return { kind: 'probe' };
      }
    },
    /** After a call that found Marketo unavailable. Returns when each lead should come back. */
    close: async (because: string): Promise<() => EpochMs> => {
      const window = await update((before) => {
        const at = clock.now();
        return closed(sinceReset(before, at, timing), at, because, random(), timing);
      });
      const now = clock.now();
      const { closedSince = now, closedUntil: until = now } = window;
      metrics.record('UnavailableFor', Math.max(0, now - closedSince));
      logger.error('Marketo is unavailable; all leads wait', {
        because,
        until: new Date(until).toISOString(),
      });
      return waitIn(window, until);
    },
    /** After a probe that found no lead to call for: the next one may try at once. */
    passProbe: async (): Promise<void> => {
      await update((before) => (before.probeUntil ? without(before, 'probeUntil') : before));
    },
    /** After a call that Marketo answered. Resolves to when an answer last synced a lead. */
    open: async (isSynced: boolean): Promise<EpochMs | undefined> => {
      const after = await update((before) => answered(before, clock.now(), isSynced, timing));
      return after.syncedAt;
    },
  };
};
