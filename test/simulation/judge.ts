import { leadTiming } from '../../lambdas/limits.ts';
import { hoursMs } from './character.ts';
import type { Invariant } from './invariants.ts';
import { checks, idempotence } from './invariants.ts';
import type { Planted } from './planted.ts';
import { changes } from './rest.ts';
import type { World } from './world.ts';
import { createWorld } from './world.ts';

/** What is wrong with a world, by the invariant that it breaks. */
export type Judgement = Readonly<Record<Invariant, readonly string[]>>;

const minuteMs = 60_000;
/** How often a world is looked at until it rests: not when the scheduled tick makes somebody look. */
const lookMs = 37_000;
/** Longer than any lease and the next scheduled tick. */
const whileMs = 4 * minuteMs;
/** Longer than any backoff, visibility timeout or wait for the scheduled tick in a row. */
const patienceMs = hoursMs(5);
/** Where the quota is short, leads wait for the next days’. */
const patienceForQuotaMs = hoursMs(75);

const untilAtRest = async (world: World): Promise<void> => {
  const { isQuotaShort, down } = world.character;
  const end = Math.max(world.now(), down?.to ?? 0);
  // As long as Marketo is down, and until the next probe, ticks go on.
  const probedAt = (down?.to ?? 0) + leadTiming.probeLongestMs + minuteMs;
  if (probedAt > world.now()) await world.pass(probedAt - world.now());
  const most = end + (isQuotaShort ? patienceForQuotaMs : patienceMs);
  while (world.now() < most && !world.isAtRest()) await world.pass(lookMs);
};

const forgotten = 'nothing of a deleted user is kept, or comes back' satisfies Invariant;

/**
 * Lets a world live: a storm of events and faults, then calm until it is at rest, then every event
 * once more. Resolves to what it broke; `onEnd` may look at it when all is over.
 */
export const judge = async (
  seed: number,
  planted?: Planted,
  onEnd?: (world: World) => void,
): Promise<Judgement> => {
  const world = createWorld(seed, planted);
  world.start();
  await world.pass(world.character.stormMs);
  world.calm();
  await untilAtRest(world);
  const atRest = world.trace();
  await world.pass(whileMs);
  const seen = { world, atRest, later: world.trace() };
  const broken = Object.entries(checks).map(([name, check]) => [name, check(seen)] as const);
  world.replay();
  await world.pass(whileMs);
  const later = world.trace();
  const again = [...changes(seen.later, later), ...checks[forgotten](seen)];
  onEnd?.(world);
  return Object.fromEntries([...broken, [idempotence, again]]) as unknown as Judgement;
};
