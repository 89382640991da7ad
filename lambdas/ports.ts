import type { EpochMs } from './segment/time.ts';

/** The outside as the handlers see it. Each port has one real adapter and one twin under `test/`. */
export interface Clock {
  now(): EpochMs;
}

/** Resolves after so many milliseconds. */
export type Sleep = (ms: number) => Promise<void>;

/** Uniform in [0, 1). */
export type Random = () => number;
