import { leadTiming } from '../lambdas/limits.ts';
import { createDice } from '../test/simulation/dice.ts';
import type { Aim, Bench, BenchOptions } from './bench.ts';
import type { Spread } from './lateness.ts';
import { ages, spreadOf } from './lateness.ts';
import type { Api } from '../lambdas/marketo/leadApis.ts';
import { paceMs } from './pace.ts';
import { createPipeline } from './pipeline.ts';
import { latency } from './ports.ts';
import { columns, seconds, spreadCells, whole } from './text.ts';
import { version01 } from './version01.ts';
import { wholeBatches } from './wholeBatches.ts';
import { emailOf, identifying } from './workload.ts';

const durationMs = 1_800_000;
const healthyLeads = 1_000;
const eventsPerLead = 3;
const poisonedEveryMs = 30_000;
/** The number of the poisoned lead; the healthy ones follow it. */
const poisoned = 0;
const isPoisoned = (lead: string): boolean => lead === emailOf(poisoned);

/** How healthy leads fared. */
interface Fared {
  readonly age: Spread;
  readonly lost: number;
  readonly calls: number;
  /** Leads of the largest call. */
  readonly largest: number;
}

interface Compared<One = Omit<Fared, 'largest'>> {
  readonly without: One;
  readonly with: One;
}

const events = ({ seed, size }: BenchOptions) => {
  const dice = createDice(seed);
  const count = Math.max(10, Math.round(healthyLeads * size));
  // Smaller sizes are as busy, but shorter.
  const end = durationMs * Math.min(1, count / healthyLeads);
  const healthy = Array.from({ length: count * eventsPerLead }, (_, index) => ({
    at: Math.floor(dice.upTo(end)),
    who: 1 + (index % count),
  }));
  const poison = Array.from({ length: Math.floor(end / poisonedEveryMs) + 1 }, (_, index) => ({
    at: index * poisonedEveryMs + Math.floor(dice.upTo(1_000)),
    who: poisoned,
  }));
  return { healthy, poison, count };
};

type Events = ReturnType<typeof events>['healthy'];

const oursOver = async (api: Api, wishes: Events, seed: number): Promise<Fared> => {
  const pipeline = await createPipeline({ api, seed, isPoisoned });
  try {
    const happenings = identifying(wishes);
    await pipeline.run(happenings);
    const { madeCalls, startedAt, simulator } = pipeline;
    if (simulator.lockFaults > 0) throw new Error('Marketo saw syncs of one lead within 30 s');
    const healthy = happenings.filter(({ who }) => who !== poisoned);
    const sent = ages(healthy, madeCalls, startedAt).map(({ age }) => age);
    return {
      age: spreadOf(sent),
      lost: healthy.length - sent.length,
      calls: madeCalls.length,
      largest: Math.max(...madeCalls.map(({ updates }) => updates.length)),
    };
  } finally {
    await pipeline.close();
  }
};

const usual = async (wishes: Events, isOneGroup: boolean) => {
  const {
    ages: sent,
    lost,
    calls,
  } = await wholeBatches({
    wishes: wishes
      .toSorted((a, b) => a.at - b.at)
      .map(({ at, who }) => ({ at, lead: emailOf(who) })),
    isPoisoned,
    isOneGroup,
    callMs: latency.requestMs,
    receiveMs: latency.awsMs,
  });
  return { age: spreadOf(sent), lost, calls };
};

const rows = (name: string, { without, with: beside }: Compared): readonly (readonly string[])[] =>
  [[`${name}, without it`, without] as const, [`${name}, beside it`, beside] as const].map(
    ([title, { age, lost, calls }]) => [title, ...spreadCells(age), whole(lost), whole(calls)],
  );

/** A call halves until the poisoned lead is alone; each time, all in it wait for their locks. */
const halvingsMs = (leads: number): number =>
  Math.ceil(Math.log2(leads)) * (leadTiming.lockMs + paceMs);

const aimsOf = (api: string, { without, with: beside }: Compared<Fared>): readonly Aim[] => {
  const worse = (of: keyof Spread): number => beside.age[of] - without.age[of];
  return [
    {
      what: `the middle healthy event over ${api}`,
      aim: 'at most 1.0 s later than without a poisoned lead',
      got: `${seconds(worse('p50'))} later`,
      isMet: worse('p50') <= 1_000,
    },
    {
      what: `the worst healthy event over ${api}`,
      aim: `at most a lock and the pace for each halving later (${seconds(halvingsMs(beside.largest))})`,
      got: `${seconds(worse('max'))} later`,
      isMet: worse('max') <= halvingsMs(beside.largest),
    },
    {
      what: `healthy events lost over ${api}`,
      aim: 'none',
      got: whole(beside.lost),
      isMet: beside.lost === 0,
    },
  ];
};

const plain = ({ age, lost, calls }: Omit<Fared, 'largest'>) => ({ age: { ...age }, lost, calls });

const run = async (options: BenchOptions) => {
  const { healthy, poison, count } = events(options);
  const compare = async <One>(way: (wishes: Events) => Promise<One>): Promise<Compared<One>> => ({
    without: await way(healthy),
    with: await way([...healthy, ...poison]),
  });
  const soap = await compare((wishes) => oursOver('soap', wishes, options.seed));
  const rest = await compare((wishes) => oursOver('rest', wishes, options.seed));
  const batches = await compare((wishes) => usual(wishes, false));
  const group = await compare((wishes) => usual(wishes, true));
  const lines = [
    `${whole(healthy.length)} events of ${whole(count)} healthy leads; one more lead, with an event every ${seconds(poisonedEveryMs)}, has any call refused that it is part of`,
    '',
    ...columns([
      ['healthy leads’ events', 'accepted → there p50', 'p99', 'most', 'lost', 'calls'],
      ...rows('this pipeline over SOAP', soap),
      ...rows('this pipeline over REST', rest),
      ...rows(`${version01.name}, SOAP`, version01.isolation.soap),
      ...rows(`${version01.name}, REST`, version01.isolation.rest),
      ...rows('a standard queue, whole batches', batches),
      ...rows('FIFO, one group, whole batches', group),
    ]),
  ];
  const flat = ({ without, with: beside }: Compared) => ({
    without: plain(without),
    beside: plain(beside),
  });
  const numbers = {
    bench: 'isolation',
    ...options,
    events: healthy.length,
    soap: flat(soap),
    rest: flat(rest),
    wholeBatches: flat(batches),
    oneGroup: flat(group),
  };
  return { lines, aims: [...aimsOf('SOAP', soap), ...aimsOf('REST', rest)], numbers };
};

export const isolation: Bench = {
  measures: 'What one lead that Marketo always refuses costs a thousand others',
  run,
};
