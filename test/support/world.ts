import { expect } from 'vitest';
import { createIngest } from '../../lambdas/ingest/ingest.ts';
import type { FieldPolicies } from '../../lambdas/marketo/fieldPolicies.ts';
import type { VisitRules } from '../../lambdas/marketo/visitRules.ts';
import { activityRules } from '../../lambdas/settings/movedActivities.ts';
import type { Mapping } from '../../lambdas/marketo/mapping/mapping.ts';
import type { Settings } from '../../lambdas/settings.ts';
import { createRestMarketo } from '../../lambdas/marketo/rest/restClient.ts';
import type { AudienceRules } from '../../lambdas/marketo/memberships.ts';
import type { LeadRules } from '../../lambdas/marketo/rest/leadRules.ts';
import { createSoapMarketo } from '../../lambdas/marketo/soap/soapClient.ts';
import { createMunchkin } from '../../lambdas/marketo/munchkin/munchkinClient.ts';
import { createCountedLogger } from '../../lambdas/countedLogger.ts';
import type { CallLine, DeliveryLine, Logger } from '../../lambdas/delivery.ts';
import type { HistoryWriter } from '../../lambdas/history/historyPorts.ts';
import { HistoryRecorder } from '../../lambdas/history/recorder.ts';
import type { EventsQueue } from '../../lambdas/ingest/eventsQueue.ts';
import type { LeadsTable } from '../../lambdas/store/leadsTable.ts';
import { without } from '../../lambdas/lead/without.ts';
import type { Api } from '../../lambdas/marketo/leadApis.ts';
import type { LeadImports, MarketoLeads } from '../../lambdas/marketo/marketoPorts.ts';
import { askForImports } from '../../lambdas/store/importStore.ts';
import type { Metrics } from '../../lambdas/metricNames.ts';
import type { Tick, TickQueue } from '../../lambdas/store/tickQueue.ts';
import type { CountName, ValueName } from '../../lambdas/metricNames.ts';
import type { Counters } from '../../lambdas/sync/counters.ts';
import type { ImportLimits } from '../../lambdas/limits.ts';
import type { ConsentRules } from '../../lambdas/segment/consent.ts';
import type { SourceKind } from '../../lambdas/segment/source.ts';
import type { EpochMs } from '../../lambdas/segment/time.ts';
import { epochMs } from '../../lambdas/segment/time.ts';

import type { FaultRequest } from '../../simulator/faults.ts';
import type { CustomField } from '../../simulator/fields.ts';
import type { SchemaInput } from '../../simulator/schema/shape.ts';
import { serveSimulator } from '../../simulator/server.ts';
import { queueArn, Queues } from '../../local/sqs/queues.ts';
import type { Received } from '../../local/sqs/message.ts';
import {
  absorbTiming,
  callLimits,
  importLimits,
  indexLimits,
  leadLimits,
  leadTiming,
  queueTiming,
  syncTiming,
  tickTiming,
} from '../../lambdas/limits.ts';
import { createCountersTwin } from '../twins/counters.ts';
import { composeAbsorb } from '../../lambdas/absorb/composeAbsorb.ts';
import type { SyncSidePorts } from '../../lambdas/sync/composeSync.ts';
import { composeSync } from '../../lambdas/sync/composeSync.ts';
import { createLeadsTableTwin } from '../twins/leadsTable.ts';
import { complaints } from '../marketo/soap/validate.ts';
import { consentUnchecked } from './consent.ts';
import { atFileEnd } from './fileEnds.ts';
import { noon } from './mailboxes.ts';
import { postEvent } from './requests.ts';

export const munchkinId = '000-AAA-000';
export const soap = { userId: 'demo_user', encryptionKey: 'demo_key' };
export const rest = { clientId: 'demo_client', clientSecret: 'demo_secret' };
const hourMs = 3_600_000;

/** Every request that the SOAP client makes in a scenario stands in the project's own schema. */
const envelopes = new Set<string>();
atFileEnd(async () => {
  const sent = [...envelopes];
  envelopes.clear();
  expect(await complaints(sent)).toEqual([]);
});

export type { Api };

/** Every scenario runs on both lead APIs. */
export const apis: readonly Api[] = ['soap', 'rest'];

