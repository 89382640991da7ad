import { expect, it } from 'vitest';
import { createWorld } from './world.ts';

const storyOf = async (seed: number): Promise<string> => {
  const world = createWorld(seed);
  world.start();
  await world.pass(world.character.stormMs);
  return JSON.stringify([world.lines, world.trace()]);
};

it('a seed gives the same world again, to the millisecond', async () => {
  const story = await storyOf(2);
  expect(await storyOf(2)).toBe(story);
  expect(await storyOf(3)).not.toBe(story);
});
