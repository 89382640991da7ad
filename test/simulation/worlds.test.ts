import { beforeAll, describe, expect, it } from 'vitest';
import type { Invariant } from './invariants.ts';
import { invariants } from './invariants.ts';
import type { Judgement } from './judge.ts';
import { judge } from './judge.ts';
import { commandFor, isReplay, seeds, tell } from './replay.ts';

const hookTimeoutMs = 30_000 + seeds.length * 3_000;

describe(`in ${seeds.length} worlds with faults everywhere`, () => {
  const judgements = new Map<number, Judgement>();

  beforeAll(async () => {
    for (const seed of seeds)
      judgements.set(seed, await judge(seed, {}, isReplay ? tell : undefined));
  }, hookTimeoutMs);

  const breachesOf = (invariant: Invariant): string[] =>
    [...judgements].flatMap(([seed, judgement]) =>
      judgement[invariant].map((what) => `${what} (to replay: ${commandFor({ seed })})`),
    );

  it.each(invariants)('%s', (invariant) => {
    expect(breachesOf(invariant)).toEqual([]);
  });
});
