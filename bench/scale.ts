import { backlogAims, backlogText, backlogs } from './backlog.ts';
import type { Aim, Bench, BenchOptions } from './bench.ts';
import type { Bill } from './bill.ts';
import { billOf, oneByOneBill, prices, standingBill, totalOf } from './bill.ts';
import { originalWay } from './original.ts';
import { createPipeline } from './pipeline.ts';
import { columns, ratio, spoken, whole } from './text.ts';
import { version01 } from './version01.ts';
import type { Happening } from './workload.ts';
import { emailOf, workload } from './workload.ts';

const hourMs = 3_600_000;
const maxEvents = 10_000;
/** As busy as a hundred thousand events an hour. */
const eventMs = hourMs / 100_000;
const crowds = [1_000, 10_000, 100_000];
/** Of so many leads, each the same: nearly every event is another lead's. */
const strangers = 1_000_000;
const downtimes = [hourMs, 4 * hourMs];
const backlogLeads = 10_000;
const largestGrowth = 3;

interface Cost {
  readonly name: string;
  readonly leads: number;
  /** API requests at Marketo. */
  readonly requests: number;
  readonly bill: Bill;
  /** Dollars for the history, which `history.days: 0` turns off. */
  readonly history: number;
}

const events = (leads: number, zipf: number, { seed, size }: BenchOptions): readonly Happening[] =>
  workload({
    seed,
    events: Math.round(maxEvents * size),
    leads,
    zipf,
    durationMs: maxEvents * size * eventMs,
    identifies: 0.4,
    unchanged: 0.8,
    hasCookies: true,
  });

const leadsIn = (happenings: readonly Happening[]): number =>
  new Set(happenings.map(({ who }) => who)).size;

const costOf = async (
  name: string,
  happenings: readonly Happening[],
  seed: number,
  downMs = 0,
): Promise<Cost> => {
  const outage = downMs > 0 ? { outage: { from: 0, to: downMs } } : {};
  const pipeline = await createPipeline({ api: 'rest', seed, ...outage });
  try {
    await pipeline.run(happenings);
    const { usage } = pipeline.seen;
    return {
      name,
      leads: leadsIn(happenings),
      requests: pipeline.simulator.calls().length,
      bill: billOf({ events: happenings.length, usage, uses: pipeline.uses() }),
      history: pipeline.historyUnits() * prices.writeUnit,
    };
  } finally {
    await pipeline.close();
  }
};

/** One call per identify, one request per cookie and identify, with the original's lock attempts. */
const oneByOne = (happenings: readonly Happening[]): Cost => {
  const identifies = happenings.filter(({ message }) => message['type'] === 'identify');
  const { calls, attempts, lost } = originalWay(
    identifies.map(({ at, who }) => ({ at, lead: emailOf(who) })),
  );
  return {
    name: `one call per event, which loses ${whole(lost)} of ${whole(identifies.length)} identifies`,
    leads: leadsIn(happenings),
    requests: 2 * calls,
    history: 0,
    bill: oneByOneBill({
      events: happenings.length,
      visits: happenings.length - identifies.length,
      calls: 2 * calls,
      attempts,
      pauses: attempts - identifies.length,
    }),
  };
};

const dollars = (amount: number): string => `$${amount.toFixed(2)}`;

const rowOf = (
  { name, leads, requests, bill, history }: Cost,
  count: number,
): readonly string[] => {
  const million = 1e6 / count;
  const { api, lambda, sqs, dynamoDb, logs } = bill;
  return [
    name,
    whole(leads),
    (requests / count).toFixed(3),
    dollars(totalOf(bill) * million),
    ...[api, lambda, sqs, dynamoDb, logs, history].map((part) => dollars(part * million)),
  ];
};

const header = [
  '',
  'leads seen',
  'Marketo requests/ev',
  'AWS per million',
  'HTTP API',
  'Lambda',
  'SQS',
  'DynamoDB',
  'logs',
  'and history',
];

