/** `npm run soak -- --minutes M`: the local pipeline under steady load and faults; exit 1 where it sticks. */
import { parseArgs } from 'node:util';
import { soak } from './soak.ts';

const maxMinutes = 24 * 60;
const restMinutes = 20;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    rate: { type: 'string', default: '20' },
    leads: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
  },
});

const between = (name: keyof typeof values, least: number, max: number): number => {
  const value = Number(values[name]);
  if (value >= least && value <= max) return value;
  throw new Error(`--${name} is ${values[name]}: give a number from ${least} to ${max}`);
};

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

try {
  const report = await soak({
    minutes: between('minutes', 0.1, maxMinutes),
    eventsPerSecond: between('rate', 1, 500),
    leads: between('leads', 1, 100_000),
    seed: between('seed', 0, 2 ** 31),
    faults: 0.05,
    restMs: restMinutes * 60_000,
    log: print,
  });
  print(JSON.stringify(report));
  process.exitCode = report.isStuck ? 1 : 0;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
