import { hoursMs, stormMs } from './character.ts';
import type { Invariant } from './invariants.ts';
import { checks, idempotence } from './invariants.ts';
import type { Planted } from './planted.ts';
import { changes } from './rest.ts';
import type { World } from './world.ts';
import { createWorld } from './world.ts';

/** What is wrong with a world, by the invariant that it breaks. */
export type Judgement = Readonly<Record<Invariant, readonly string[]>>;

const stepMs = hoursMs(0.25);
/** Longer than any backoff, visibility timeout or wait for the sweep in a row. */
const patienceMs = hoursMs(5);
/** Where the quota is short, leads wait for the next days’. */
const patienceForQuotaMs = hoursMs(75);

const untilAtRest = async (world: World): Promise<void> => {
  const most = world.character.isQuotaShort ? patienceForQuotaMs : patienceMs;
  for (let passed = 0; passed < most && !world.isAtRest(); passed += stepMs)
    await world.pass(stepMs);
};

/**
 * Lets a world live: a storm of events and faults, then calm until it is at rest, then every event
 * once more. Resolves to what it broke; `onRest` may look at it before the repetition.
 */
export const judge = async (
  seed: number,
  planted?: Planted,
  onRest?: (world: World) => void,
): Promise<Judgement> => {
  const world = createWorld(seed, planted);
  world.start();
  await world.pass(stormMs);
  world.calm();
  await untilAtRest(world);
  const atRest = world.trace();
  await world.pass(stepMs);
  const seen = { world, atRest, later: world.trace() };
  const broken = Object.entries(checks).map(([name, check]) => [name, check(seen)] as const);
  onRest?.(world);
  world.replay();
  await world.pass(2 * stepMs);
  const again = changes(seen.later, world.trace());
  return Object.fromEntries([...broken, [idempotence, again]]) as unknown as Judgement;
};
