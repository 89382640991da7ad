import type { Aim, BenchOptions } from './bench.ts';
import { tableRequests, usedSince } from './counted.ts';
import { createPipeline } from './pipeline.ts';
import { columns, ratio, whole } from './text.ts';
import { version01 } from './version01.ts';
import { identifying } from './workload.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const crowds = [300, 3_000];
const maxRequests = 2;

/** What a day took in which Marketo was down and so many leads waited. */
interface WaitingDay {
  readonly leads: number;
  readonly tableRequests: number;
  /** Sends, receives that found something, and deletes; empty polls go on whether or not leads wait. */
  readonly queueRequests: number;
  readonly writes: number;
  readonly queries: number;
}

const totalOf = (day: WaitingDay): number => day.tableRequests + day.queueRequests;

/** A day of outage with leads that wait since its beginning. Throws where one of them is not left waiting. */
const dayOf = async (leads: number, { seed }: BenchOptions): Promise<WaitingDay> => {
  const from = 10 * minuteMs;
  const outage = { from, to: 10 * dayMs };
  const pipeline = await createPipeline({ api: 'rest', seed, outage });
  try {
    const wishes = Array.from({ length: leads }, (_, who) => ({ at: from + who, who }));
    const until = from + 30 * minuteMs;
    await pipeline.runUntil(identifying([{ at: 0, who: leads }, ...wishes]), until);
    const before = { usage: pipeline.usage(), requests: pipeline.uses().ticks.requests };
    await pipeline.runUntil([], until + dayMs);
    if (pipeline.waiting() !== leads) throw new Error('a lead did not wait for Marketo');
    const used = usedSince(pipeline.usage(), before.usage);
    return {
      leads,
      tableRequests: tableRequests(used),
      queueRequests: used.tickRequests + pipeline.uses().ticks.requests - before.requests,
      writes: used.writes,
      queries: used.queries,
    };
  } finally {
    await pipeline.close();
  }
};

export const waitingDay = async (options: BenchOptions): Promise<readonly WaitingDay[]> => {
  const days = [];
  for (const leads of crowds)
    days.push(await dayOf(Math.max(2, Math.round(leads * options.size)), options));
  return days;
};

/** What one more lead that waits costs in requests a day. */
const marginalOf = ([few, many]: readonly WaitingDay[]): number =>
  few && many ? (totalOf(many) - totalOf(few)) / (many.leads - few.leads) : Infinity;

export const waitingText = (days: readonly WaitingDay[]): readonly string[] => [
  'A day of outage, requests to DynamoDB and SQS:',
  ...columns([
    ['leads that wait', 'in all', 'per lead', 'DynamoDB', 'SQS', 'writes', 'queries of the index'],
    ...days.map((day) => [
      whole(day.leads),
      whole(totalOf(day)),
      ratio(totalOf(day) / day.leads),
      whole(day.tableRequests),
      whole(day.queueRequests),
      whole(day.writes),
      whole(day.queries),
    ]),
  ]),
  `One more waiting lead takes ${ratio(marginalOf(days))} requests a day; ${version01.name}: about ${version01.requestsPerWaitingLeadDay}. The rest is fixed: the scheduled ticks and the probes.`,
];

export const waitingAims = (days: readonly WaitingDay[]): readonly Aim[] => {
  const marginal = marginalOf(days);
  const many = days.at(-1);
  const perLead = many ? totalOf(many) / many.leads : Infinity;
  const aim = `at most ${maxRequests}`;
  return [
    {
      what: 'requests to DynamoDB and SQS for one more waiting lead and day of outage',
      aim,
      got: ratio(marginal),
      isMet: marginal <= maxRequests,
    },
    {
      what: `the same with the fixed cost of ticks and probes, shared by ${whole(many?.leads ?? 0)} leads`,
      aim,
      got: ratio(perLead),
      isMet: perLead <= maxRequests,
    },
  ];
};
