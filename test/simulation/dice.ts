/** Randomness of one world: the same seed throws the same numbers. */
export interface Dice {
  /** Uniform in [0, 1). */
  readonly next: () => number;
  readonly chance: (probability: number) => boolean;
  /** Uniform in [0, `most`). */
  readonly upTo: (most: number) => number;
  /** One of 0 to `count` − 1. */
  readonly whole: (count: number) => number;
}

/** A splitmix generator over 32 bits: small, fast, and every seed gives another sequence. */
export const createDice = (seed: number): Dice => {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    chance: (probability) => next() < probability,
    upTo: (most) => next() * most,
    whole: (count) => Math.floor(next() * count),
  };
};
