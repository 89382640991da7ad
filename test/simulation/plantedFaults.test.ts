import { describe, expect, it } from 'vitest';
import { everywhere } from './faults.ts';
import { judge } from './judge.ts';
import { plantedFaults } from './plantedFaults.ts';
import { isReplay } from './replay.ts';

/** A planted fault shows within so many worlds, whatever the machine; today 35 at most. */
const maxWorlds = 100;

const minutes = (count: number): number => count * 60_000;

/** Worlds of one size, with all kinds of faults. */
const usual = {
  events: 120,
  people: 4,
  inputMs: minutes(9),
  stormMs: minutes(12),
  syncWorkers: 2,
  skewMs: 1_000,
  down: undefined,
  hasDeletes: false,
} as const;

describe.skipIf(isReplay)('the simulation finds', () => {
  it.each(Object.entries(plantedFaults))(
    '%s',
    async (_, { breaks, ...planted }) => {
      const character = { ...usual, ...planted.character };
      const rates = { ...everywhere, ...planted.rates };
      for (let seed = 1; seed <= maxWorlds; seed += 1)
        if ((await judge(seed, { ...planted, character, rates }))[breaks].length > 0) return;
      expect.unreachable(`worlds with this fault did not break: ${breaks}`);
    },
    120_000,
  );

  it.each(Object.entries(plantedFaults))(
    'nothing in a world that is ready for %s',
    async (_, plant) => {
      const character = { ...usual, ...plant.character };
      const rates = { ...everywhere, ...plant.rates };
      const { [plant.breaks]: broken } = await judge(1, { character, rates });
      expect(broken).toEqual([]);
    },
  );
});
