import { leadTiming, marketoLimits } from '../lambdas/limits.ts';
import type { Aim, Bench, BenchOptions } from './bench.ts';
import { fewestCalls } from './floor.ts';
import type { Spent } from './hour.ts';
import { batches, busyHour, spend, spendInParts, twoHours } from './hour.ts';
import { originalWay } from './original.ts';
import { paceMs } from './pace.ts';
import { latency } from './ports.ts';
import { columns, seconds, spoken, whole } from './text.ts';
import { version01 } from './version01.ts';
import type { Way } from './ways.ts';
import { ours, spentText, waysText } from './ways.ts';
import type { Happening } from './workload.ts';
import { emailOf } from './workload.ts';

/** The aims for the hour of 100,000 events. */
const perEvent = 0.03;
const lateMedianMs = 3_000;
const lateWithVisitsMs = 37_000;
const writesPerBatchedEvent = 0.5;

const isIdentify = ({ message }: Happening): boolean => message['type'] === 'identify';
const leadsIn = (happenings: readonly Happening[]): number =>
  new Set(happenings.map(({ who }) => who)).size;

const maxAt = (what: string, max: number, got: number, digits: number): Aim => ({
  what,
  aim: `at most ${max}`,
  got: got.toFixed(digits),
  isMet: got <= max,
});

const timely = (what: string, maxMs: number, gotMs: number): Aim => ({
  what,
  aim: `at most ${seconds(maxMs)}`,
  got: seconds(gotMs),
  isMet: gotMs <= maxMs,
});

const aimsOf = (events: number, { rest, soap, visited, batched }: Runs): readonly Aim[] => [
  maxAt('calls per event over REST, leads only', perEvent, rest.requests / events, 4),
  timely('middle sync after its lock over REST, leads only', lateMedianMs, rest.late.p50),
  timely('latest sync after its lock over REST, leads only', paceMs, rest.late.max),
  timely('latest sync after its lock over SOAP, leads only', paceMs, soap.late.max),
  timely('latest sync after its lock over REST, with visits', lateWithVisitsMs, visited.late.max),
  maxAt(
    'table writes per event over REST, leads only',
    version01.apiCalls.writesPerEvent,
    rest.tableWrites / events,
    5,
  ),
  ...batched.map(({ batchOf, writesPerEvent }) =>
    maxAt(
      `table writes per event where each batch brings ${batchOf} events of a new lead`,
      writesPerBatchedEvent,
      writesPerEvent,
      2,
    ),
  ),
];

/** Events of one lead in each batch; absorb takes ten at most. */
const batchSizes = [5, 10];

interface Batched {
  readonly batchOf: number;
  readonly writesPerEvent: number;
}

interface Runs {
  readonly rest: Spent;
  readonly soap: Spent;
  /** The first hour ever with visits. */
  readonly visited: Spent;
  readonly batched: readonly Batched[];
}

/** Version 0.1's run of this hour, of which the figures were recorded at full size. */
const recorded = (
  { syncs, associates, describes }: Omit<Way, 'name'>,
  { size }: BenchOptions,
): readonly Way[] =>
  size === 1 ? [{ name: `${version01.name}, REST`, syncs, associates, describes }] : [];

/** Calls beside what an event costs that never travels: per identify, per piece of news, per new cookie. */
const eachText = (runs: readonly (readonly [string, Spent, readonly Happening[], number])[]) =>
  columns([
    ['API requests per', 'event', 'travelling identify', 'piece of news', 'new cookie'],
    ...runs.map(([name, { requests, byKind }, happenings, cookies]) => [
      name,
      (requests / happenings.length).toFixed(4),
      (requests / happenings.filter(isIdentify).length).toFixed(4),
      (requests / happenings.filter(({ isNews }) => isNews).length).toFixed(4),
      cookies === 0 ? '-' : (byKind.associate / cookies).toFixed(4),
    ]),
  ]);

