import { epochMs, type EpochMs } from '../../../../../lambdas/segment/time.ts';

export const secondMs = 1_000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;

/** Tuesday afternoon of a week without a change of clocks. */
const startedAt = Date.UTC(2026, 2, 17, 20, 32, 10);

/** The fake's clock: runs like the real one, from the same moment in every test. */
export const createFakeClock = (): (() => EpochMs) => {
  const ahead = startedAt - Date.now();
  return () => epochMs(Date.now() + ahead);
};

export const before = (now: number, ms: number): EpochMs => epochMs(now - ms);
