import { randomUUID } from 'node:crypto';
import { stamp } from '../lambdas/ingest/stamp.ts';
import type { JsonObject } from '../lambdas/segment/event.ts';
import { readMessage } from '../lambdas/segment/message.ts';
import { epochMs } from '../lambdas/segment/time.ts';
import { composeAbsorb, composeSync } from '../lambdas/worker/compose.ts';
import {
  absorbTiming,
  ingestLimits,
  queueTiming,
  sweepTiming,
  syncTiming,
} from '../lambdas/limits.ts';
import { Queues } from '../local/sqs/queues.ts';
import { createDice } from '../test/simulation/dice.ts';
import { createLeadsTableTwin } from '../test/twins/leadsTable.ts';
import type { Api } from './marketo.ts';
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
/** What the worker reports in an outage. */
const unavailable = 'Marketo is unavailable';

const rules = {
  fieldNames: 'segment',
  fieldMap: {},
  nulls: 'skip',
  activities: {},
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
}

/**
 * The real worker with its real client over twins of SQS and DynamoDB, under a virtual clock: what
 * takes the pipeline an hour takes here as long as its computing does.
 */
export const createPipeline = async ({ api, seed, isPoisoned, outage }: PipelineOptions) => {
  const time = createVirtualTime(noon);
  const clock = { now: () => epochMs(time.now()) };
  const twin = createLeadsTableTwin(sweepTiming.shards);
  const marketo = await createBenchMarketo(api, {
    time,
    clock,
    requestMs: latency.requestMs,
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
  const due = queues.create('due', {
    VisibilityTimeout: String(queueTiming.dueVisibilitySeconds),
    MessageRetentionPeriod: String(queueTiming.retentionSeconds),
  });

  const { ports, seen } = createBenchPorts({
    api,
    time,
    table: twin.table,
    marketo: marketo.port,
    random: createDice(seed).next,
    sendDue: ({ delaySeconds, ...body }) => {
      due.send({ body: JSON.stringify(body), delaySeconds });
      dueSource.ring();
    },
  });
  const absorb = composeAbsorb(ports, rules);
  const { sync, sweep } = composeSync(ports);

  const eventSource = startSource({
    time,
    queue: events,
    pollers: absorbPollers,
    batchSize: absorbTiming.batchSize,
    windowMs: 0,
    receiveMs: latency.awsMs,
    timeoutMs: absorbTiming.functionTimeoutSeconds * 1_000,
    invoke: (batch, until) =>
      absorb(
        batch.map(({ id, body, group }) => ({ id, body, group: group ?? id })),
        until - absorbTiming.visitReserveMs,
      ),
  });
  const dueSource = startSource({
    time,
    queue: due,
    pollers: syncTiming.maximumConcurrency,
    batchSize: syncTiming.batchSize,
    windowMs: syncTiming.batchWindowSeconds * 1_000,
    receiveMs: latency.awsMs,
    timeoutMs: syncTiming.functionTimeoutSeconds * 1_000,
    invoke: (batch, until) => {
      seen.turns += 1;
      return sync(batch, until);
    },
  });
  const sweepForEver = async (): Promise<never> => {
    for (;;) {
      await time.sleep(sweepTiming.everyMinutes * minuteMs);
      await sweep(epochMs(time.now() + minuteMs));
    }
  };
  void sweepForEver();

  const post = (message: JsonObject): void => {
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
    const { event, group, deduplication } = stamp(accepted, 0);
    events.send({ body: JSON.stringify(event), group, deduplication });
    eventSource.ring();
  };

  const isEmpty = (queue: typeof due): boolean => {
    const { visible, delayed, inFlight } = queue.counts();
    return visible + delayed + inFlight === 0;
  };
  const isAtRest = (): boolean =>
    isEmpty(events) &&
    isEmpty(due) &&
    ![...twin.rows].some(([key, { item }]) => key.startsWith('lead#') && item.wakeAt !== undefined);

  return {
    startedAt: noon,
    simulator: marketo.simulator,
    madeCalls: marketo.made,
    seen,
    /** What was given up, and why. */
    deadLetters: twin.dead,
    /** Of absorb with its queue, and of sync with the due queue. */
    uses: () => ({ events: eventSource.use(), due: dueSource.use() }),
    /** Posts the events at their times; resolves when nothing is left to do, or after two days. */
    run: async (happenings: readonly Happening[]): Promise<void> => {
      for (const { at, message } of happenings) {
        if (noon + at > time.now()) await time.runUntil(noon + at);
        post(message);
      }
      const end = time.now() + twoDaysMs;
      do await time.runUntil(time.now() + minuteMs);
      while (!isAtRest() && time.now() < end);
      const unexpected = [...seen.errors].filter(
        (error) => !(outage && error.startsWith(unavailable)),
      );
      if (unexpected.length > 0) throw new Error(`the worker reports: ${unexpected.join('; ')}`);
      if (!isAtRest()) throw new Error('the pipeline did not come to rest within two days');
    },
    close: marketo.close,
  };
};
