import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from '../scripts/build.ts';
import type { Aim, Bench, BenchOptions } from './bench.ts';
import { spreadOf } from './lateness.ts';
import { columns, ratio, whole } from './text.ts';

const run = promisify(execFile);
const maxRounds = 15;
const bundles = ['ingest', 'absorb', 'sync', 'hash'] as const;
type Bundle = (typeof bundles)[number];

/**
 * In a fresh process, so that nothing is compiled or cached: prints the ms of CPU time that the import
 * took. The clock would count what else the machine does, too.
 */
const importing = `
const before = process.cpuUsage();
require(process.argv[1]);
const { user, system } = process.cpuUsage(before);
process.stdout.write(String((user + system) / 1_000));
`;

/** What the handlers look for while they are imported; nothing is asked for it. */
const environment = {
  AWS_REGION: 'us-east-1',
  EVENTS_QUEUE_URL: 'http://127.0.0.1:1/events.fifo',
  INGEST_SECRET_ARN: 'ingest',
  HASH_SECRET_ARN: 'hash',
  HISTORY_TABLE: 'history',
  LEADS_TABLE: 'leads',
  MARKETO_API: 'rest',
  MARKETO_MUNCHKIN_ID: '000-AAA-000',
  MARKETO_SECRET_ARN: 'marketo',
  TICK_QUEUE_URL: 'http://127.0.0.1:1/ticks',
  STACK_NAME: 'bench',
};

const importMs = async (file: string): Promise<number> => {
  const { stdout } = await run(process.execPath, ['--eval', importing, file], { env: environment });
  return Number(stdout);
};

const median = (values: readonly number[]): number => spreadOf(values).p50;

interface Measured {
  readonly bundle: Bundle;
  readonly bytes: number;
  readonly sdkBytes: number;
  readonly ms: number;
  readonly sdkMs: number;
  /** The middle one of the rounds' ratios. */
  readonly times: number;
}

/** Both kinds of bundles in turn, round after round, so that a slow moment hits both. */
const measure = async (folder: string, rounds: number): Promise<readonly Measured[]> => {
  const fileOf = (kind: 'ours' | 'sdk', bundle: Bundle): string =>
    join(folder, kind, bundle, 'index.cjs');
  const taken = new Map<Bundle, { readonly ours: number; readonly sdk: number }[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (const bundle of bundles) {
      const sdk = await importMs(fileOf('sdk', bundle));
      const ours = await importMs(fileOf('ours', bundle));
      taken.set(bundle, [...(taken.get(bundle) ?? []), { ours, sdk }]);
    }
  }
  return Promise.all(
    bundles.map(async (bundle) => {
      const all = taken.get(bundle) ?? [];
      return {
        bundle,
        bytes: (await stat(fileOf('ours', bundle))).size,
        sdkBytes: (await stat(fileOf('sdk', bundle))).size,
        ms: median(all.map(({ ours }) => ours)),
        sdkMs: median(all.map(({ sdk }) => sdk)),
        times: median(all.map(({ ours, sdk }) => ours / sdk)),
      };
    }),
  );
};

const maxTimes = 1.2;

const aimsOf = (measured: readonly Measured[]): readonly Aim[] =>
  measured.map(({ bundle, times }) => ({
    what: `import of ${bundle} against the SDK’s clients alone`,
    aim: `at most ${maxTimes} times`,
    got: `${ratio(times)} times`,
    isMet: times <= maxTimes,
  }));

const start = async (options: BenchOptions) => {
  const folder = await mkdtemp(join(tmpdir(), 'marketo-destination-bench-'));
  try {
    await build(join(folder, 'ours'));
    // As the SDK comes, with all the ways to credentials that our bundles leave out.
    await build(join(folder, 'sdk'), join(import.meta.dirname, 'sdkAlone'), []);
    const rounds = Math.max(1, Math.round(maxRounds * options.size));
    const measured = await measure(folder, rounds);
    const lines = [
      `Medians of ${whole(rounds)} rounds, CPU time of each import in a fresh process of Node ${process.versions.node}`,
      '',
      ...columns([
        ['', 'bytes', 'import', 'SDK alone: bytes', 'import', 'times the SDK'],
        ...measured.map(({ bundle, bytes, sdkBytes, ms, sdkMs, times }) => [
          bundle,
          whole(bytes),
          `${ms.toFixed(0)} ms`,
          whole(sdkBytes),
          `${sdkMs.toFixed(0)} ms`,
          ratio(times),
        ]),
      ]),
    ];
    const numbers = {
      bench: 'cold-start',
      ...options,
      bundles: measured.map((one) => ({ ...one })),
    };
    return { lines, aims: aimsOf(measured), numbers };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

export const coldStart: Bench = {
  measures: 'How long the bundles take to import, and their bytes, against the AWS SDK alone',
  run: start,
};
