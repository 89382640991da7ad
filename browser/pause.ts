import { browserTiming } from './limits.ts';

/**
 * Waits `ms`, or until `isOver` holds; and no longer than the page lives, so that what waits is sent
 * with its last breath.
 */
export const pause = (ms: number, isOver = (): unknown => false): Promise<void> =>
  new Promise((resolve) => {
    let left = ms;
    const end = (): void => {
      clearInterval(timer);
      removeEventListener('pagehide', end);
      resolve();
    };
    const look = (): void => {
      if (left <= 0 || isOver()) end();
      left -= browserTiming.lookMs;
    };
    const timer = setInterval(look, browserTiming.lookMs);
    addEventListener('pagehide', end);
    look();
  });
