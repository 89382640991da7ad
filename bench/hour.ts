import { leadTiming } from '../lambdas/limits.ts';
import { createDice } from '../test/simulation/dice.ts';
import type { BenchOptions } from './bench.ts';
import type { Usage } from './counted.ts';
import { usedSince } from './counted.ts';
import { lateness, percentile } from './lateness.ts';
import type { Api } from '../lambdas/marketo/leadApis.ts';
import { createPipeline } from './pipeline.ts';
import type { Happening } from './workload.ts';
import { identifying, workload } from './workload.ts';

const hourMs = 3_600_000;

const busy = ({ seed, size }: BenchOptions, hasCookies: boolean, hours: number) =>
  workload({
    seed,
    events: Math.round(100_000 * size * hours),
    leads: 20_000,
    zipf: 1.1,
    durationMs: hourMs * size * hours,
    identifies: 0.4,
    unchanged: 0.8,
    hasCookies,
  });

/** The hour that api-calls is about. Smaller sizes are as busy, but shorter. */
export const busyHour = (options: BenchOptions, hasCookies: boolean) =>
  busy(options, hasCookies, 1);

/** Between the first hour and the next, so that the first one's cookies are told by then. */
const pauseMs = 3 * hourMs;

/** The first hour ever, and one later, with the same leads and others. */
export const twoHours = (
  options: BenchOptions,
  hasCookies: boolean,
): readonly [readonly Happening[], readonly Happening[]] => {
  const all = busy(options, hasCookies, 2);
  const ends = hourMs * options.size;
  return [
    all.filter(({ at }) => at < ends),
    all.filter(({ at }) => at >= ends).map((one) => ({ ...one, at: one.at + pauseMs })),
  ];
};

/** Identifies that come so many at a time for one lead, each batch another lead's, within a minute. */
export const batches = ({ seed, size }: BenchOptions, batchOf: number): readonly Happening[] => {
  const dice = createDice(seed);
  const wishes = Array.from({ length: Math.max(1, Math.round(1_000 * size)) }, (_, who) => {
    const at = Math.floor(dice.upTo(60_000));
    return Array.from({ length: batchOf }, () => ({ at, who }));
  });
  return identifying(wishes.flat());
};

type Kind = 'sync' | 'associate' | 'describe';

const kinds: Readonly<Record<string, Kind>> = {
  leads: 'sync',
  syncLead: 'sync',
  syncMultipleLeads: 'sync',
  associate: 'associate',
  describe: 'describe',
  describeMObject: 'describe',
};

/** What the pipeline needed for its events, from the first of them until it was at rest. */
export interface Spent {
  /** API requests that reached Marketo. */
  readonly requests: number;
  readonly byKind: Readonly<Record<Kind | 'refused', number>>;
  readonly leadsPerSync: number;
  /** How late syncs started, after they could have. */
  readonly late: { readonly p50: number; readonly p99: number; readonly max: number };
  /** From the last event until Marketo knew everything. */
  readonly drainMs: number;
  readonly visits: number;
  readonly turns: number;
  readonly ticks: number;
  readonly queries: number;
  readonly counterUpdates: number;
  readonly tableWrites: number;
  readonly lostWrites: number;
  readonly itemsRead: number;
}

/**
 * Runs events through the whole pipeline, one part after the other once it has come to rest. Throws where
 * Marketo is not told all, or too early.
 */
export const spendInParts = async (
  parts: readonly (readonly Happening[])[],
  { api, seed }: { readonly api: Api; readonly seed: number },
): Promise<readonly Spent[]> => {
  const pipeline = await createPipeline({ api, seed });
  const spent: Spent[] = [];
  try {
    for (const [index, part] of parts.entries()) {
      const since = pipeline.startedAt + pipeline.elapsedMs();
      const before = {
        usage: pipeline.usage(),
        turns: pipeline.seen.turns,
        visits: pipeline.seen.visits,
      };
      await pipeline.run(part);
      spent.push(spentSince(pipeline, parts.slice(0, index + 1).flat(), { since, ...before }));
    }
    return spent;
  } finally {
    await pipeline.close();
  }
};

type Pipeline = Awaited<ReturnType<typeof createPipeline>>;

interface Before {
  /** Epoch ms. */
  readonly since: number;
  readonly usage: Usage;
  readonly turns: number;
  readonly visits: number;
}

/** What it took since then; `happenings` are all until now. */
const spentSince = (
  { simulator, startedAt, seen, madeCalls, usage }: Pipeline,
  happenings: readonly Happening[],
  { since, ...before }: Before,
): Spent => {
  if (simulator.lockFaults > 0) throw new Error('Marketo saw syncs of one lead within 30 s');
  const calls = simulator.calls().filter(({ at }) => at >= since);
  const byKind = { sync: 0, associate: 0, describe: 0, refused: 0 };
  for (const { operation, worked } of calls) {
    const kind = kinds[operation];
    byKind[worked && kind ? kind : 'refused'] += 1;
  }
  const syncs = calls.filter(({ operation, worked }) => worked && kinds[operation] === 'sync');
  const late = lateness(happenings, madeCalls, { startedAt, lockMs: leadTiming.lockMs, since });
  const lastEventAt = startedAt + (happenings.at(-1)?.at ?? 0);
  const lastCallAt = Math.max(lastEventAt, ...madeCalls.slice(-100).map((call) => call.endedAt));
  const used = usedSince(usage(), before.usage);
  return {
    requests: calls.length,
    byKind,
    leadsPerSync: syncs.reduce((sum, { leads }) => sum + leads.length, 0) / syncs.length,
    late: { p50: percentile(late, 0.5), p99: percentile(late, 0.99), max: late.at(-1) ?? 0 },
    drainMs: lastCallAt - lastEventAt,
    visits: seen.visits - before.visits,
    turns: seen.turns - before.turns,
    ticks: used.ticks,
    queries: used.queries,
    counterUpdates: used.counterUpdates,
    tableWrites: used.writes,
    lostWrites: used.lostWrites,
    itemsRead: used.itemsRead,
  };
};

/** All in one part. */
export const spend = async (
  happenings: readonly Happening[],
  options: { readonly api: Api; readonly seed: number },
): Promise<Spent> => {
  const [spent] = await spendInParts([happenings], options);
  if (spent === undefined) throw new RangeError('no part');
  return spent;
};
