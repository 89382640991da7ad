import { judge } from './judge.ts';
import type { Planted } from './planted.ts';

/** A world that can be told to another process: what a seed gives, and what is different. */
export interface Recipe {
  readonly seed: number;
  readonly change?: Pick<Planted, 'character' | 'rates'>;
}

/** What one world came to. */
export interface Result {
  readonly seed: number;
  readonly events: number;
  /** Moments at which somebody in it went on. */
  readonly steps: number;
  readonly simulatedMs: number;
  /** What it broke: each invariant with what broke it. */
  readonly broken: readonly (readonly [invariant: string, what: readonly string[]])[];
}

/** Runs one world. An error that it throws counts as one that nobody made it throw. */
export const runWorld = async ({ seed, change }: Recipe): Promise<Result> => {
  let facts = { events: 0, steps: 0, simulatedMs: 0 };
  try {
    const judgement = await judge(seed, change, ({ posted, steps, now, character }) => {
      const simulatedMs = now() - character.startsAt;
      facts = { events: posted.length, steps: steps(), simulatedMs };
    });
    const broken = Object.entries(judgement).filter(([, what]) => what.length > 0);
    return { seed, ...facts, broken };
  } catch (error) {
    return { seed, ...facts, broken: [['nothing fails but what is made to', [String(error)]]] };
  }
};
