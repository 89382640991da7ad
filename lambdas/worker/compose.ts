import { randomUUID } from 'node:crypto';
import type { Logger } from '../delivery.ts';
import type {
  Clock,
  DueQueue,
  LeadsTable,
  MarketoLeads,
  Metrics,
  Munchkin,
  Random,
} from '../ports.ts';
import type { BudgetLimits } from '../lead/budget.ts';
import type { LeadLimits, LeadTiming } from '../limits.ts';
import { budgetTiming, sweepTiming } from '../limits.ts';
import { createAbsorb } from '../absorb/absorb.ts';
import { createAbsorbEvents } from '../absorb/absorbEvents.ts';
import type { TranslationRules } from '../absorb/normalize.ts';
import { createBudget } from '../sync/budget.ts';
import type { Counters } from '../ports.ts';
import { createCallUp } from './callUp.ts';
import { createCandidates } from '../sync/candidates.ts';
import { createClaims } from '../sync/claims.ts';
import { createLine } from './line.ts';
import { createLocks } from '../sync/locks.ts';
import { createPutOff } from './putOff.ts';
import { createReports } from '../sync/reports.ts';
import { createSettlements } from '../sync/settlements.ts';
import { createStore } from '../store/leadStore.ts';
import { createSweep } from './sweep.ts';
import { createSync } from '../sync/dispatch.ts';
import { createSyncCall } from '../sync/syncCall.ts';
import { createFieldKnowledge } from '../sync/fieldKnowledge.ts';
import type { FieldPolicies } from '../marketo/fieldPolicies.ts';
import { createFieldNaming } from '../absorb/fieldNaming.ts';
import { createFieldReports } from '../sync/fieldReports.ts';
import { createVisits } from '../absorb/visits.ts';
import { createWakeIndex } from './wakeIndex.ts';
import { createWindow } from '../sync/circuitBreaker.ts';

/** What both halves of the worker need. */
export interface WorkerPorts {
  readonly table: LeadsTable;
  readonly due: DueQueue;
  readonly munchkin: Munchkin;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly timing: LeadTiming;
  readonly limits: LeadLimits;
  readonly visitTimeoutMs: number;
  readonly holdMs: number;
  readonly resendUnchangedAfterMs: number;
  /** The settings' say in when fields go out; absent: the defaults. */
  readonly fieldPolicies?: FieldPolicies;
}

const shared = (ports: WorkerPorts) => {
  const { timing } = ports;
  const store = createStore(ports);
  const absorbEvents = createAbsorbEvents({ ...ports, store });
  const backoff = { firstMs: timing.visitBackoffFirstMs, longestMs: timing.backoffLongestMs };
  return { store, absorbEvents, visits: createVisits({ ...ports, store, backoff }) };
};

/** The half on `events.fifo`. Names of fields are resolved by what Marketo last said of them. */
export const composeAbsorb = (ports: WorkerPorts, rules: TranslationRules) => {
  const all = { ...ports, ...shared(ports) };
  const { rulesNow, publishTraits } = createFieldNaming(all, rules);
  return async (...[records, visitsUntil]: Parameters<ReturnType<typeof createAbsorb>>) => {
    const absorb = createAbsorb({ ...all, rules: await rulesNow() });
    const failed = await absorb(records, visitsUntil);
    await publishTraits();
    return failed;
  };
};

export interface SyncSidePorts extends WorkerPorts {
  readonly marketo: MarketoLeads;
  readonly api: 'rest' | 'soap';
  readonly counters: Counters;
  /** What a field that Marketo does not have means for its update. */
  readonly unknownFields: 'skip' | 'fail';
  readonly callLimits: BudgetLimits;
  readonly shards: number;
  /** Names a call; unique for ever. */
  readonly newOwner?: () => string;
}

/** The half on the due queue, and the sweep. */
export const composeSync = (ports: SyncSidePorts) => {
  const { store, absorbEvents, visits } = shared(ports);
  const { timing, newOwner = randomUUID } = ports;
  const all = { ...ports, store, visits, newOwner };
  const window = createWindow(all);
  const budget = createBudget({
    ...all,
    name: ports.api,
    limits: ports.callLimits,
    timing: budgetTiming,
  });
  const fieldReports = createFieldReports(all);
  const fields = createFieldKnowledge({ ...all, budget, fieldReports });
  const reports = createReports(ports.logger, fieldReports);
  const { bury, unbury } = absorbEvents;
  const locks = createLocks({ ...all, reports, bury, unbury, leaseMs: timing.leaseMs });
  const settlements = createSettlements({ ...all, reports });
  const syncCall = createSyncCall({ ...all, locks, settlements, window, budget, fields });
  // SOAP matches a lead by its cookie before it looks at the e-mail.
  const claim = ports.api === 'soap' ? { claim: createClaims(store) } : {};
  const candidates = createCandidates({ ...all, ...claim });
  const line = createLine(all);
  const putOff = createPutOff({ ...all, line });
  return {
    sync: createSync({
      ...all,
      window,
      budget,
      fields,
      fieldReports,
      candidates,
      putOff,
      syncCall,
    }),
    sweep: createSweep({
      ...all,
      absorbEvents,
      budget,
      line,
      wakeIndex: createWakeIndex(ports),
      callUp: createCallUp(all),
      everyMs: sweepTiming.everyMinutes * 60_000,
    }),
  };
};
