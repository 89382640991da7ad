import type { Character } from './character.ts';
import type { Rates } from './faults.ts';
import { everywhere } from './faults.ts';
import { firstRelationEvent } from './relationInput.ts';
import type { Recipe } from './run.ts';
import { runWorld } from './run.ts';
import { characterOf } from './world.ts';

/** Tries of one smaller world, each with other luck: what it broke may depend on the moment. */
const tries = 6;

type Own = Omit<Character, 'rates'>;

const never = { from: 0, to: 0 };

/** What may not be needed, each as the plainest it can be. */
const plain: readonly Partial<Own>[] = [
  { syncWorkers: 1 },
  { down: never },
  { skewMs: 0 },
  { hasPoison: false },
  { hasDeletes: false },
  { hasActivities: false },
  { answersEach: false },
  { unknownFields: 'skip' },
  { describes: 'always' },
  { tracks: 'all' },
  { hasServers: false },
  { newEmails: 'none' },
  { emailChange: 'newLead' },
  { hasSentOnce: false },
  { duplicates: 'newest' },
  { relations: [], relationEvents: 0 },
];

const isNews = (own: Own, change: Partial<Own>): boolean =>
  Object.entries(change).some(
    ([name, value]) => JSON.stringify(own[name as keyof Own]) !== JSON.stringify(value),
  );

/** Smaller worlds than this one, the much smaller ones first. */
const smaller = (recipe: Recipe): readonly Recipe[] => {
  const { rates, ...own } = characterOf(recipe.seed, recipe.change ?? {});
  const { events, skipped, relations, relationEvents } = own;
  const become = (character: Partial<Own>, none: Partial<Rates> = {}): Recipe => ({
    ...recipe,
    change: {
      character: { ...recipe.change?.character, ...character },
      rates: { ...recipe.change?.rates, ...none },
    },
  });
  const fewer = [Math.ceil(events / 2), Math.ceil(events * 0.8), events - 1]
    .filter((count, index, all) => count > 0 && count < events && all.indexOf(count) === index)
    .map((count) => become({ events: count }));
  const fewerRelations = [Math.ceil(relationEvents / 2), relationEvents - 1]
    .filter(
      (count, index, all) => count > 0 && count < relationEvents && all.indexOf(count) === index,
    )
    .map((count) => become({ relationEvents: count }));
  const fewerKinds =
    relations.length < 2
      ? []
      : relations.map((kind) => become({ relations: relations.filter((one) => one !== kind) }));
  const kinds = (Object.keys(everywhere) as (keyof Rates)[]).filter((kind) => rates[kind] > 0);
  const allCalm = kinds.length > 1 ? [Object.fromEntries(kinds.map((kind) => [kind, 0]))] : [];
  const numbers = (first: number, count: number): number[] =>
    Array.from({ length: count }, (_, index) => first + index);
  const oneLess = [...numbers(0, events), ...numbers(firstRelationEvent, relationEvents)].filter(
    (index) => !skipped.includes(index),
  );
  return [
    ...fewer,
    ...fewerRelations,
    ...fewerKinds,
    ...allCalm.map((none) => become({}, none)),
    ...plain.filter((change) => isNews(own, change)).map((change) => become(change)),
    ...kinds.map((kind) => become({}, { [kind]: 0 })),
    ...oneLess.map((index) => become({ skipped: [...skipped, index] })),
  ];
};

/**
 * The smallest world that can be found until then (by `performance.now()`) and that breaks one of the
 * same invariants: fewer events, fewer kinds of faults, fewer workers.
 */
export const shrink = async (
  recipe: Recipe,
  invariants: readonly string[],
  until: number,
): Promise<Recipe> => {
  const stillBreaks = async (candidate: Recipe): Promise<Recipe | undefined> => {
    for (let luck = 0; luck < tries && performance.now() < until; luck += 1) {
      const character = { ...candidate.change?.character, luck };
      const lucky = { ...candidate, change: { ...candidate.change, character } };
      const { broken } = await runWorld(lucky);
      if (broken.some(([invariant]) => invariants.includes(invariant))) return lucky;
    }
    return undefined;
  };
  for (const candidate of smaller(recipe)) {
    if (performance.now() >= until) break;
    const found = await stillBreaks(candidate);
    if (found) return shrink(found, invariants, until);
  }
  return recipe;
};
