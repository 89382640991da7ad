import { shardOf } from '../../lambdas/aws/shard.ts';
import { leadIdOf } from '../../lambdas/digest.ts';
import type { LeadId, Mailbox } from '../../lambdas/lead/types.ts';
import { planCalls } from '../../lambdas/marketo/soap/plan.ts';
import type { DueQueue, LeadsTable, MarketoLeads } from '../../lambdas/ports.ts';
import type { EpochMs } from '../../lambdas/segment/time.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { composeSync } from '../../lambdas/worker/compose.ts';
import type { SyncSidePorts } from '../../lambdas/worker/compose.ts';
import { Queues } from '../../local/sqs/queues.ts';
import {
  callLimits,
  leadLimits,
  leadTiming,
  marketoLimits,
  queueTiming,
  sweepTiming,
  syncTiming,
} from '../../lambdas/limits.ts';
import { order } from '../support/mailboxes.ts';
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

const visitor = (index: number): string => `_mch-example.com-1374552656411-${index}`;

/**
 * The due queue's side of the worker over twins, with a Marketo that answers every call at once; counts
 * what each lead costs.
 */
export const createBacklog = (start: EpochMs, dailyCalls: number = callLimits.soap.dailyCalls) => {
  let now = start;
  const clock = { now: () => now };
  const queues = new Queues({ now: clock.now });
  const dueQueue = queues.create('due', {
    VisibilityTimeout: String(queueTiming.dueVisibilitySeconds),
  });
  const twin = createLeadsTableTwin(sweepTiming.shards);
  const counters = createCountersTwin();
  const calls: Made[] = [];
  /** Whom Marketo fails, together with all that share a call. */
  let isFailing: (lead: LeadId) => boolean = () => false;
  const complaints: string[] = [];
  const writes = new Map<string, number>();
  const dues = new Map<string, number>();
  const count = (of: Map<string, number>, key: string): void => {
    of.set(key, (of.get(key) ?? 0) + 1);
  };

  const shards = new Map<string, number>();
  const shardOfKey = (key: string): number => {
    const shard = shards.get(key) ?? shardOf(key, sweepTiming.shards);
    shards.set(key, shard);
    return shard;
  };

  const table: LeadsTable = {
    ...twin.table,
    /** As DynamoDB's index: in the order of `wakeAt`, in pages. */
    waking: (shard, before, after) => {
      const from = Number(after?.at ?? 0);
      const found = [...twin.rows]
        .flatMap(([key, { item }]) => {
          const isIn = item.wakeAt !== undefined && item.wakeAt < before;
          return isIn && shardOfKey(key) === shard ? [{ key, wakeAt: item.wakeAt }] : [];
        })
        .sort((a, b) => a.wakeAt - b.wakeAt);
      const keys = found.slice(from, from + sweepTiming.pageItems).map(({ key }) => key);
      const at = from + keys.length;
      return Promise.resolve({ keys, ...(at < found.length && { next: { at } }) });
    },
    write: (key, ...rest) => {
      count(writes, key);
      return twin.table.write(key, ...rest);
    },
  };
  const due: DueQueue = {
    send: (messages) => {
      for (const { delaySeconds, ...message } of messages) {
        if ('lead' in message) count(dues, message.lead);
        dueQueue.send({ body: JSON.stringify(message), delaySeconds });
      }
      return Promise.resolve();
    },
  };
  const marketo: MarketoLeads = {
    plan: (updates) => planCalls(updates),
    requests: () => 1,
    fields: () => Promise.reject(new Error('not asked here')),
    sync: async (updates, _deadline, mayStart) => {
      if (!(await mayStart())) throw new Error('its slot was just taken');
      calls.push({ at: now, leads: updates.map(({ lead }) => lead) });
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
    due,
    marketo,
    clock,
    munchkin: { visit: () => Promise.reject(new Error('no visits here')) },
    random: () => 0.5,
    logger: { call: () => undefined, delivery: () => undefined, warn: () => undefined, error: say },
    metrics: noMetrics,
    unknownFields: 'skip',
    api: 'soap',
    counters: counters.counters,
    callLimits: { ...callLimits.soap, dailyCalls },
    timing: leadTiming,
    limits: leadLimits,
    shards: sweepTiming.shards,
    visitTimeoutMs: 1_000,
    holdMs: 86_400_000,
    resendUnchangedAfterMs: 86_400_000,
  };
  let composed = composeSync(ports);

  const turn = async (): Promise<boolean> => {
    const received = [];
    while (received.length < syncTiming.batchSize) {
      const some = dueQueue.receive(10);
      if (some.length === 0) break;
      received.push(...some);
    }
    if (received.length === 0) return false;
    await composed.sync(received, epochMs(now + syncTiming.functionTimeoutSeconds * 1_000));
    for (const { receiptHandle } of received) dueQueue.delete(receiptHandle);
    return true;
  };

  const sweep = () => composed.sweep(epochMs(now + minuteMs));

  return {
    now: () => now,
    twin,
    calls,
    complaints,
    counters,
    writes: (lead: LeadId) => writes.get(`lead#${lead}`) ?? 0,
    dues: (lead: LeadId) => dues.get(lead) ?? 0,
    allWrites: () => [...writes.values()].reduce((a, b) => a + b, 0),
    allDues: () => [...dues.values()].reduce((a, b) => a + b, 0),
    sweep,
    /** Leads with something to say that no due message will wake; with a cookie each goes alone. */
    add: async (
      from: number,
      to: number,
      { cookie = false, wakeAt = () => now }: { cookie?: boolean; wakeAt?: (n: number) => number },
    ): Promise<LeadId[]> => {
      const leads: LeadId[] = [];
      for (let index = from; index < to; index += 1) {
        const email = `lead${index}@example.com`;
        const lead = leadIdOf(email);
        const state: Mailbox = {
          fields: { Plan: { order: order(0, index), value: 'pro' } },
          cookies: cookie ? { [visitor(index)]: { order: order(0, index) } } : {},
          address: { text: email, order: order(0, index) },
        };
        const item = { version: 1, state, wakeAt: epochMs(wakeAt(index)) };
        await twin.table.write(`lead#${lead}`, item, undefined);
        leads.push(lead);
      }
      return leads;
    },
    /** As absorb does. */
    wake: (leads: readonly LeadId[]): void => {
      for (const lead of leads) dueQueue.send({ body: JSON.stringify({ lead }), delaySeconds: 0 });
    },
    /** The day of now has had this many calls. */
    use: async (day: string, amount: number): Promise<void> => {
      const most = Infinity;
      await counters.counters.add(`budget#soap#day#${day}`, amount, { most, expiresAt: reset });
    },
    /** The user sets another number of calls a day. */
    deploy: (calls: number): void => {
      composed = composeSync({ ...ports, callLimits: { ...ports.callLimits, dailyCalls: calls } });
    },
    fail: (whom: (lead: LeadId) => boolean): void => {
      isFailing = whom;
    },
    jump: (to: EpochMs): void => {
      now = to;
    },
    /** Turns whenever there is something to do, and a sweep a minute; `each` runs every second. */
    run: async (seconds: number, each?: () => Promise<void>): Promise<void> => {
      const end = now + seconds * 1_000;
      let nextSweep = now + minuteMs;
      while (now < end) {
        await each?.();
        while (await turn());
        now = epochMs(now + 1_000);
        if (now >= nextSweep) {
          nextSweep += minuteMs;
          await sweep();
        }
      }
    },
  };
};

/** The most of these calls in any minute. */
export const mostInAMinute = (calls: readonly Made[]): number =>
  Math.max(
    0,
    ...calls.map(({ at }) => calls.filter((one) => one.at >= at && one.at < at + minuteMs).length),
  );
