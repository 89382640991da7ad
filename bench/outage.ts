import { callLimits, marketoLimits, queueTiming } from '../lambdas/limits.ts';
import { createDice } from '../test/simulation/dice.ts';
import type { Aim, Bench, BenchOptions } from './bench.ts';
import { ages } from './lateness.ts';
import { originalWay } from './original.ts';
import { endure } from './patience.ts';
import { createPipeline } from './pipeline.ts';
import { latency } from './ports.ts';
import { columns, spoken, whole } from './text.ts';
import { version01 } from './version01.ts';
import { waitingAims, waitingDay, waitingText } from './waiting.ts';
import type { Happening } from './workload.ts';
import { emailOf, identifying } from './workload.ts';

const hourMs = 3_600_000;
const minuteMs = 60_000;
const leads = 300;
const eventsPerLead = 5;
/** Before the outage, so that Marketo has said which fields it has. */
const beforeMs = 10 * minuteMs;
/** Calls after an outage, and how soon after the probe that finds Marketo again all is told. */
const callsMost = 5;
const maxDrainMs = minuteMs;

/** What a way made of the events that came while Marketo was down. */
interface Endured {
  readonly name: string;
  readonly lost: number;
  /** Those for a token included. */
  readonly requestsInVain: number;
  readonly callsAtRecovery: number;
  /** From Marketo's return until it knew everything. */
  readonly drainMs: number | undefined;
  /** From the first call that Marketo answered; absent where others are not asked. */
  readonly drainAfterProbeMs?: number;
}

/** What so many calls take at the pace that the quota allows. */
const paceOf = (calls: number): number => {
  const { perWindow, windowMs } = callLimits.rest;
  return Math.max(0, Math.ceil(calls / perWindow) - 1) * windowMs + latency.requestMs;
};

const oursThrough = async (
  happenings: readonly Happening[],
  outage: { readonly from: number; readonly to: number },
  { seed }: BenchOptions,
): Promise<Endured> => {
  const pipeline = await createPipeline({ api: 'rest', seed, outage });
  try {
    await pipeline.run(happenings);
    const { madeCalls, simulator, startedAt, deadLetters } = pipeline;
    const back = startedAt + outage.to;
    const sent = ages(happenings, madeCalls, startedAt);
    const news = happenings.filter(({ isNews }) => isNews).length;
    const after = madeCalls.filter((call) => call.startedAt >= back);
    const ends = Math.max(back, ...after.map(({ endedAt }) => endedAt));
    const requests = [...simulator.calls(), ...simulator.tokenRequests()];
    const inVain = requests.filter(({ at }) => at - startedAt >= outage.from && at < back);
    return {
      name: 'this pipeline over REST',
      lost: news - sent.length + deadLetters.size,
      requestsInVain: inVain.length,
      callsAtRecovery: after.length,
      drainMs: ends - back,
      drainAfterProbeMs: Math.max(
        0,
        ends - Math.min(ends, ...after.map(({ startedAt: at }) => at)),
      ),
    };
  } finally {
    await pipeline.close();
  }
};

const usualWays = (
  happenings: readonly Happening[],
  down: { readonly from: number; readonly to: number },
): readonly Endured[] => {
  const moments = happenings.map(({ at }) => at);
  const retentionMs = queueTiming.retentionSeconds * 1_000;
  const usual = (name: string, visibilityMs: number, maxReceiveCount: number): Endured => {
    const options = { moments, down, visibilityMs, maxReceiveCount, retentionMs };
    const { lastTryMs, callsInVain, ...endured } = endure(options);
    const drainMs = Math.max(lastTryMs + latency.requestMs, paceOf(endured.callsAtRecovery));
    return {
      name,
      ...endured,
      requestsInVain: callsInVain,
      drainMs: endured.callsAtRecovery > 0 ? drainMs : undefined,
    };
  };
  const original = originalWay(
    happenings.map(({ at, who }) => ({ at, lead: emailOf(who) })),
    down,
  );
  return [
    {
      name: 'one call per event, 3 lock attempts',
      lost: original.lost,
      requestsInVain: original.calls,
      callsAtRecovery: 0,
      drainMs: undefined,
    },
    usual('deferral, 30 s, at most 5 receives', 30_000, 5),
    usual('deferral, 15 min, at most 1,000 receives', 15 * minuteMs, 1_000),
  ];
};

