import { marketoLimits } from '../lambdas/limits.ts';
import type { Bench, BenchOptions } from './bench.ts';
import { createPipeline } from './pipeline.ts';
import { columns, ratio, spoken, whole } from './text.ts';
import { emailOf, identifying } from './workload.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** From noon: the leads come before midnight, when the calls of the day are used up. */
const beginsAt = 11.5 * hourMs;
const arrivalMs = 10 * minuteMs;
/** Calls of a day, of which the leads would need more. */
const shareOfCalls = 0.75;
const whole1 = 1_000_000;
const aimCalls = 400;

interface Spent {
  readonly calls: number;
  readonly uploads: number;
  readonly polls: number;
  readonly records: number;
  /** From midnight until the last lead was written down. */
  readonly tookMs: number;
  readonly writesPerLead: number;
}

/** Throws where a lead is not in Marketo at the end, or one was synced twice within 30 s. */
const spend = async (
  leads: number,
  { seed }: BenchOptions,
  hasImports: boolean,
): Promise<Spent> => {
  const dailyCalls = Math.max(10, Math.floor((leads / marketoLimits.leadsPerCall) * shareOfCalls));
  const pipeline = await createPipeline({ api: 'rest', seed, dailyCalls, hasImports });
  try {
    // The first lead of the day brings Marketo's description of its fields along.
    const wishes = Array.from({ length: leads + 1 }, (_, who) => ({
      at: who === 0 ? hourMs : beginsAt + Math.floor((who * arrivalMs) / leads),
      who,
    }));
    await pipeline.runUntil(identifying(wishes), 12 * hourMs);
    if (pipeline.waiting() !== leads) throw new Error('a lead did not wait for the quota');
    const before = pipeline.usage();
    const callsBefore = pipeline.simulator.calls().length;
    const beganAt = pipeline.elapsedMs();
    while (pipeline.waiting() > 0) {
      await pipeline.runUntil([], pipeline.elapsedMs() + minuteMs);
      if (pipeline.elapsedMs() > 4 * 24 * hourMs) throw new Error('the backlog does not end');
    }
    const { simulator } = pipeline;
    if (simulator.lockFaults > 0) throw new Error('Marketo saw syncs of one lead within 30 s');
    for (let who = 0; who < leads; who += 97)
      if (simulator.find('email', emailOf(who)) === undefined)
        throw new Error('a lead is not in Marketo');
    const calls = simulator.calls().slice(callsBefore);
    const of = (name: string): number => calls.filter(({ operation }) => operation === name).length;
    return {
      calls: calls.length,
      uploads: of('importLeads'),
      polls: of('importStatus'),
      records: of('leads'),
      tookMs: pipeline.elapsedMs() - beganAt,
      writesPerLead: (pipeline.usage().writes - before.writes) / leads,
    };
  } finally {
    await pipeline.close();
  }
};

export const bulk: Bench = {
  measures: 'Marketo calls for a backlog that the day’s calls cannot carry, by bulk imports',
  run: async (options) => {
    const leads = Math.max(5_000, Math.round(100_000 * options.size));
    const imports = await spend(leads, options, true);
    const calls = await spend(leads, options, false);
    const perMillion = ({ calls: all }: Spent): number => Math.ceil((all * whole1) / leads);
    const row = (name: string, spent: Spent): readonly string[] => [
      name,
      whole(spent.calls),
      whole(perMillion(spent)),
      spoken(spent.tookMs),
      ratio(spent.writesPerLead),
    ];
    return {
      lines: [
        `${whole(leads)} leads wait at midnight, and the day has calls for ${whole(leads * shareOfCalls)} of them.`,
        '',
        ...columns([
          ['', 'calls', 'for 1,000,000 leads', 'until the last is done', 'table writes per lead'],
          row('bulk imports', imports),
          row('Sync Leads alone', calls),
        ]),
        '',
        `The imports: ${whole(imports.uploads)} uploads, ${whole(imports.polls)} polls, and ${whole(imports.records)} calls of Sync Leads before the first tick of the day. The simulated Marketo imports 500 rows a second and works on two jobs at once.`,
      ],
      aims: [
        {
          what: 'calls for 1,000,000 leads',
          aim: `≤ ${aimCalls}`,
          got: whole(perMillion(imports)),
          isMet: perMillion(imports) <= aimCalls,
        },
      ],
      numbers: {
        bench: 'bulk',
        seed: options.seed,
        leads,
        imports: { ...imports },
        syncLeads: { ...calls },
        callsPerMillion: perMillion(imports),
      },
    };
  },
};