interface WorldOptions {
  readonly api?: Api;
  /** Calls that Marketo's quota leaves us for a day. */
  readonly dailyCalls?: number;
  readonly fieldMap?: Readonly<Record<string, string | false>>;
  readonly activities?: Settings['activities'];
  readonly events?: Settings['events'];
  /** What else the mapping says. */
  readonly mapping?: Partial<Mapping>;
  /** Whose key its events come with; absent: a browser's. */
  readonly senderKind?: SourceKind;
  readonly audiences?: AudienceRules['audiences'];
  readonly holdDays?: number;
  readonly unknownFields?: 'skip' | 'fail';
  readonly emailChange?: 'rename' | 'newLead';
  readonly deletesLeads?: boolean;
  readonly fieldPolicies?: FieldPolicies;
  readonly consent?: ConsentRules;
  readonly visits?: VisitRules['visits'];
  /** When it begins; absent: noon. */
  readonly from?: EpochMs;
  /** What its workers read and write, where that is no empty table in memory. */
  readonly storage?: { readonly table: LeadsTable; readonly counters: Counters };
  /** How the REST client finds, makes and updates leads. */
  readonly rules?: Partial<LeadRules>;
  /** What the Marketo instance is like. */
  readonly schema?: SchemaInput;
  /** How large bulk imports are, where they differ from the limits; absent: there are none. */
  readonly imports?: Partial<ImportLimits>;
  /** Where the history goes; absent: none is kept. */
  readonly history?: { readonly writer: HistoryWriter; readonly payloads: boolean };
}

export type World = Awaited<ReturnType<typeof createWorld>>;

/** A worker's death: from then on nothing that it started goes on. */
class Killed extends Error {}

/**
 * The whole pipeline in one process under a virtual clock: the real ingest and worker over the SQS
 * twin and the leads-table twin, and the real SOAP and Munchkin clients against the simulated
 * Marketo over a socket.
 */
