import { indexLimits } from '../lambdas/limits.ts';
import { createDice } from '../test/simulation/dice.ts';
import type { Aim, Bench, BenchOptions } from './bench.ts';
import { createPipeline } from './pipeline.ts';
import { columns, ratio, whole } from './text.ts';
import { identifying } from './workload.ts';

/** What DynamoDB gives one partition a second (its developer guide, best practices for partition keys). */
const partitionWriteUnits = 1_000;
const partitionReadUnits = 3_000;

/** REST's 45 calls in 20 s, with 300 leads each. */
const marketoLeadsPerSecond = (45 * 300) / 20;

const leads = 10_000;

/** How the leads come, and in which time. */
const ways = [
  { name: 'one after the other, for 10 min', durationMs: 600_000 },
  { name: 'all within a second', durationMs: 1_000 },
] as const;

interface Measured {
  /** Write units of one lead, on all partition keys. */
  readonly perLead: number;
  /** The partition key that was written most: its share of the lane, and its units for one lead. */
  readonly share: number;
  readonly hottest: number;
  /** Leads a second at which that one is full. */
  readonly ceiling: number;
  /** Read units a second on the partition key that was read most. */
  readonly reads: number;
}

const measure = async (
  { seed, size }: BenchOptions,
  { durationMs }: (typeof ways)[number],
): Promise<Measured> => {
  const pipeline = await createPipeline({ api: 'rest', seed });
  try {
    const dice = createDice(seed);
    const count = Math.max(100, Math.round(leads * size));
    const wishes = Array.from({ length: count }, (_, who) => ({
      at: Math.floor(dice.upTo(durationMs * Math.min(1, count / leads))),
      who,
    }));
    await pipeline.run(identifying(wishes));
    const fields = [...pipeline.indexUses()].filter(([name]) => name.startsWith('fields#'));
    const writes = fields.map(([, { writeUnits }]) => writeUnits);
    const total = writes.reduce((sum, units) => sum + units, 0);
    const max = Math.max(...writes);
    const reads = Math.max(...fields.map(([, { readUnits }]) => readUnits));
    return {
      perLead: total / count,
      share: max / total,
      hottest: max / count,
      ceiling: partitionWriteUnits / (max / count),
      reads: reads / (pipeline.elapsedMs() / 1_000),
    };
  } finally {
    await pipeline.close();
  }
};

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

const run = async (options: BenchOptions) => {
  const measured: (readonly [string, Measured])[] = [];
  for (const way of ways) measured.push([way.name, await measure(options, way)]);
  const lines = [
    `${whole(Math.max(100, Math.round(leads * options.size)))} leads from event to Marketo’s answer; ${indexLimits.shards} partition keys a lane, ${whole(partitionWriteUnits)} write and ${whole(partitionReadUnits)} read units a second each`,
    '',
    ...columns([
      [
        'leads come',
        'write units a lead',
        'on the hottest key',
        'its share',
        'leads/s until it is full',
        'its read units/s',
      ],
      ...measured.map(([name, { perLead, hottest, share, ceiling, reads }]) => [
        name,
        ratio(perLead),
        ratio(hottest),
        percent(share),
        whole(ceiling),
        ratio(reads),
      ]),
    ]),
  ];
  const lowest = Math.min(...measured.map(([, { ceiling }]) => ceiling));
  const maxReads = Math.max(...measured.map(([, { reads }]) => reads));
  const aims: Aim[] = [
    {
      what: 'leads a second from event to answer',
      aim: `at least the ${whole(marketoLeadsPerSecond)} that Marketo takes`,
      got: whole(lowest),
      isMet: lowest >= marketoLeadsPerSecond,
    },
    {
      what: 'read units a second of the hottest partition key',
      aim: `at most a tenth of ${whole(partitionReadUnits)}`,
      got: ratio(maxReads),
      isMet: maxReads <= partitionReadUnits / 10,
    },
  ];
  const numbers = {
    bench: 'index',
    ...options,
    ways: measured.map(([name, one]) => ({ name, ...one })),
  };
  return { lines, aims, numbers };
};

export const indexSpread: Bench = {
  measures: 'How many leads a second the partition keys of the index carry',
  run,
};
