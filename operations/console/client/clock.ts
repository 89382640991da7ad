import { useEffect, useState } from 'preact/hooks';

/** How far the destination's clock is ahead of this browser's. */
let aheadMs = 0;

/** Every view says when it was made: times on the page are the destination's. */
export const noteServerTime = (now: number): void => {
  aheadMs = now - Date.now();
};

/** The destination's time (epoch ms). */
export const serverNow = (): number => Date.now() + aheadMs;

/** The destination's time, drawn anew every so often. */
export const useNow = (everyMs: number): number => {
  const [, setTick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => {
      setTick((tick) => tick + 1);
    }, everyMs);
    return () => {
      clearInterval(timer);
    };
  }, [everyMs]);
  return serverNow();
};
