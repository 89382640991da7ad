import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveSecrets } from '../local/secrets.ts';
import { serveSqs } from '../local/sqs/server.ts';
import { build } from '../scripts/build.ts';
import type { Aim, Bench, BenchOptions } from './bench.ts';
import type { IngestRound, IngestTask } from './ingestTask.ts';
import { spreadOf } from './lateness.ts';
import { columns, ratio, whole } from './text.ts';

const sizes = [1, 100];
const eventsOfARound = 1_000;
const maxRounds = 15;
const writeKey = 'bench-write-key';
const secretArn = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:bench/ingest-000000';
const maxTimes = 2;
const patienceMs = 300_000;

/** Measures in a process of its own, against emulators in this one. */
const measured = async (options: BenchOptions): Promise<readonly IngestRound[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'marketo-destination-bench-'));
  const sqs = await serveSqs({ port: 0 });
  const secrets = await serveSecrets([
    { arn: secretArn, name: 'bench/ingest', value: JSON.stringify({ writeKeys: [writeKey] }) },
  ]);
  try {
    await build(folder);
    sqs.queues.create('events.fifo', {
      FifoQueue: 'true',
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
    });
    const child = fork(join(import.meta.dirname, 'ingestChild.ts'), {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: [],
      timeout: patienceMs,
      env: {
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'local',
        AWS_SECRET_ACCESS_KEY: 'local',
        AWS_ENDPOINT_URL_SQS: sqs.url,
        AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
        EVENTS_QUEUE_URL: `${sqs.url}/000000000000/events.fifo`,
        INGEST_SECRET_ARN: secretArn,
        STACK_NAME: 'bench',
      },
    });
    const task: IngestTask = {
      bundle: join(folder, 'ingest', 'index.cjs'),
      writeKey,
      rounds: Math.max(1, Math.round(maxRounds * options.size)),
      events: Math.max(
        100,
        Math.round((eventsOfARound * Math.min(1, options.size * 10)) / 100) * 100,
      ),
      sizes,
    };
    child.send(task);
    const exit = once(child, 'exit').then(([code]) => {
      throw new Error(`the measuring process ended without an answer (${String(code)})`);
    });
    exit.catch(() => undefined);
    const [rounds] = (await Promise.race([once(child, 'message'), exit])) as [IngestRound[]];
    return rounds;
  } finally {
    await Promise.all([sqs.close(), secrets.close(), rm(folder, { recursive: true, force: true })]);
  }
};

const median = (values: readonly number[]): number => spreadOf(values).p50;

interface Compared {
  readonly size: number;
  readonly perSecond: number;
  readonly sdkPerSecond: number;
  readonly cpuMicroseconds: number;
  readonly sdkCpuMicroseconds: number;
  /** Medians of the rounds' own ratios. */
  readonly cpuTimes: number;
  readonly rateTimes: number;
}

const compare = (rounds: readonly IngestRound[], size: number): Compared => {
  const of = rounds.filter((round) => round.size === size);
  return {
    size,
    perSecond: median(of.map(({ ours }) => ours.perSecond)),
    sdkPerSecond: median(of.map(({ sdk }) => sdk.perSecond)),
    cpuMicroseconds: median(of.map(({ ours }) => ours.cpuMicroseconds)),
    sdkCpuMicroseconds: median(of.map(({ sdk }) => sdk.cpuMicroseconds)),
    cpuTimes: median(of.map(({ ours, sdk }) => ours.cpuMicroseconds / sdk.cpuMicroseconds)),
    rateTimes: median(of.map(({ ours, sdk }) => ours.perSecond / sdk.perSecond)),
  };
};

const aimsOf = (compared: readonly Compared[]): readonly Aim[] =>
  compared.map(({ size, cpuTimes }) => ({
    what: `CPU of an event in requests of ${size}, against the SDK’s send alone`,
    aim: `at most ${maxTimes} times`,
    got: `${ratio(cpuTimes)} times`,
    isMet: cpuTimes <= maxTimes,
  }));

const run = async (options: BenchOptions) => {
  const rounds = await measured(options);
  const compared = sizes.map((size) => compare(rounds, size));
  const lines = [
    `Medians of ${whole(rounds.length / sizes.length)} interleaved rounds on this machine, one request at a time`,
    '',
    ...columns([
      [
        '',
        'events/s',
        'CPU µs/event',
        'SDK alone: events/s',
        'CPU µs/event',
        'CPU, times',
        'rate, times',
      ],
      ...compared.map((one) => [
        `requests of ${one.size}`,
        whole(one.perSecond),
        whole(one.cpuMicroseconds),
        whole(one.sdkPerSecond),
        whole(one.sdkCpuMicroseconds),
        ratio(one.cpuTimes),
        ratio(one.rateTimes),
      ]),
    ]),
  ];
  const numbers = { bench: 'ingest', ...options, sizes: compared.map((one) => ({ ...one })) };
  return { lines, aims: aimsOf(compared), numbers };
};

export const ingest: Bench = {
  measures: 'Events per second and CPU per event through ingest, against the AWS SDK’s send alone',
  run,
};
