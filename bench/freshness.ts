import { leadTiming } from '../lambdas/limits.ts';
import { createDice } from '../test/simulation/dice.ts';
import type { Aim, Bench, BenchOptions } from './bench.ts';
import { deferral } from './deferral.ts';
import { idealAges } from './ideal.ts';
import type { Spread } from './lateness.ts';
import { ages, lateness, spreadOf } from './lateness.ts';
import type { Api } from '../lambdas/marketo/leadApis.ts';
import { originalWay } from './original.ts';
import { paceMs } from './pace.ts';
import { createPipeline } from './pipeline.ts';
import { latency } from './ports.ts';
import { columns, ratio, seconds, spreadCells, whole } from './text.ts';
import { version01 } from './version01.ts';
import type { Happening } from './workload.ts';
import { emailOf, identifying } from './workload.ts';

const durationMs = 3_600_000;
const quietLeads = 600;
const busyLeads = 20;
/** Between the events of a busy lead, on average: each lock sees a few. */
const busyEveryMs = 10_000;
const lock = { lockMs: 30_000, callMs: latency.requestMs };

interface Crowd {
  readonly happenings: readonly Happening[];
  /** Of each lead, the moments of its events (ms since the start). */
  readonly moments: ReadonlyMap<string, readonly number[]>;
}

const crowdOf = (wishes: readonly { readonly at: number; readonly who: number }[]): Crowd => {
  const happenings = identifying(wishes);
  const moments = Map.groupBy(happenings, ({ who }) => emailOf(who));
  return {
    happenings,
    moments: new Map([...moments].map(([email, of]) => [email, of.map(({ at }) => at)])),
  };
};

/** Leads that say one thing in the hour, and leads that never stop. */
const crowds = ({ seed, size }: BenchOptions) => {
  const dice = createDice(seed);
  const spread = (count: number, leads: (index: number) => number) =>
    Array.from({ length: Math.round(count * size) }, (_, index) => ({
      at: Math.floor(dice.upTo(durationMs * size)),
      who: leads(index),
    }));
  const quiet = spread(quietLeads, (index) => busyLeads + index);
  const busy = spread((busyLeads * durationMs) / busyEveryMs, (index) => index % busyLeads);
  return { quiet: crowdOf(quiet), busy: crowdOf(busy), all: crowdOf([...quiet, ...busy]) };
};

type Crowds = ReturnType<typeof crowds>;

/** How a way serves some leads. */
interface Served {
  /** Event accepted → in Marketo. */
  readonly age: Spread;
  /** From the moment a call could go to its start; absent where it never waits. */
  readonly late?: Spread;
  readonly lost: number;
}

const oursOver = async (api: Api, { quiet, busy, all }: Crowds, seed: number) => {
  const pipeline = await createPipeline({ api, seed });
  try {
    await pipeline.run(all.happenings);
    const { madeCalls, startedAt } = pipeline;
    const served = ({ happenings }: Crowd): Served => {
      const sent = ages(happenings, madeCalls, startedAt).map(({ age }) => age);
      const late = lateness(happenings, madeCalls, { startedAt, lockMs: leadTiming.lockMs });
      return { age: spreadOf(sent), late: spreadOf(late), lost: happenings.length - sent.length };
    };
    return { quiet: served(quiet), busy: served(busy) };
  } finally {
    await pipeline.close();
  }
};

const deferred = ({ moments }: Crowd, merges: boolean): Served => {
  const each = [...moments.values()].map((of) => deferral({ ...lock, moments: of, merges }));
  return {
    age: spreadOf(each.flatMap((lead) => lead.ages)),
    late: spreadOf(each.flatMap((lead) => lead.late)),
    lost: each.reduce((sum, lead) => sum + lead.lost, 0),
  };
};

const floor = ({ moments }: Crowd): Served => ({
  age: spreadOf([...moments.values()].flatMap((of) => idealAges(of, lock))),
  lost: 0,
});

const lostByOriginal = ({ happenings }: Crowd): number =>
  originalWay(happenings.map(({ at, who }) => ({ at, lead: emailOf(who) }))).lost;

