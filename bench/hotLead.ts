import { leadTiming } from '../lambdas/limits.ts';
import type { Aim, Bench, BenchOptions } from './bench.ts';
import { deferral } from './deferral.ts';
import type { Api } from '../lambdas/marketo/leadApis.ts';
import { originalWay } from './original.ts';
import { createPipeline } from './pipeline.ts';
import { latency } from './ports.ts';
import { columns, seconds, spoken, whole } from './text.ts';
import { version01 } from './version01.ts';
import type { Happening } from './workload.ts';
import { workload } from './workload.ts';

const maxCalls = 2;
const maxDrainMs = 36_000;
const maxWrites = 0.5;
const callMs = latency.requestMs;
const lockMs = 30_000;

/** Identifies of one lead within a second, each with another value. */
const burst = ({ seed, size }: BenchOptions): readonly Happening[] =>
  workload({
    seed,
    events: Math.round(1_000 * size),
    leads: 1,
    zipf: 1,
    durationMs: 1_000,
    identifies: 1,
    unchanged: 0,
    hasCookies: false,
  });

interface Ours {
  readonly calls: number;
  /** Values that were given up; those that a later one took the place of are not. */
  readonly lost: number;
  readonly drainMs: number;
  readonly receives: number;
  readonly maxReceives: number;
  /** Of the table, for each event. */
  readonly writes: number;
  /** Whether Marketo ends with what the last event said. */
  readonly isRight: boolean;
}

const oursOver = async (
  api: Api,
  happenings: readonly Happening[],
  { seed }: BenchOptions,
): Promise<Ours> => {
  const pipeline = await createPipeline({ api, seed });
  try {
    await pipeline.run(happenings);
    const { madeCalls, startedAt, simulator, deadLetters } = pipeline;
    const { events, ticks } = pipeline.uses();
    const last = madeCalls.at(-1)?.endedAt ?? startedAt;
    const [lead, ...others] = simulator.leads();
    return {
      calls: madeCalls.length,
      lost: deadLetters.size,
      drainMs: last - startedAt - (happenings.at(-1)?.at ?? 0),
      receives: events.receives + ticks.receives,
      maxReceives: Math.max(events.maxReceives, ticks.maxReceives),
      writes: pipeline.usage().writes / happenings.length,
      isRight: others.length === 0 && lead?.fields['Logins'] === String(happenings.length),
    };
  } finally {
    await pipeline.close();
  }
};

const aimsOf = (name: string, { calls, drainMs, isRight, writes }: Ours): readonly Aim[] => [
  {
    what: `sync calls ${name}`,
    aim: `at most ${maxCalls}`,
    got: whole(calls),
    isMet: calls <= maxCalls,
  },
  {
    what: `drained ${name}`,
    aim: `at most ${seconds(maxDrainMs)} after the last event`,
    got: seconds(drainMs),
    isMet: drainMs <= maxDrainMs,
  },
  {
    what: `table writes per event ${name}, where a batch brings several events of one lead`,
    aim: `at most ${maxWrites}`,
    got: writes.toFixed(2),
    isMet: writes <= maxWrites,
  },
  {
    what: `what Marketo has in the end ${name}`,
    aim: 'what the last event said',
    got: isRight ? 'what the last event said' : 'something else',
    isMet: isRight,
  },
];

/** Without what a thousand events would fill the line with. */
const flat = ({
  calls,
  lost,
  receives,
  maxReceives,
  drainMs,
}: Omit<Ours, 'isRight' | 'writes'>) => ({
  calls,
  lost,
  receives,
  maxReceives,
  drainMs,
});

const run = async (options: BenchOptions) => {
  const happenings = burst(options);
  const moments = happenings.map(({ at }) => at);
  const [soap, rest] = [
    await oursOver('soap', happenings, options),
    await oursOver('rest', happenings, options),
  ];
  const original = originalWay(moments.map((at) => ({ at, lead: 'hot' })));
  const usual = { moments, lockMs, callMs };
  const [single, merged] = [
    deferral({ ...usual, merges: false }),
    deferral({ ...usual, merges: true }),
  ];
  const row = (name: string, way: Omit<Ours, 'isRight' | 'writes'>): readonly string[] => [
    name,
    whole(way.calls),
    whole(way.lost),
    spoken(way.drainMs),
    whole(way.receives),
    whole(way.maxReceives),
  ];
  const lines = [
    `${whole(happenings.length)} identifies of one lead within a second, each with another value`,
    '',
    ...columns([
      ['', 'sync calls', 'events lost', 'drained after', 'receives', 'of one message'],
      row('this pipeline over SOAP', soap),
      row('this pipeline over REST', rest),
      row(version01.name, version01.hotLead),
      [
        'one call per event, 3 lock attempts',
        whole(original.calls),
        whole(original.lost),
        '-',
        '-',
        '-',
      ],
      row('deferral by visibility', single),
      row('deferral by visibility, FIFO, merging 10', merged),
      [
        'floor: one call when all is known',
        '1',
        '0',
        spoken(callMs),
        whole(happenings.length),
        '1',
      ],
    ]),
    '',
    `Our lock is ${seconds(leadTiming.lockMs)}: 30 s and what clocks may differ by. The alternatives' is 30 s.`,
  ];
  const numbers = {
    bench: 'hot-lead',
    ...options,
    events: happenings.length,
    soap: { ...soap },
    rest: { ...rest },
    original: { calls: original.calls, lost: original.lost },
    deferral: flat(single),
    mergingDeferral: flat(merged),
  };
  const aims = [...aimsOf('over SOAP', soap), ...aimsOf('over REST', rest)];
  return { lines, aims, numbers };
};

export const hotLead: Bench = {
  measures: 'What a thousand events for one lead within a second cost, and when Marketo has them',
  run,
};
