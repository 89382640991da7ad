import type { Recipe } from './run.ts';
import type { World } from './world.ts';

const wholeNumber = (name: string): number | undefined => {
  const text = process.env[name];
  if (text === undefined || text === '') return undefined;
  const number = Number(text);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new Error(`${name} must be a whole number above 0, not ${text}`);
};

const usualWorlds = 20;

/** `SEED=17`: this one world and no other. */
const only = wholeNumber('SEED');

export const isReplay = only !== undefined;

/** The seeds of the worlds to run; `WORLDS` says how many. */
export const seeds: readonly number[] =
  only === undefined
    ? Array.from({ length: wholeNumber('WORLDS') ?? usualWorlds }, (_, index) => index + 1)
    : [only];

/** How to see once more what a world broke. */
export const commandFor = ({ seed, change }: Recipe): string => {
  const different = change === undefined ? '' : ` --with '${JSON.stringify(change)}'`;
  return `npm run simulate -- --worlds 1 --seed ${seed} --tell${different}`;
};

/** Of a replayed world, what happened in it: seconds since its start, and a line of JSON. */
export const tell = ({ character, lines, books }: World): void => {
  const calls = [...books.calls].flatMap(([lead, worked]) =>
    worked.map(({ startedAt, endedAt }) => ({ at: startedAt, step: 'call', lead, endedAt })),
  );
  for (const { at, ...what } of [...lines, ...calls].toSorted((a, b) => a.at - b.at))
    process.stdout.write(`${(at - character.startsAt) / 1_000} ${JSON.stringify(what)}\n`);
};
