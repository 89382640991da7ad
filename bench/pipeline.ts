import { randomUUID } from 'node:crypto';
import { composeAbsorb } from '../lambdas/absorb/composeAbsorb.ts';
import { stamp } from '../lambdas/ingest/stamp.ts';
import type { JsonObject } from '../lambdas/segment/event.ts';
import { readMessage } from '../lambdas/segment/message.ts';
import { epochMs } from '../lambdas/segment/time.ts';
import { composeSync } from '../lambdas/sync/composeSync.ts';
import {
  absorbTiming,
  indexLimits,
  ingestLimits,
  queueTiming,
  syncTiming,
  tickTiming,
} from '../lambdas/limits.ts';
import { Queues } from '../local/sqs/queues.ts';
import { createDice } from '../test/simulation/dice.ts';
import { createLeadsTableTwin } from '../test/twins/leadsTable.ts';
import type { Usage } from './counted.ts';
import { createRecorders } from './historyRecorders.ts';
import { HistoryUnits } from './historyUnits.ts';
import { createIndexTwin } from './indexTwin.ts';
import type { Api } from '../lambdas/marketo/leadApis.ts';
import { createBenchMarketo } from './marketo.ts';
import { createBenchPorts, latency } from './ports.ts';
import { startSource } from './sources.ts';
import { createVirtualTime } from './time.ts';
import type { Happening } from './workload.ts';

const uncheckedConsent = { categories: [], whenAbsent: 'send' } as const;

const minuteMs = 60_000;
const twoDaysMs = 2 * 24 * 60 * minuteMs;
/** Noon in Marketo's zone, in winter. */
const noon = Date.UTC(2026, 10, 23, 18);
const absorbPollers = 20;
/** What sync reports in an outage. */
const unavailable = 'Marketo is unavailable';

const rules = {
  fieldNames: 'segment',
  fieldMap: {},
  nulls: 'skip',
  rules: [],
  events: 'all',
  visits: { page: 'all', track: 'all' },
  visitorDomain: 'segment',
} as const;

interface PipelineOptions {
  readonly api: Api;
  readonly seed: number;
  /** Whether Marketo refuses every call that this lead is part of, without saying why. */
  readonly isPoisoned?: (email: string) => boolean;
  /** When Marketo answers nothing but 503; ms since the start. */
  readonly outage?: { readonly from: number; readonly to: number };
  /** The calls of each day are used up, by whomever. */
  readonly hasNoQuota?: boolean;
  /** The calls of the first day are used up in the evening, by whomever; each further day has so many. */
  readonly dailyCalls?: number;
  /** Whether a backlog may leave by bulk imports; absent: it does not. */
  readonly hasImports?: boolean;
}

/**
 * The real functions with their real client over twins of SQS and DynamoDB, under a virtual clock: what
 * takes the pipeline an hour takes here as long as its computing does.
 */
