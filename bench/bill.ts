import { indexLimits } from '../lambdas/limits.ts';
import type { Usage } from './counted.ts';
import { latency, logFrameBytes } from './ports.ts';
import type { SourceUse } from './sources.ts';

/**
 * AWS's public list prices of us-east-1 without free tiers, in dollars, as of June 2026: first tiers,
 * Lambda on arm64, DynamoDB on demand, CloudWatch Logs of the standard class.
 */
export const prices = {
  httpApiRequest: 1 / 1e6,
  lambdaRequest: 0.2 / 1e6,
  lambdaGbSecond: 0.0000133334,
  sqsFifoRequest: 0.5 / 1e6,
  sqsRequest: 0.4 / 1e6,
  writeUnit: 0.625 / 1e6,
  readUnit: 0.125 / 1e6,
  logByte: 0.5 / 1e9,
} as const;

/** Memory of the functions as they are deployed (GB). */
const memoryGb = { ingest: 0.5, absorb: 0.5, sync: 1 } as const;
/** What a function computes for a message, beside waiting for others. */
const computeMs = 2;
/** Ingest's line about an event. */
const ingestLogBytes = logFrameBytes + 140;

/** Dollars for a number of events, by what they are paid for. */
export interface Bill {
  readonly api: number;
  readonly lambda: number;
  readonly sqs: number;
  readonly dynamoDb: number;
  readonly logs: number;
}

export const totalOf = ({ api, lambda, sqs, dynamoDb, logs }: Bill): number =>
  api + lambda + sqs + dynamoDb + logs;

interface Counted {
  readonly events: number;
  readonly usage: Usage;
  readonly uses: { readonly events: SourceUse; readonly ticks: SourceUse };
}

const gbSeconds = (gb: number, busyMs: number, messages: number): number =>
  (gb * (busyMs + messages * computeMs)) / 1_000;

const ingestBill = (events: number) => ({
  api: events * prices.httpApiRequest,
  lambda:
    events * prices.lambdaRequest +
    gbSeconds(memoryGb.ingest, events * latency.awsMs, events) * prices.lambdaGbSecond,
  sqs: events * prices.sqsFifoRequest,
  logs: events * ingestLogBytes * prices.logByte,
});

/**
 * What AWS bills for the requests that were counted, each event posted on its own, which is the
 * dearest way in. A function's time is what its requests take in the bench, and 2 ms a message.
 */
export const billOf = ({ events, usage, uses: { events: absorb, ticks: sync } }: Counted): Bill => {
  const ingest = ingestBill(events);
  const seconds =
    gbSeconds(memoryGb.absorb, absorb.busyMs, absorb.receives) +
    gbSeconds(memoryGb.sync, sync.busyMs, sync.receives);
  return {
    api: ingest.api,
    lambda:
      ingest.lambda +
      (absorb.invocations + sync.invocations) * prices.lambdaRequest +
      seconds * prices.lambdaGbSecond,
    sqs:
      ingest.sqs +
      absorb.requests * prices.sqsFifoRequest +
      (sync.requests + usage.tickRequests) * prices.sqsRequest,
    dynamoDb: usage.writeUnits * prices.writeUnit + usage.readUnits * prices.readUnit,
    logs: ingest.logs + usage.logBytes * prices.logByte,
  };
};

interface OneByOne {
  readonly events: number;
  readonly visits: number;
  readonly calls: number;
  /** Tries to take a lock, each a conditional write, and the pauses of a second between them. */
  readonly attempts: number;
  readonly pauses: number;
}

/** The same for a call per event behind the same way in: received ten at a time, worked on one by one. */
export const oneByOneBill = ({ events, visits, calls, attempts, pauses }: OneByOne): Bill => {
  const ingest = ingestBill(events);
  const busyMs =
    calls * latency.requestMs +
    visits * latency.visitMs +
    attempts * latency.awsMs +
    pauses * 1_000;
  const invocations = events / 10;
  return {
    api: ingest.api,
    lambda:
      ingest.lambda +
      invocations * prices.lambdaRequest +
      gbSeconds(memoryGb.absorb, busyMs, events) * prices.lambdaGbSecond,
    sqs: ingest.sqs + 2 * invocations * prices.sqsFifoRequest,
    dynamoDb: attempts * prices.writeUnit,
    logs: ingest.logs + events * ingestLogBytes * prices.logByte,
  };
};

const minutesAMonth = 43_200;
const pollers = 5;
const pollsAMinute = 3;
const tickMs = 4 * latency.awsMs;
/** Queries of a scheduled tick: two looks at the lanes of leads, one at keys and one at visits. */
const tickQueries = 6 * indexLimits.shards;

/** Dollars a month for what goes on without any event: long polls of both queues, and the scheduled tick. */
export const standingBill = (): number => {
  const polls = minutesAMonth * pollers * pollsAMinute;
  // Half a unit each, and the breaker and the day's counter.
  const tickUnits = tickQueries / 2 + 2;
  return (
    polls * (prices.sqsFifoRequest + prices.sqsRequest) +
    minutesAMonth *
      (prices.lambdaRequest +
        (memoryGb.sync * tickMs * prices.lambdaGbSecond) / 1_000 +
        tickUnits * prices.readUnit)
  );
};
