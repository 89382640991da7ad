import { leadTiming } from '../lambdas/limits.ts';
import type { BenchOptions } from './bench.ts';
import { lateness, percentile } from './lateness.ts';
import type { Api } from './marketo.ts';
import { createPipeline } from './pipeline.ts';
import type { Happening } from './workload.ts';
import { workload } from './workload.ts';

const hourMs = 3_600_000;

/** The hour that api-calls is about. Smaller sizes are as busy, but shorter. */
export const busyHour = ({ seed, size }: BenchOptions, hasCookies: boolean) =>
  workload({
    seed,
    events: Math.round(100_000 * size),
    leads: 20_000,
    zipf: 1.1,
    durationMs: hourMs * size,
    identifies: 0.4,
    unchanged: 0.8,
    hasCookies,
  });

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
  /** Turns that ended because no call might go. */
  readonly turnsWithoutSlots: number;
  readonly dueMessages: number;
  readonly tableWrites: number;
  readonly lostWrites: number;
  readonly itemsRead: number;
}

/** Runs events through the whole pipeline. Throws where Marketo is not told all, or too early. */
export const spend = async (
  happenings: readonly Happening[],
  { api, seed }: { readonly api: Api; readonly seed: number },
): Promise<Spent> => {
  const pipeline = await createPipeline({ api, seed });
  try {
    await pipeline.run(happenings);
    const { simulator, startedAt, seen, madeCalls } = pipeline;
    if (simulator.lockFaults > 0) throw new Error('Marketo saw syncs of one lead within 30 s');
    const calls = simulator.calls();
    const byKind = { sync: 0, associate: 0, describe: 0, refused: 0 };
    for (const { operation, worked } of calls) {
      const kind = kinds[operation];
      byKind[worked && kind ? kind : 'refused'] += 1;
    }
    const syncs = calls.filter(({ operation, worked }) => worked && kinds[operation] === 'sync');
    const late = lateness(happenings, madeCalls, { startedAt, lockMs: leadTiming.lockMs });
    const lastEventAt = startedAt + (happenings.at(-1)?.at ?? 0);
    const lastCallAt = Math.max(lastEventAt, ...madeCalls.slice(-100).map((call) => call.endedAt));
    return {
      requests: calls.length,
      byKind,
      leadsPerSync: syncs.reduce((sum, { leads }) => sum + leads.length, 0) / syncs.length,
      late: { p50: percentile(late, 0.5), p99: percentile(late, 0.99), max: late.at(-1) ?? 0 },
      drainMs: lastCallAt - lastEventAt,
      visits: seen.visits,
      turns: seen.turns,
      turnsWithoutSlots: seen.turnsWithoutSlots,
      dueMessages: seen.usage.dueMessages,
      tableWrites: seen.usage.writes,
      lostWrites: seen.usage.lostWrites,
      itemsRead: seen.usage.itemsRead,
    };
  } finally {
    await pipeline.close();
  }
};