export const createPipeline = async (options: PipelineOptions) => {
  const {
    api,
    seed,
    isPoisoned,
    outage,
    hasNoQuota = false,
    dailyCalls,
    hasImports = false,
  } = options;
  const time = createVirtualTime(noon);
  const clock = { now: () => epochMs(time.now()) };
  const twin = createLeadsTableTwin(indexLimits.shards);
  const index = createIndexTwin(indexLimits);
  const marketo = await createBenchMarketo(api, {
    time,
    clock,
    requestMs: latency.requestMs,
    hasImports,
    ...(isPoisoned && { isPoisoned }),
  });
  if (outage) {
    void time.sleep(outage.from).then(marketo.goDown);
    void time.sleep(outage.to).then(marketo.comeBack);
  }

  const queues = new Queues({ now: time.now });
  const events = queues.create('events.fifo', {
    FifoQueue: 'true',
    DeduplicationScope: 'messageGroup',
    FifoThroughputLimit: 'perMessageGroupId',
    VisibilityTimeout: String(queueTiming.eventsVisibilitySeconds),
  });
  const ticks = queues.create('ticks', {
    VisibilityTimeout: String(queueTiming.ticksVisibilitySeconds),
    MessageRetentionPeriod: String(queueTiming.retentionSeconds),
  });

  const { ports, seen } = createBenchPorts({
    api,
    time,
    table: twin.table,
    marketo: marketo.port,
    random: createDice(seed).next,
    index,
    hasNoQuota,
    ...(dailyCalls !== undefined && { dailyCalls }),
    sendTick: ({ delaySeconds, ...body }) => {
      ticks.send({ body: JSON.stringify(body), delaySeconds });
      tickSource.ring();
    },
  });
  const history = new HistoryUnits();
  const recorders = createRecorders((service) => ({
    logger: ports.logger,
    writer: history.ofInstance(),
    clock,
    service,
    writeMs: minuteMs,
    payloads: false,
  }));
  const observed = { ...ports, logger: recorders.logger(ports.logger), notes: recorders.notes };
  const absorb = composeAbsorb(observed, rules);
  const sync = composeSync(observed);

  const eventSource = startSource({
    time,
    queue: events,
    pollers: absorbPollers,
    batchSize: absorbTiming.batchSize,
    windowMs: 0,
    receiveMs: latency.awsMs,
    timeoutMs: absorbTiming.functionTimeoutSeconds * 1_000,
    invoke: (batch, until) =>
      recorders.run('absorb', () =>
        absorb(
          batch.map(({ id, body, group }) => ({ id, body, group: group ?? id })),
          until - absorbTiming.visitReserveMs,
        ),
      ),
  });
  const tickSource = startSource({
    time,
    queue: ticks,
    pollers: syncTiming.maximumConcurrency,
    batchSize: syncTiming.batchSize,
    windowMs: 0,
    receiveMs: latency.awsMs,
    timeoutMs: syncTiming.functionTimeoutSeconds * 1_000,
    invoke: (batch, until) => {
      seen.turns += 1;
      return recorders.run('sync', () => sync.run(batch, until));
    },
  });
  const tickForEver = async (): Promise<never> => {
    for (;;) {
      await time.sleep(tickTiming.everyMinutes * minuteMs);
      ticks.send({ body: JSON.stringify({ scheduled: true }) });
      tickSource.ring();
    }
  };
  void tickForEver();

  /** `index`: its place among those that came at the same moment, as in one request. */
  const post = (message: JsonObject, index: number): void => {
    const receivedAt = clock.now();
    const { messageIdCharacters } = ingestLimits;
    const read = readMessage(message, {
      receivedAt,
      messageIdCharacters,
      consent: uncheckedConsent,
    });
    if (read.kind === 'refused')
      throw new Error(`ingest refuses an event: ${read.problem.message}`);
    if (read.kind === 'dropped') return;
    const source = { name: 'bench', kind: 'server' } as const;
    const accepted = { ...read.event, messageId: read.event.messageId ?? randomUUID(), source };
    const { event, group, deduplication } = stamp(accepted, index);
    events.send({ body: JSON.stringify(event), group, deduplication });
    eventSource.ring();
  };

  const waitingLeads = (): number =>
    index.count('fields') + index.count('relations') + index.count('rest');

  /** Ticks do not count: what waits stands in the index. */
  const isAtRest = (): boolean => {
    const { visible, delayed, inFlight } = events.counts();
    const waiting = waitingLeads() + index.count('visits');
    return visible + delayed + inFlight + waiting === 0;
  };

  const postAll = async (happenings: readonly Happening[]): Promise<void> => {
    let index = 0;
    for (const { at, message } of happenings) {
      if (noon + at > time.now()) {
        await time.runUntil(noon + at);
        index = 0;
      }
      post(message, index);
      index += 1;
    }
  };

  const throwUnexpected = (): void => {
    const unexpected = [...seen.errors].filter(
      (error) => !(outage && error.startsWith(unavailable)),
    );
    if (unexpected.length > 0) throw new Error(`the pipeline reports: ${unexpected.join('; ')}`);
  };

  return {
    startedAt: noon,
    simulator: marketo.simulator,
    madeCalls: marketo.made,
    seen,
    /** Request units of what the history was written. */
    historyUnits: (): number => history.units,
    /** What was given up, and why. */
    deadLetters: twin.dead,
    /** Leads that have something to tell. */
    waiting: waitingLeads,
    /** Of absorb with its queue, and of sync with the tick queue. */
    uses: () => ({ events: eventSource.use(), ticks: tickSource.use() }),
    /** What was used of each partition key of the index until now. */
    indexUses: index.uses,
    /** Now, since the start (ms). */
    elapsedMs: () => time.now() - noon,
    /** What was used of the table and the queue until now. */
    usage: (): Usage => ({ ...seen.usage }),
    /** Posts the events at their times and lets time pass until `untilMs` after the start. */
    runUntil: async (happenings: readonly Happening[], untilMs: number): Promise<void> => {
      await postAll(happenings);
      await time.runUntil(noon + untilMs);
      throwUnexpected();
    },
    /** Posts the events at their times; resolves when nothing is left to do, or after two days. */
    run: async (happenings: readonly Happening[]): Promise<void> => {
      await postAll(happenings);
      const end = time.now() + twoDaysMs;
      do await time.runUntil(time.now() + minuteMs);
      while (!isAtRest() && time.now() < end);
      throwUnexpected();
      if (!isAtRest()) throw new Error('the pipeline did not come to rest within two days');
    },
    close: marketo.close,
  };
};