const row = (name: string, { age, late, lost }: Served): readonly string[] => [
  name,
  ...spreadCells(age),
  ...(late ? spreadCells(late) : ['-', '-', '-']),
  whole(lost),
];

const table = (rows: readonly (readonly string[])[], original: number, events: number) => [
  ...columns([
    ['', 'accepted → there p50', 'p99', 'most', 'after the lock p50', 'p99', 'most', 'lost'],
    ...rows,
  ]),
  `The original's three attempts would have lost ${whole(original)} of ${whole(events)} events (${ratio((100 * original) / events)} %).`,
];

/** A quiet lead is told so soon, in the middle and but for one in a hundred. */
const quietAims = { p50: 1_600, p99: 3_000 } as const;

const aimsOf = (api: string, quiet: Served, busy: Served): readonly Aim[] => [
  ...(['p50', 'p99'] as const).map((of) => ({
    what: `a quiet lead’s event, accepted → in Marketo, ${of}, over ${api}`,
    aim: `at most ${seconds(quietAims[of])}`,
    got: seconds(quiet.age[of]),
    isMet: quiet.age[of] <= quietAims[of],
  })),
  {
    what: `latest call after a busy lead’s lock over ${api}`,
    aim: `at most ${seconds(paceMs)}`,
    got: seconds(busy.late?.max ?? 0),
    isMet: (busy.late?.max ?? 0) <= paceMs,
  },
  {
    what: `news never told over ${api}`,
    aim: 'none',
    got: whole(quiet.lost + busy.lost),
    isMet: quiet.lost + busy.lost === 0,
  },
];

const run = async (options: BenchOptions) => {
  const leads = crowds(options);
  const { quiet, busy } = leads;
  const soap = await oursOver('soap', leads, options.seed);
  const rest = await oursOver('rest', leads, options.seed);
  const ways = (crowd: 'quiet' | 'busy') => {
    const each = {
      soap: soap[crowd],
      rest: rest[crowd],
      deferral: deferred(leads[crowd], false),
      mergingDeferral: deferred(leads[crowd], true),
      floor: floor(leads[crowd]),
    };
    const lost = lostByOriginal(leads[crowd]);
    const rows = [
      row('this pipeline over SOAP', each.soap),
      row('this pipeline over REST', each.rest),
      row(`${version01.name}, SOAP`, { ...version01.freshness.soap[crowd], lost: 0 }),
      row(`${version01.name}, REST`, { ...version01.freshness.rest[crowd], lost: 0 }),
      row('deferral by visibility', each.deferral),
      row('deferral by visibility, FIFO, merging 10', each.mergingDeferral),
      row('floor: lock and call', each.floor),
    ];
    const text = table(rows, lost, leads[crowd].happenings.length);
    return { text, numbers: { ...flatWays(each), lostByOriginal: lost } };
  };
  const [quietWays, busyWays] = [ways('quiet'), ways('busy')];
  const lines = [
    `${whole(quiet.moments.size)} quiet leads, one event each, beside ${whole(busy.moments.size)} busy ones with an event every ${seconds(busyEveryMs)} on average`,
    '',
    'Quiet leads:',
    ...quietWays.text,
    '',
    'Busy leads:',
    ...busyWays.text,
  ];
  const numbers = {
    bench: 'freshness',
    ...options,
    quiet: quietWays.numbers,
    busy: busyWays.numbers,
  };
  const aims = [...aimsOf('SOAP', soap.quiet, soap.busy), ...aimsOf('REST', rest.quiet, rest.busy)];
  return { lines, aims, numbers };
};

const flatWays = (ways: Readonly<Record<string, Served>>) =>
  Object.fromEntries(
    Object.entries(ways).map(([name, { age, late, lost }]) => [
      name,
      { ageMs: { ...age }, ...(late && { lateMs: { ...late } }), lost },
    ]),
  );

export const freshness: Bench = {
  measures: 'How long an event takes into Marketo, for quiet leads and for busy ones',
  run,
};