export const createWorld = async (options: WorldOptions = {}) => {
  const {
    api = 'soap',
    fieldMap = {},
    holdDays = 30,
    dailyCalls,
    unknownFields = options.mapping?.unknownFields ?? 'skip',
  } = options;
  let now = options.from ?? noon;
  const clock = { now: () => now };
  const lines: DeliveryLine[] = [];
  const complaints: string[] = [];
  const calls: CallLine[] = [];
  const counted = new Map<CountName, number>();
  const measured = new Map<ValueName, number[]>();
  const metrics: Metrics = {
    count: (name, amount = 1) => counted.set(name, (counted.get(name) ?? 0) + amount),
    record: (name, value) => measured.set(name, [...(measured.get(name) ?? []), value]),
  };
  const written: Logger = {
    call: (line) => calls.push(line),
    delivery: (line) => lines.push(line),
    warn: (message) => complaints.push(message),
    error: (message) => complaints.push(message),
  };
  const counting = createCountedLogger(written, metrics);
  const { history } = options;
  const recorder =
    history &&
    new HistoryRecorder({
      logger: counting,
      writer: history.writer,
      clock,
      metrics,
      service: 'world',
      writeMs: 60_000,
      payloads: history.payloads,
    });
  const logger = recorder?.logger ?? counting;

  const queues = new Queues({ now: clock.now });
  const eventsDead = queues.create('events-dead.fifo', { FifoQueue: 'true' });
  const events = queues.create('events.fifo', {
    FifoQueue: 'true',
    RedrivePolicy: JSON.stringify({
      deadLetterTargetArn: queueArn('events-dead.fifo'),
      maxReceiveCount: queueTiming.eventsMaxReceiveCount,
    }),
    DeduplicationScope: 'messageGroup',
    FifoThroughputLimit: 'perMessageGroupId',
    VisibilityTimeout: String(queueTiming.eventsVisibilitySeconds),
  });
  const tickMessages = queues.create('ticks', {
    VisibilityTimeout: String(queueTiming.ticksVisibilitySeconds),
  });
  const twin = createLeadsTableTwin(indexLimits.shards);

  /** What happens while a call is under way at Marketo; set by a test. */
  let during: (() => Promise<void>) | undefined;
  const simulated = await serveSimulator({
    port: 0,
    clock,
    munchkinId,
    credentials: soap,
    rest,
    ...(options.schema && { schema: options.schema }),
    onSoapRequest: (body) => {
      envelopes.add(body);
    },
    wait: async (ms: number) => {
      const meanwhile = during;
      during = undefined;
      // Later than what is in the call: of two events in one millisecond the messageId decides.
      now = epochMs(now + 1);
      await meanwhile?.();
      now = epochMs(now + ms - 1);
    },
  });

  const eventsQueue: EventsQueue = {
    send: (entries) => {
      for (const { event, group, deduplication } of entries)
        events.send({ body: JSON.stringify(event), group, deduplication });
      return Promise.resolve([]);
    },
  };

  /** Ticks that a test makes disappear; not the scheduled ones. */
  let toLose = 0;
  const tickQueue: TickQueue = {
    send: (ticks) => {
      for (const tick of ticks) {
        if (toLose > 0) toLose -= 1;
        else tickMessages.send({ body: bodyOf(tick), delaySeconds: tick.delaySeconds });
      }
      return Promise.resolve();
    },
  };

  let posted = 0;
  /** Port calls of the worker so far, and the one before which it dies. */
  let steps = 0;
  let diesAt = Infinity;
  const guard = <T extends object>(ports: T): T => {
    const guarded = Object.entries(ports as Record<string, unknown>).map(([name, port]) => {
      // An empty look at the index changes nothing, so dying before it is no case of its own.
      if (typeof port !== 'function' || name === 'due') return [name, port] as const;
      const call = (...input: unknown[]): unknown => {
        steps += 1;
        if (steps > diesAt) return Promise.reject(new Killed());
        return (port as (...given: unknown[]) => unknown)(...input);
      };
      return [name, call] as const;
    });
    return Object.fromEntries(guarded) as T;
  };

  const soapMarketo = createSoapMarketo({
    endpoint: simulated.soapEndpoint,
    munchkinId,
    clock,
    credentials: () => Promise.resolve(soap),
  });
  const restMarketo = createRestMarketo({
    endpoint: simulated.restEndpoint,
    munchkinId,
    clock,
    credentials: () => Promise.resolve(rest),
    ...(options.rules && { rules: options.rules }),
  });
  const clients: Readonly<Record<Api, MarketoLeads>> = { rest: restMarketo, soap: soapMarketo };
  const chosen = clients[api];
  const marketo: MarketoLeads = options.imports ? chosen : without(chosen, 'imports');
  const counters = options.storage?.counters ?? createCountersTwin().counters;
  const munchkin = createMunchkin({ endpoint: simulated.munchkinEndpoint, munchkinId });

  /** What is pure can lose nothing. */
  const guardedImports = (imports: LeadImports): LeadImports => {
    const asking: Pick<LeadImports, 'start' | 'look' | 'troubles'> = {
      start: (...asked) => imports.start(...asked),
      look: (...asked) => imports.look(...asked),
      troubles: (...asked) => imports.troubles(...asked),
    };
    return { ...imports, ...guard(asking) };
  };

  const ports = (): SyncSidePorts => ({
    table: guard<LeadsTable>(options.storage?.table ?? twin.table),
    tickQueue: guard(tickQueue),
    munchkin: guard(munchkin),
    // Planning is no step at which anything can be lost.
    marketo: {
      ...guard(marketo),
      plan: (updates) => marketo.plan(updates),
      ...(marketo.imports && { imports: guardedImports(marketo.imports) }),
    },
    api,
    counters: guard<Counters>(counters),
    sleep: (ms) => {
      now = epochMs(now + ms);
      return Promise.resolve();
    },
    callLimits: { ...callLimits[api], ...(dailyCalls !== undefined && { dailyCalls }) },
    clock,
    random: () => 0.5,
    logger,
    metrics,
    unknownFields,
    timing: leadTiming,
    limits: leadLimits,
    shards: indexLimits.shards,
    visitTimeoutMs: absorbTiming.visitTimeoutMs,
    holdMs: holdDays * 24 * hourMs,
    resendUnchangedAfterMs: 24 * hourMs,
    emailChange: options.emailChange ?? 'rename',
    deletesLeads: options.deletesLeads ?? false,
    fieldPolicies: { ...options.fieldPolicies, ...options.mapping?.fieldPolicies },
    ...(history && { history: history.writer, notes: recorder }),
    ...(options.imports && { importLimits: { ...importLimits, ...options.imports } }),
  });
  const rules = {
    fieldNames: 'segment',
    fieldMap: { ...fieldMap, ...options.mapping?.fieldMap },
    nulls: 'skip',
    rules: [...(options.mapping?.rules ?? []), ...activityRules(options.activities ?? {})],
    events: options.events ?? options.mapping?.events ?? 'all',
    visits: options.visits ?? { page: 'all', track: 'all' },
    visitorDomain: 'segment',
    marketo: { api },
    ...(options.audiences && { audiences: options.audiences }),
    ...(options.rules?.lookupField !== undefined && { lookupField: options.rules.lookupField }),
  } as const;

  const sender = {
    key: 'key',
    source: { name: 'world', kind: options.senderKind ?? 'browser' },
    mayDelete: true,
  } as const;
  const ingest = createIngest({
    clock,
    eventsQueue,
    backlog: () => Promise.resolve(0),
    senders: () => Promise.resolve({ writeKeys: [sender], webhooks: [], webhookKeys: [] }),
    consent: options.consent ?? consentUnchecked,
    logger,
  });

  const takeAll = (queue: typeof events, most: number): Received[] => {
    const all: Received[] = [];
    while (all.length < most) {
      const some = queue.receive(Math.min(10, most - all.length));
      if (some.length === 0) break;
      all.push(...some);
    }
    return all;
  };

  const acknowledge = (
    queue: typeof events,
    received: readonly Received[],
    failed: readonly string[],
  ): void => {
    for (const { id, receiptHandle } of received)
      if (!failed.includes(id)) queue.delete(receiptHandle);
  };

  /** As Lambda does: a batch whose worker died or threw fails as a whole. */
  const failedOf = async (
    turn: Promise<readonly string[]>,
    received: readonly Received[],
  ): Promise<readonly string[]> => {
    const all = received.map(({ id }) => id);
    try {
      const failed = await turn;
      return steps > diesAt ? all : failed;
    } catch (error) {
      if (error instanceof Killed) return all;
      throw error;
    }
  };

  const absorbTurn = async (): Promise<number> => {
    const received = takeAll(events, absorbTiming.batchSize);
    if (received.length === 0) return 0;
    const records = received.map(({ id, body, group }) => ({ id, body, group: group ?? id }));
    const until = epochMs(now + absorbTiming.functionTimeoutSeconds * 1_000);
    const turn = composeAbsorb(ports(), rules)(records, until);
    acknowledge(events, received, await failedOf(turn, received));
    await recorder?.flush();
    return received.length;
  };

  const syncTurn = async (): Promise<number> => {
    const received = takeAll(tickMessages, syncTiming.batchSize);
    if (received.length === 0) return 0;
    const until = epochMs(now + syncTiming.functionTimeoutSeconds * 1_000);
    const turn = composeSync(ports()).run(received, until);
    acknowledge(tickMessages, received, await failedOf(turn, received));
    await recorder?.flush();
    return received.length;
  };

  let nextScheduled = epochMs(now + 60_000);
  const scheduleIfDue = (): void => {
    if (now < nextScheduled) return;
    nextScheduled = epochMs(now + tickTiming.everyMinutes * 60_000);
    tickMessages.send({ body: JSON.stringify({ scheduled: true }) });
  };

  /** Lets everything happen that happens by itself until `seconds` from now. */
  const run = async (seconds: number): Promise<void> => {
    const end = now + seconds * 1_000;
    for (;;) {
      scheduleIfDue();
      if ((await absorbTurn()) + (await syncTurn()) > 0) {
        // A worker that died is replaced.
        if (steps > diesAt) diesAt = Infinity;
        continue;
      }
      const next = Math.min(queues.nextDeadline() ?? Infinity, nextScheduled, end);
      if (now >= end) return;
      now = epochMs(Math.max(now, next));
    }
  };

  return {
    clock,
    lines,
    complaints,
    /** What was counted and measured so far. */
    counted,
    measured,
    /** The lines about calls to Marketo. */
    calls,
    simulator: simulated.simulator,
    /** Where it listens. */
    endpoints: {
      soap: simulated.soapEndpoint,
      rest: simulated.restEndpoint,
      munchkin: simulated.munchkinEndpoint,
    },
    api,
    events,
    /** Events that could not be absorbed. */
    eventsDead,
    tickMessages,
    /** When a message of a queue appears next. */
    nextDeadline: () => queues.nextDeadline(),
    twin,
    run,
    absorbTurn,
    syncTurn,
    /** Posts events as a batch, each with an id of its own as SDKs do; rejects unless all were accepted. */
    post: async (...messages: readonly object[]): Promise<void> => {
      const batch = messages.map((message) => ({
        messageId: `posted-${(posted += 1)}`,
        ...message,
      }));
      const answer = await postEvent(ingest, 'key', { batch });
      if (answer.statusCode !== 200 || answer.body.includes('errors'))
        throw new Error(`ingest answered ${answer.statusCode} ${answer.body}`);
    },
    pass: (seconds: number): void => {
      now = epochMs(now + seconds * 1_000);
    },
    at: (): EpochMs => now,
    inject: (fault: FaultRequest): void => {
      simulated.simulator.inject(fault);
    },
    /** The user makes a field in Marketo. */
    addField: (field: CustomField): void => {
      simulated.simulator.addField(field);
    },
    /** An operator asks for bulk imports. */
    askForImports: () => askForImports({ table: twin.table, clock }),
    /** While the next call is at Marketo (it takes `delayMs`), this happens. */
    whileCalling: (delayMs: number, meanwhile: () => Promise<void>): void => {
      during = meanwhile;
      simulated.simulator.inject({ target: api === 'rest' ? 'leads' : 'syncLead', delayMs });
    },
    loseTicks: (count: number): void => {
      toLose = count;
    },
    /** The worker dies before its `count`-th port call from now. */
    dieAfter: (count: number): void => {
      diesAt = steps + count;
    },
    steps: (): number => steps,
    hasDied: (): boolean => steps > diesAt,
    stepsOf: (step: DeliveryLine['step']): readonly DeliveryLine[] =>
      lines.filter((line) => line.step === step),
    close: simulated.close,
  };
};

const bodyOf = (tick: Tick): string => JSON.stringify({ ...tick, delaySeconds: undefined });
