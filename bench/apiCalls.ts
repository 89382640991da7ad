import { leadTiming, marketoLimits } from '../lambdas/limits.ts';
import type { Aim, Bench, BenchOptions } from './bench.ts';
import { fewestCalls } from './floor.ts';
import type { Spent } from './hour.ts';
import { busyHour, spend } from './hour.ts';
import { originalWay } from './original.ts';
import { paceMs } from './pace.ts';
import { latency } from './ports.ts';
import { seconds, spoken, whole } from './text.ts';
import type { Way } from './ways.ts';
import { ours, spentText, waysText } from './ways.ts';
import type { Happening } from './workload.ts';
import { emailOf } from './workload.ts';

const perEvent = 0.05;

const isIdentify = ({ message }: Happening): boolean => message['type'] === 'identify';
const leadsIn = (happenings: readonly Happening[]): number =>
  new Set(happenings.map(({ who }) => who)).size;

const aimsOf = (events: number, rest: Spent, soap: Spent, visited: Spent): readonly Aim[] => {
  const calls = (what: string, { requests, byKind }: Spent): Aim => ({
    what,
    aim:
      byKind.associate === 0
        ? `at most ${perEvent}`
        : `at most ${perEvent}, of which cookies alone take ${(byKind.associate / events).toFixed(4)}`,
    got: (requests / events).toFixed(4),
    isMet: requests / events <= perEvent,
  });
  const late = (what: string, { late: { max } }: Spent): Aim => ({
    what,
    aim: `at most ${seconds(paceMs)}`,
    got: seconds(max),
    isMet: max <= paceMs,
  });
  return [
    calls('calls per event over REST, leads only', rest),
    calls('calls per event over REST, with the visits’ cookies', visited),
    late('latest sync after its lock over REST, leads only', rest),
    late('latest sync after its lock over REST, with the visits’ cookies', visited),
    late('latest sync after its lock over SOAP, leads only', soap),
  ];
};

const run = async (options: BenchOptions) => {
  const { seed } = options;
  const alone = busyHour(options, false);
  const withCookies = busyHour(options, true);
  const events = alone.length;
  const identifies = alone.filter(isIdentify);
  const leads = leadsIn(identifies);
  const news = alone.filter(({ isNews }) => isNews).length;
  const soap = await spend(alone, { api: 'soap', seed });
  const rest = await spend(alone, { api: 'rest', seed });
  const visited = await spend(withCookies, { api: 'rest', seed });

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
      floor('floor: all told within 5 s of its lock', within(5_000), cookies),
      floor('floor: all told at the end', unhurried, cookies),
    ]),
    `Besides, ${whole(visited.visits)} visits went to Munchkin, which is no API request.`,
    '',
    ...spentText(events, [
      ['SOAP, leads only', soap],
      ['REST, leads only', rest],
      ['REST, with visits', visited],
    ]),
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
    restWithVisits: { perEvent: visited.requests / events, ...flat(visited) },
  };
  return { lines, aims: aimsOf(events, rest, soap, visited), numbers };
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
