import { describe, expect, it } from 'vitest';
import { judge } from './judge.ts';
import type { Trouble } from './workerInstance.ts';
import { noFaults, shortStory } from './quiet.ts';
import { isReplay } from './replay.ts';
import { createWorld } from './world.ts';

const seed = 5;
const troubles: readonly Trouble[] = ['dies before', 'dies after', 'fails before', 'fails after'];
const cases = (['rest', 'soap'] as const).flatMap((api) =>
  troubles.map((kind) => [api, kind] as const),
);

describe.skipIf(isReplay)('whatever port call it is', () => {
  it.each(cases)(
    'over %s, a worker that %s it harms nothing',
    async (api, kind) => {
      const story = { character: shortStory(api), rates: noFaults };
      const reference = createWorld(seed, story);
      reference.start();
      await reference.pass(reference.character.stormMs);
      const calls = reference.portCalls();
      const told = new Set(reference.posted.map(({ event }) => event.type));
      expect([...told].sort()).toEqual(['delete', 'identify', 'page', 'track']);
      expect(reference.books.leads.size).toBeGreaterThan(1);
      for (let at = 0; at <= calls; at += 1) {
        const judgement = await judge(seed, { ...story, trouble: { at, kind } });
        const broken = Object.entries(judgement).filter(([, what]) => what.length > 0);
        expect(broken, `at port call ${at}`).toEqual([]);
      }
    },
    120_000,
  );
});
