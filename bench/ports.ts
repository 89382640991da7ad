import type { DeliveryLine, Logger } from '../lambdas/delivery.ts';
import type { Counters } from '../lambdas/sync/counters.ts';
import type { LeadsTable } from '../lambdas/store/leadsTable.ts';
import type { MarketoLeads } from '../lambdas/marketo/marketoPorts.ts';
import type { Random } from '../lambdas/ports.ts';
import type { Tick } from '../lambdas/store/tickQueue.ts';
import { dayOf } from '../lambdas/lead/centralTime.ts';
import { epochMs } from '../lambdas/segment/time.ts';
import type { SyncSidePorts } from '../lambdas/sync/composeSync.ts';
import {
  absorbTiming,
  callLimits,
  indexLimits,
  leadLimits,
  leadTiming,
} from '../lambdas/limits.ts';
import { createCountersTwin } from '../test/twins/counters.ts';
import { noMetrics } from '../test/twins/metrics.ts';
import { countedCounters, countedTable, countedTicks, noUsage } from './counted.ts';
import type { IndexTwin } from './indexTwin.ts';
import type { Api } from '../lambdas/marketo/leadApis.ts';
import type { VirtualTime } from './time.ts';

const dayMs = 24 * 3_600_000;
/** What a request takes: to DynamoDB or SQS, to Munchkin, to Marketo's lead API. */
export const latency = { awsMs: 8, visitMs: 100, requestMs: 500 };
/** What the logger adds to each line: level, message, time, service, X-Ray id. */
export const logFrameBytes = 180;

interface BenchPortsOptions {
  readonly api: Api;
  readonly time: VirtualTime;
  readonly table: LeadsTable;
  readonly index: IndexTwin;
  readonly marketo: MarketoLeads;
  readonly random: Random;
  readonly sendTick: (tick: Tick) => void;
  /** The calls of a day are used up, by whomever. */
  readonly hasNoQuota?: boolean;
  /** The calls of the first day are used up in the evening; each further day has so many. */
  readonly dailyCalls?: number;
}

/** Counters that read as if all calls of each day had been made. */
const exhausted = (counters: Counters, api: Api): Counters => ({
  ...counters,
  used: () => Promise.resolve(callLimits[api].dailyCalls),
});

/** When the calls of the first day are used up, before its end. */
const eveningMs = 3_600_000;

/** Counters that read as if all calls of the present day had been made, in its last hour. */
const exhaustedToday = (counters: Counters, time: VirtualTime, dailyCalls: number): Counters => {
  const { resetsAt } = dayOf(epochMs(time.now()));
  return {
    ...counters,
    used: (key) => {
      const isUsedUp = time.now() < resetsAt && time.now() >= resetsAt - eveningMs;
      return isUsedUp ? Promise.resolve(dailyCalls) : counters.used(key);
    },
  };
};

/** The functions' ports under a virtual clock, and what was seen of their use. */
export const createBenchPorts = (options: BenchPortsOptions) => {
  const {
    api,
    time,
    table,
    index,
    marketo,
    random,
    sendTick,
    hasNoQuota = false,
    dailyCalls,
  } = options;
  const seen = {
    usage: noUsage(),
    /** Invocations of sync. */
    turns: 0,
    /** Visits that went to Munchkin. */
    visits: 0,
    /** Each once, however often it came. */
    errors: new Set<string>(),
  };
  const counting = { time, usage: seen.usage, latencyMs: latency.awsMs };
  const note = (line: DeliveryLine): void => {
    seen.usage.logBytes += logFrameBytes + Buffer.byteLength(JSON.stringify(line));
  };
  const logger: Logger = {
    delivery: note,
    call: () => undefined,
    warn: () => undefined,
    error: (message, facts = {}) => {
      const { because = facts['error'] } = facts;
      seen.errors.add(typeof because === 'string' ? `${message} (${because})` : message);
    },
  };
  const { counters } = createCountersTwin();
  const ofDay = (real: Counters): Counters => {
    if (hasNoQuota) return exhausted(real, api);
    return dailyCalls === undefined ? real : exhaustedToday(real, time, dailyCalls);
  };
  let calls = 0;
  const ports: SyncSidePorts = {
    table: countedTable(table, index, counting),
    tickQueue: countedTicks(sendTick, counting),
    munchkin: {
      visit: async () => {
        seen.visits += 1;
        await time.sleep(latency.visitMs);
        return { kind: 'visited' };
      },
    },
    marketo,
    api,
    counters: countedCounters(ofDay(counters), counting),
    callLimits: { ...callLimits[api], ...(dailyCalls !== undefined && { dailyCalls }) },
    clock: { now: () => epochMs(time.now()) },
    sleep: time.sleep,
    random,
    logger,
    metrics: noMetrics,
    unknownFields: 'skip',
    timing: leadTiming,
    limits: leadLimits,
    shards: indexLimits.shards,
    visitTimeoutMs: absorbTiming.visitTimeoutMs,
    holdMs: 30 * dayMs,
    resendUnchangedAfterMs: dayMs,
    emailChange: 'rename',
    newOwner: () => `call-${(calls += 1)}`,
  };
  return { ports, seen };
};
