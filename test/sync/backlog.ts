import { leadIdOf } from '../../lambdas/digest.ts';
import type { LeadId, Mailbox } from '../../lambdas/lead/leadTypes.ts';
import { planSoapCalls } from '../../lambdas/marketo/soap/soapPlan.ts';
import type { IndexedEntry, LeadsTable } from '../../lambdas/store/leadsTable.ts';
import type { LeadFields, MarketoLeads } from '../../lambdas/marketo/marketoPorts.ts';
import type { TickQueue } from '../../lambdas/store/tickQueue.ts';
import type { EpochMs } from '../../lambdas/segment/time.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import type { SyncSidePorts } from '../../lambdas/sync/composeSync.ts';
import { composeSync } from '../../lambdas/sync/composeSync.ts';
import { Queues } from '../../local/sqs/queues.ts';
import {
  callLimits,
  indexLimits,
  leadLimits,
  leadTiming,
  marketoLimits,
  queueTiming,
  syncTiming,
} from '../../lambdas/limits.ts';
import { noon, order } from '../support/mailboxes.ts';
import { createCountersTwin } from '../twins/counters.ts';
import { createLeadsTableTwin } from '../twins/leadsTable.ts';
import { noMetrics } from '../twins/metrics.ts';

const minuteMs = 60_000;

/** When the quota of the day of `noon` is counted anew. */
export const reset = epochMs(Date.parse('2026-11-24T06:00:00Z'));

/** A call that Marketo got. */
interface Made {
  readonly at: EpochMs;
  readonly leads: readonly LeadId[];
}

/** What a lead of a backlog has to tell; a field where it does not say. */
interface Telling {
  readonly cookie?: boolean;
  readonly fields?: boolean;
  /** Marketo's id of the lead. */
  readonly known?: boolean;
  readonly nextAt?: (index: number) => number;
  readonly lane?: IndexedEntry['lane'];
}

/** What Marketo says of its fields. */
const described: LeadFields = new Map([
  ['Email', { type: 'email' }],
  ['Plan', { type: 'string' }],
]);

const visitor = (index: number): string => `_mch-example.com-1374552656411-${index}`;

type Trouble = 'unavailable' | 'usedUp' | undefined;

const answers = {
  unavailable: { kind: 'unavailable', because: 'no answer', worked: false },
  usedUp: { kind: 'unavailable', because: 'out of quota', worked: false, isDayUsedUp: true },
} as const;

/**
 * The tick queue's side of the pipeline over twins, with a Marketo that answers every call at once;
 * counts what waiting costs.
 */
