import { parseArgs } from 'node:util';
import * as z from 'zod/mini';
import { runFleet } from '../test/simulation/fleet.ts';
import { commandFor, tell } from '../test/simulation/replay.ts';
import { judge } from '../test/simulation/judge.ts';
import type { Recipe, Result } from '../test/simulation/run.ts';
import { shrink } from '../test/simulation/shrink.ts';

/*
 * npm run simulate -- --worlds 5000 --seed 1 --workers 2
 *
 * Runs worlds and says what they broke; `docs/simulation.md` explains. The last line is JSON. Ends with
 * 1 where an invariant was broken. `--with` changes the characters of all worlds, `--tell` says what
 * happens in each.
 */

const progressMs = 10_000;
const patienceMs = 120_000;
const shrinkMs = 60_000;
/** So many violations are made smaller, and so many are told; the others are counted. */
const maxShrunk = 1;
const maxTold = 20;
/** Of what broke an invariant. */
const maxNamed = 5;

const whole = (name: string, text: string): number => {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new Error(`--${name} must be a whole number above 0, not ${text}.`);
};

const changeSchema = z.strictObject({
  character: z.optional(z.record(z.string(), z.unknown())),
  rates: z.optional(z.record(z.string(), z.number())),
});

const changeOf = (text: string): NonNullable<Recipe['change']> =>
  changeSchema.parse(JSON.parse(text)) as NonNullable<Recipe['change']>;

const { values } = parseArgs({
  options: {
    worlds: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string', default: '2' },
    with: { type: 'string' },
    tell: { type: 'boolean', default: false },
  },
});

const worlds = whole('worlds', values.worlds);
const seed = whole('seed', values.seed);
const workers = whole('workers', values.workers);
const change = values.with === undefined ? {} : { change: changeOf(values.with) };

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

if (values.tell)
  for (let one = seed; one < seed + worlds; one += 1) await judge(one, change.change, tell);

const begun = performance.now();
const total = { worlds: 0, events: 0, steps: 0, violations: 0, simulatedMs: 0 };
const failed: Result[] = [];

const progress = setInterval(() => {
  const { worlds: done, violations } = total;
  process.stderr.write(`${done} of ${worlds} worlds, ${violations} violations\n`);
}, progressMs);

const describe = ({ seed: own, broken }: Result): void => {
  for (const [invariant, what] of broken)
    say(`seed ${own}: ${invariant}: ${what.slice(0, maxNamed).join('; ')}`);
  say(`  to replay: ${commandFor({ seed: own, ...change })}`);
};

const onResult = (result: Result): void => {
  total.worlds += 1;
  total.events += result.events;
  total.steps += result.steps;
  total.simulatedMs += result.simulatedMs;
  if (result.broken.length === 0) return;
  total.violations += 1;
  failed.push(result);
  if (failed.length <= maxTold) describe(result);
};

try {
  await runFleet({ seed, worlds, workers, patienceMs, onResult, ...change });
} catch (error) {
  total.violations += 1;
  say(String(error));
} finally {
  clearInterval(progress);
}
const wallSeconds = (performance.now() - begun) / 1_000;

for (const { seed: own, broken } of failed.slice(0, maxShrunk)) {
  const names = broken.map(([invariant]) => invariant);
  const least = await shrink({ seed: own, ...change }, names, performance.now() + shrinkMs);
  say(`seed ${own}, made smaller: ${commandFor(least)}`);
}

const { simulatedMs, ...counts } = total;
const simulatedSeconds = Math.round(simulatedMs / 1_000);
say(JSON.stringify({ ...counts, simulatedSeconds, wallSeconds: Number(wallSeconds.toFixed(1)) }));
process.exitCode = total.violations > 0 ? 1 : 0;
