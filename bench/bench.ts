import type { JsonObject } from '../lambdas/segment/event.ts';

export interface BenchOptions {
  /** Everything random follows from it. */
  readonly seed: number;
  /** 1 is the size that the numbers are published for; 0.01 takes a hundredth of the events. */
  readonly size: number;
}

/** Something that a bench promises, and what came of it. */
export interface Aim {
  readonly what: string;
  readonly aim: string;
  readonly got: string;
  readonly isMet: boolean;
}

export interface Outcome {
  /** For people, a line each. */
  readonly lines: readonly string[];
  readonly aims: readonly Aim[];
  /** For programs: one JSON object. */
  readonly numbers: JsonObject;
}

export interface Bench {
  /** What it measures, in one sentence. */
  readonly measures: string;
  readonly run: (options: BenchOptions) => Promise<Outcome>;
}