export const createBacklog = (
  start: EpochMs = epochMs(noon + 3_600_000),
  { dailyCalls = callLimits.soap.dailyCalls }: { readonly dailyCalls?: number } = {},
) => {
  let now = start;
  const clock = { now: () => now };
  const queues = new Queues({ now: clock.now });
  const ticks = queues.create('ticks', {
    VisibilityTimeout: String(queueTiming.ticksVisibilitySeconds),
  });
  const twin = createLeadsTableTwin(indexLimits.shards);
  const counters = createCountersTwin();
  const calls: Made[] = [];
  /** Whom Marketo fails, together with all that share a call. */
  let isFailing: (lead: LeadId) => boolean = () => false;
  let trouble: Trouble;
  /** What happens before the next lock write. */
  let before: (() => Promise<void>) | undefined;
  const complaints: string[] = [];
  const written: string[] = [];
  const read: string[] = [];
  let sent = 0;

  const table: LeadsTable = {
    ...twin.table,
    read: (keys) => {
      read.push(...keys);
      return twin.table.read(keys);
    },
    write: async (key, ...rest) => {
      const meanwhile = key.startsWith('lead#') ? before : undefined;
      if (meanwhile) before = undefined;
      await meanwhile?.();
      written.push(key);
      return twin.table.write(key, ...rest);
    },
  };
  const tickQueue: TickQueue = {
    send: (all) => {
      for (const { delaySeconds, ...tick } of all) {
        sent += 1;
        ticks.send({ body: JSON.stringify(tick), delaySeconds });
      }
      return Promise.resolve();
    },
  };
  const marketo: MarketoLeads = {
    plan: (updates) => planSoapCalls(updates),
    fields: async (_deadline, mayStart) => {
      if (!(await mayStart())) throw new Error('its permit was just granted');
      return described;
    },
    sync: async (updates, _deadline, mayStart) => {
      if (!(await mayStart())) throw new Error('its permit was just granted');
      calls.push({ at: now, leads: updates.map(({ lead }) => lead) });
      if (trouble) return { whole: answers[trouble] };
      if (updates.some(({ lead }) => isFailing(lead)))
        return {
          whole: { kind: 'retry', because: 'failed', attempts: marketoLimits.boundedAttempts },
        };
      return { each: updates.map(() => ({ kind: 'synced' })) };
    },
  };
  const say = (message: string): void => void complaints.push(message);
  const ports: SyncSidePorts = {
    table,
    tickQueue,
    marketo,
    clock,
    munchkin: { visit: () => Promise.reject(new Error('no visits here')) },
    random: () => 0.5,
    logger: { call: () => undefined, delivery: () => undefined, warn: () => undefined, error: say },
    metrics: noMetrics,
    unknownFields: 'skip',
    api: 'soap',
    counters: counters.counters,
    sleep: () => Promise.reject(new Error('nobody waits here')),
    callLimits: { ...callLimits.soap, dailyCalls },
    timing: leadTiming,
    limits: leadLimits,
    shards: indexLimits.shards,
    visitTimeoutMs: 1_000,
    holdMs: 86_400_000,
    resendUnchangedAfterMs: 86_400_000,
    emailChange: 'rename' as const,
  };
  const sync = composeSync(ports);

  const turn = async (timeMs = syncTiming.functionTimeoutSeconds * 1_000): Promise<boolean> => {
    const received = ticks.receive(syncTiming.batchSize);
    if (received.length === 0) return false;
    await sync.run(received, epochMs(now + timeMs));
    for (const { receiptHandle } of received) ticks.delete(receiptHandle);
    return true;
  };

  const schedule = (): void => {
    ticks.send({ body: JSON.stringify({ scheduled: true }) });
  };

  return {
    now: () => now,
    twin,
    calls,
    complaints,
    counters,
    /** Items of leads that were written and read, one by one. */
    writes: () => written.filter((key) => key.startsWith('lead#')),
    reads: () => read.filter((key) => key.startsWith('lead#')),
    ticksSent: () => sent,
    entryOf: (lead: LeadId) => twin.rows.get(`lead#${lead}`)?.item.entry,
    mailboxOf: (lead: LeadId) =>
      JSON.parse(twin.rows.get(`lead#${lead}`)?.json ?? '{}') as Partial<Mailbox>,
    /** Leads with something to tell that no tick names; with a cookie each goes alone. */
    add: (from: number, to: number, telling: Telling = {}): readonly LeadId[] => {
      const { cookie = false, fields = true, known = false, nextAt = () => now } = telling;
      const { lane = fields ? 'fields' : 'rest' } = telling;
      const leads: LeadId[] = [];
      for (let index = from; index < to; index += 1) {
        const email = `lead${index}@example.com`;
        const lead = leadIdOf(email);
        const state: Mailbox = {
          fields: fields ? { Plan: { order: order(0, index), value: 'pro' } } : {},
          cookies: cookie ? { [visitor(index)]: { order: order(0, index) } } : {},
          address: { text: email, order: order(0, index) },
          ...(known && { marketoId: index + 1 }),
        };
        const entry = { lane, nextAt: epochMs(nextAt(index)) };
        // As the table has it: also one of version 0.1.
        twin.rows.set(`lead#${lead}`, { item: { version: 1, entry }, json: JSON.stringify(state) });
        leads.push(lead);
      }
      return leads;
    },
    /** As absorb does. */
    tick: (leads?: readonly LeadId[]): void => {
      ticks.send({ body: JSON.stringify({ leads }), delaySeconds: 0 });
    },
    schedule,
    turn,
    /** The day of now has had this many calls. */
    use: async (amount: number): Promise<void> => {
      const limit = { most: Infinity, expiresAt: reset };
      await counters.counters.add('budget#soap#day#2026-11-23', amount, limit);
    },
    fail: (whom: (lead: LeadId) => boolean): void => {
      isFailing = whom;
    },
    break: (what: Trouble): void => {
      trouble = what;
    },
    beforeNextWrite: (meanwhile: () => Promise<void>): void => {
      before = meanwhile;
    },
    jump: (to: EpochMs): void => {
      now = to;
    },
    /** Turns whenever there is a tick, and the scheduled one a minute; `each` runs every second. */
    run: async (seconds: number, each?: () => void): Promise<void> => {
      const end = now + seconds * 1_000;
      let scheduledAt = now + minuteMs;
      while (now < end) {
        each?.();
        while (await turn());
        now = epochMs(now + 1_000);
        if (now >= scheduledAt) {
          scheduledAt += minuteMs;
          schedule();
        }
      }
    },
  };
};
