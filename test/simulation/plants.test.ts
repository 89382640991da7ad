import { describe, expect, it } from 'vitest';
import { judge } from './judge.ts';
import { plants } from './plants.ts';
import { isReplay } from './replay.ts';

/** So many worlds may pass before a planted fault shows. */
const mostWorlds = 8;

describe.skipIf(isReplay)('the simulation finds', () => {
  it.each(Object.entries(plants))('%s', async (_, { breaks, ...planted }) => {
    for (let seed = 1; seed <= mostWorlds; seed += 1)
      if ((await judge(seed, planted))[breaks].length > 0) return;
    expect.unreachable(`${mostWorlds} worlds with this fault did not break: ${breaks}`);
  });
});