const floorFor = (happenings: readonly Happening[]): Endured => {
  const calls = Math.ceil(
    new Set(happenings.map(({ who }) => who)).size / marketoLimits.leadsPerCall,
  );
  return {
    name: 'floor: all leads in as few calls as the API allows',
    lost: 0,
    requestsInVain: 0,
    callsAtRecovery: calls,
    drainMs: paceOf(calls),
  };
};

const aimsOf = (length: string, ours: Endured): readonly Aim[] => [
  {
    what: `events lost in ${length}`,
    aim: 'none',
    got: whole(ours.lost),
    isMet: ours.lost === 0,
  },
  {
    what: `calls at recovery after ${length}`,
    aim: `at most ${callsMost}`,
    got: whole(ours.callsAtRecovery),
    isMet: ours.callsAtRecovery <= callsMost,
  },
  {
    what: `drained after ${length}, from the probe that finds Marketo again`,
    aim: `within ${spoken(maxDrainMs)}`,
    got: spoken(ours.drainAfterProbeMs ?? Infinity),
    isMet: (ours.drainAfterProbeMs ?? Infinity) <= maxDrainMs,
  },
];

/** What version 0.1 did, where it was measured. */
const recorded = (lengthMs: number): readonly Endured[] => {
  const found = version01.outage[lengthMs / hourMs];
  return found ? [{ name: version01.name, ...found }] : [];
};

const through = async (lengthMs: number, options: BenchOptions) => {
  const dice = createDice(options.seed);
  const down = { from: beforeMs, to: beforeMs + lengthMs };
  const count = Math.max(2, Math.round(leads * options.size));
  const wishes = Array.from({ length: count * eventsPerLead }, (_, index) => ({
    at: Math.floor(down.from + dice.upTo(lengthMs)),
    who: index % count,
  }));
  const happenings = identifying([{ at: 0, who: count }, ...wishes]);
  const during = happenings.filter(({ at }) => at >= down.from);
  const ways = [
    await oursThrough(happenings, down, options),
    ...recorded(lengthMs),
    ...usualWays(during, down),
    floorFor(during),
  ];
  return { lengthMs, events: during.length, count, ways };
};

const run = async (lengths: readonly number[], options: BenchOptions) => {
  const runs = [];
  // One after the other: each has its own Marketo and its own clock.
  for (const lengthMs of lengths) runs.push(await through(lengthMs, options));
  const lines = runs.flatMap(({ lengthMs, events, count, ways }) => [
    `Marketo down for ${spoken(lengthMs)}, meanwhile ${whole(events)} events of ${whole(count)} leads:`,
    ...columns([
      ['', 'events lost', 'requests in vain', 'calls at recovery', 'drained after'],
      ...ways.map(({ name, lost, requestsInVain, callsAtRecovery, drainMs }) => [
        name,
        whole(lost),
        whole(requestsInVain),
        whole(callsAtRecovery),
        drainMs === undefined ? '-' : spoken(drainMs),
      ]),
    ]),
    '',
  ]);
  const waiting = await waitingDay(options);
  const aims = [
    ...runs.flatMap(({ lengthMs, ways: [ours] }) => (ours ? aimsOf(spoken(lengthMs), ours) : [])),
    ...waitingAims(waiting),
  ];
  const numbers = {
    bench: 'outage',
    ...options,
    waiting: waiting.map((one) => ({ ...one })),
    outages: runs.map(({ lengthMs, events, count, ways }) => ({
      hours: lengthMs / hourMs,
      events,
      leads: count,
      ways: ways.map(({ drainMs, ...way }) => ({ ...way, drainMs: drainMs ?? null })),
    })),
  };
  return { lines: [...lines, ...waitingText(waiting)], aims, numbers };
};

/** For outages that last so long each (ms). */
export const createOutage = (lengths: readonly number[]): Bench => ({
  measures: 'What becomes of the events while Marketo is down for hours and days, and after',
  run: (options) => run(lengths, options),
});

export const outage = createOutage([4 * hourMs, 24 * hourMs, 13 * 24 * hourMs]);
