import type { Aim, BenchOptions } from './bench.ts';
import { tableRequests, usedSince } from './counted.ts';
import { createPipeline } from './pipeline.ts';
import { columns, ratio, whole } from './text.ts';
import { identifying } from './workload.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const crowds = [100, 1_000, 10_000, 100_000];
/** From noon, all before midnight, when the next day's calls come. */
const watchedHours = 4;
const arrivalMs = 10 * minuteMs;
/** Requests of the largest backlog, against those of the smallest. */
const maxGrowth = 1.01;

interface Backlog {
  readonly leads: number;
  /** Requests to DynamoDB and SQS in a day. */
  readonly requests: number;
  readonly writes: number;
}

/** What so many leads cost that wait while the calls of the day are used up. */
const backlogOf = async (leads: number, { seed }: BenchOptions): Promise<Backlog> => {
  const pipeline = await createPipeline({ api: 'rest', seed, hasNoQuota: true });
  try {
    const wishes = Array.from({ length: leads }, (_, who) => ({
      at: Math.floor((who * arrivalMs) / leads),
      who,
    }));
    const until = 2 * arrivalMs;
    await pipeline.runUntil(identifying(wishes), until);
    const before = { usage: pipeline.usage(), requests: pipeline.uses().ticks.requests };
    await pipeline.runUntil([], until + watchedHours * hourMs);
    if (pipeline.waiting() !== leads) throw new Error('a lead did not wait for the quota');
    const used = usedSince(pipeline.usage(), before.usage);
    const queue = used.tickRequests + pipeline.uses().ticks.requests - before.requests;
    const aDay = 24 / watchedHours;
    return { leads, requests: (tableRequests(used) + queue) * aDay, writes: used.writes * aDay };
  } finally {
    await pipeline.close();
  }
};

export const backlogs = async (options: BenchOptions): Promise<readonly Backlog[]> => {
  const found = [];
  for (const leads of crowds)
    found.push(await backlogOf(Math.max(1, Math.round(leads * options.size)), options));
  return found;
};

export const backlogText = (found: readonly Backlog[]): readonly string[] => [
  `Leads that wait while the calls of the day are used up, by ${watchedHours} h of such a day:`,
  ...columns([
    ['leads that wait', 'requests a day to DynamoDB and SQS', 'per lead', 'writes a day'],
    ...found.map(({ leads, requests, writes }) => [
      whole(leads),
      whole(requests),
      ratio(requests / leads),
      whole(writes),
    ]),
  ]),
];

export const backlogAims = (found: readonly Backlog[]): readonly Aim[] => {
  const [first, last] = [found.at(0), found.at(-1)];
  const growth = first && last ? last.requests / first.requests : Infinity;
  return [
    {
      what: `requests a day of ${whole(last?.leads ?? 0)} leads without quota, against ${whole(first?.leads ?? 0)}`,
      aim: `the same (at most ${maxGrowth} times)`,
      got: `${ratio(growth)} times`,
      isMet: growth <= maxGrowth,
    },
  ];
};