const pricesText = [
  `Prices (us-east-1, June 2026, no free tier), per million: HTTP API requests ${dollars(prices.httpApiRequest * 1e6)}, Lambda requests ${dollars(prices.lambdaRequest * 1e6)},`,
  `SQS requests ${dollars(prices.sqsRequest * 1e6)} (FIFO ${dollars(prices.sqsFifoRequest * 1e6)}), DynamoDB writes $${String(prices.writeUnit * 1e6)} and reads $${String(prices.readUnit * 1e6)}; a GB-second of Lambda on arm64 $${String(prices.lambdaGbSecond)}, a GB of logs ${dollars(prices.logByte * 1e9)}.`,
];

const maxHistory = 1.5;

const historyAim = (perMillion: number): Aim => ({
  what: 'the history of a million events of 10,000 leads, without bodies',
  aim: `at most ${dollars(maxHistory)}`,
  got: dollars(perMillion),
  isMet: perMillion <= maxHistory,
});

const aimsOf = (few: number, many: number): readonly Aim[] => [
  {
    what: 'AWS per event, every event another lead’s, against a thousand leads',
    aim: `at most ${largestGrowth} times`,
    got: `${ratio(many / few)} times`,
    isMet: many <= largestGrowth * few,
  },
];

const run = async (options: BenchOptions) => {
  const { seed } = options;
  const sized: Cost[] = [];
  for (const leads of crowds)
    sized.push(await costOf(`${whole(leads)} leads`, events(leads, 1.1, options), seed));
  const strange = events(strangers, 0, options);
  const bound = await costOf('every event another lead’s', strange, seed);
  const usual = events(backlogLeads, 1.1, options);
  const outages: Cost[] = [];
  for (const downMs of downtimes)
    outages.push(await costOf(`after Marketo was down for ${spoken(downMs)}`, usual, seed, downMs));
  const count = usual.length;
  const base = sized[crowds.indexOf(backlogLeads)] ?? bound;
  const [short, long] = outages;
  const [first = hourMs, last = hourMs] = downtimes;
  const waiting =
    short && long
      ? (totalOf(long.bill) - totalOf(short.bill)) / (short.leads * ((last - first) / hourMs))
      : 0;
  const costs = [...sized, bound, ...outages, oneByOne(usual)];
  const waitingForQuota = await backlogs(options);
  const lines = [
    `${whole(count)} events at 100,000 an hour, two fifths identifies, the rest visits with cookies, over REST; each event a request of its own to the HTTP API`,
    '',
    ...columns([header, ...costs.map((cost) => rowOf(cost, count))]),
    '',
    `More leads than that cost no more: with every event another lead's, no two share anything.`,
    `A lead that waits for Marketo costs ${dollars(waiting * 1e6)} per million and hour, the scheduled ticks' fixed cost included. A way in by batches of 100 saves up to ${dollars((prices.httpApiRequest + prices.lambdaRequest) * 0.99 * 1e6 + prices.sqsFifoRequest * 0.9 * 1e6)} per million.`,
    `Without any event, polling and the scheduled ticks cost ${dollars(standingBill())} a month.`,
    `${version01.name}: ${dollars(version01.scale.perMillion)} per million of 10,000 leads' events, ${dollars(version01.scale.perMillionAfter4h)} after Marketo was down for 4 h, and ${dollars(version01.scale.perLeadHourWaiting * 1e6)} per million leads that wait and hour.`,
    ...pricesText,
    '',
    ...backlogText(waitingForQuota),
  ];
  const perMillion = ({ bill }: Cost): number => (totalOf(bill) * 1e6) / count;
  const numbers = {
    bench: 'scale',
    ...options,
    events: count,
    costs: costs.map((cost) => ({
      name: cost.name,
      leads: cost.leads,
      requestsPerEvent: cost.requests / count,
      dollarsPerMillion: perMillion(cost),
      historyDollarsPerMillion: (cost.history * 1e6) / count,
    })),
    backlogs: waitingForQuota.map((one) => ({ ...one })),
    dollarsPerLeadHourWaiting: waiting,
    dollarsPerMonthStanding: standingBill(),
  };
  const aims = [
    ...aimsOf(perMillion(sized[0] ?? base), perMillion(bound)),
    historyAim((base.history * 1e6) / count),
    ...backlogAims(waitingForQuota),
  ];
  return { lines, aims, numbers };
};

export const scale: Bench = {
  measures: 'What an event costs in AWS as leads and backlog grow',
  run,
};