const run = async (options: BenchOptions) => {
  const { seed } = options;
  const alone = busyHour(options, false);
  const [withCookies, later] = twoHours(options, true);
  const events = alone.length;
  const identifies = alone.filter(isIdentify);
  const leads = leadsIn(identifies);
  const news = alone.filter(({ isNews }) => isNews).length;
  const soap = await spend(alone, { api: 'soap', seed });
  const rest = await spend(alone, { api: 'rest', seed });
  const [visited, steady] = await spendInParts([withCookies, later], { api: 'rest', seed });
  if (visited === undefined || steady === undefined) throw new RangeError('two parts are run');
  const batched: Batched[] = [];
  for (const batchOf of batchSizes) {
    const of = batches(options, batchOf);
    const { tableWrites } = await spend(of, { api: 'rest', seed });
    batched.push({ batchOf, writesPerEvent: tableWrites / of.length });
  }

  const lost = originalWay(identifies.map(({ at, who }) => ({ at, lead: emailOf(who) }))).lost;
  const each = (name: string, associates: number): Way => ({
    name,
    syncs: identifies.length,
    associates,
    describes: 0,
  });
  const floor = (name: string, syncs: number, associates: number): Way => ({
    name,
    syncs,
    associates,
    describes: 1,
  });
  const within = (patienceMs: number): number =>
    fewestCalls(alone, { patienceMs, lockMs: leadTiming.lockMs, callMs: latency.requestMs });
  const cookies = leadsIn(withCookies.filter(isIdentify));
  const newCookies = leadsIn([...withCookies, ...later].filter(isIdentify)) - cookies;
  const unhurried = Math.ceil(leads / marketoLimits.leadsPerCall);
  const classic = each('one call per identify', 0);
  const classicCookies = each('one call per identify, its cookie after it', identifies.length);
  const lines = [
    `${whole(events)} events of ${whole(leadsIn(alone))} leads in ${spoken(3_600_000 * options.size)}: ${whole(identifies.length)} identifies of ${whole(leads)} leads, ${whole(news)} with news`,
    '',
    'Leads only (tracks and pages are kept from Marketo):',
    ...waysText(events, classic, [
      classic,
      ours('this pipeline over SOAP', soap),
      ours('this pipeline over REST', rest),
      ...recorded(version01.apiCalls.rest, options),
      floor('floor: all told within 1 s of its lock', within(1_000), 0),
      floor('floor: all told within 5 s of its lock', within(5_000), 0),
      floor('floor: all told at the end', unhurried, 0),
    ]),
    `With the original's lock, one call per identify would have lost ${whole(lost)} of ${whole(identifies.length)} events.`,
    '',
    'With visits, the first hour ever: each cookie has to be told once, one request each over REST:',
    ...waysText(events, classicCookies, [
      classicCookies,
      ours('this pipeline over REST', visited),
      ...recorded(version01.apiCalls.visited, options),
      floor('floor: all told within 5 s of its lock', within(5_000), cookies),
      floor('floor: all told at the end', unhurried, cookies),
    ]),
    `Besides, ${whole(visited.visits)} visits went to Munchkin, which is no API request.`,
    '',
    ...eachText([
      ['REST, leads only', rest, alone, 0],
      ['REST, with visits, the first hour ever', visited, withCookies, cookies],
      ['REST, with visits, a later hour', steady, later, newCookies],
    ]),
    '',
    ...spentText(events, [
      ['SOAP, leads only', soap],
      ['REST, leads only', rest],
      ['REST, with visits', visited],
      ['REST, with visits, a later hour', steady],
    ]),
    `${version01.name}, REST: late ${seconds(version01.apiCalls.rest.late.p50)} in the middle and ${seconds(version01.apiCalls.rest.late.max)} at most, with visits ${seconds(version01.apiCalls.visited.late.p50)} and ${seconds(version01.apiCalls.visited.late.max)}; ${version01.apiCalls.writesPerEvent.toFixed(4)} writes per event.`,
    ...batched.map(
      ({ batchOf, writesPerEvent }) =>
        `Where each batch brings ${batchOf} events of a new lead: ${writesPerEvent.toFixed(2)} writes per event.`,
    ),
  ];
  const numbers = {
    bench: 'api-calls',
    ...options,
    events,
    identifies: identifies.length,
    news,
    onePerIdentify: { perEvent: identifies.length / events, lost },
    floorWithin5s: within(5_000),
    soap: { perEvent: soap.requests / events, ...flat(soap) },
    rest: { perEvent: rest.requests / events, ...flat(rest) },
    restWithVisits: { perEvent: visited.requests / withCookies.length, ...flat(visited) },
    restLater: { perEvent: steady.requests / later.length, newCookies, ...flat(steady) },
    batched: batched.map((one) => ({ ...one })),
  };
  return {
    lines,
    aims: aimsOf(events, { rest, soap, visited, batched }),
    numbers,
  };
};

const flat = ({ byKind, late, ...spent }: Spent) => ({
  ...spent,
  byKind: { ...byKind },
  lateMs: { ...late },
});

export const apiCalls: Bench = {
  measures: 'API requests that Marketo gets for an hour of events, and how late they are',
  run,
};
