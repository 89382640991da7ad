import { randomUUID } from 'node:crypto';
import type { PipelinePorts } from '../absorb/pipeline.ts';
import { composePipeline } from '../absorb/pipeline.ts';
import type { BudgetLimits } from '../lead/pacing.ts';
import type { CircuitBreakerState } from '../lead/circuitBreakerState.ts';
import { budgetTiming } from '../limits.ts';
import type { ImportLimits } from '../limits.ts';
import type { Counters } from './counters.ts';
import { leadApis } from '../marketo/leadApis.ts';
import type { Api } from '../marketo/leadApis.ts';
import type { MarketoLeads } from '../marketo/marketoPorts.ts';
import type { Sleep } from '../ports.ts';
import { Budget } from './budget.ts';
import { CircuitBreaker } from './circuitBreaker.ts';
import { CookieClaims } from './cookieClaims.ts';
import { Dispatcher } from './dispatch.ts';
import { DueIndex } from './dueIndex.ts';
import { createSchemaCache } from './schemaCache.ts';
import { createFieldReports } from './fieldReports.ts';
import { Gathering } from './gathering.ts';
import { composeImports } from './imports/composeImports.ts';
import { createLocks } from './locks.ts';
import { ReadyLeads } from './readyLeads.ts';
import { createReports } from './reports.ts';
import { createSettlements } from './settlements.ts';
import { Remover } from './remover.ts';
import { Sync } from './sync.ts';
import { SyncCall } from './syncCall.ts';
import { Upkeep } from './upkeep.ts';

export interface SyncSidePorts extends PipelinePorts {
  readonly marketo: MarketoLeads;
  readonly api: Api;
  readonly counters: Counters;
  readonly sleep: Sleep;
  /** What a field that Marketo does not have means for its update. */
  readonly unknownFields: 'skip' | 'fail';
  readonly callLimits: BudgetLimits;
  /** Partitions of each lane of the index. */
  readonly shards: number;
  /** Sums up the history of what is over; absent: none is kept. */
  readonly sumUpHistory?: (() => Promise<void>) | undefined;
  /** Writes the history so far down, in the middle of a turn. */
  readonly flushHistory?: () => Promise<void>;
  /** How large bulk imports are; absent: as `importLimits` says. */
  readonly importLimits?: ImportLimits;
  /** Names a call; unique for ever. */
  readonly newOwner?: () => string;
}

/** The function on the tick queue. */
export const composeSync = (ports: SyncSidePorts): Sync => {
  const pipeline = composePipeline(ports);
  const { store, absorbEvents } = pipeline;
  const { api, callLimits, timing, newOwner = randomUUID } = ports;
  const all = { ...ports, ...pipeline, newOwner };
  // Names in the table are those of version 0.1.
  const breaker = new CircuitBreaker({ ...all, item: store.shared<CircuitBreakerState>('window') });
  const budget = new Budget({ ...all, name: api, limits: callLimits, timing: budgetTiming });
  const fieldReports = createFieldReports(all);
  const fields = createSchemaCache({ ...all, budget, fieldReports });
  const reports = createReports(ports.logger, ports.metrics, fieldReports);
  const { putDeadLetter } = absorbEvents;
  const locks = createLocks({ ...all, reports, putDeadLetter, leaseMs: timing.leaseMs });
  const settlements = createSettlements({ ...all, reports });
  const index = new DueIndex(ports);
  const syncCall = new SyncCall({ ...all, locks, settlements, breaker, budget, fields });
  const claims = leadApis[api].matchesCookieFirst ? { claims: new CookieClaims(all) } : {};
  const readyLeads = new ReadyLeads({ ...all, index });
  const { imports } = ports.marketo;
  const importing =
    imports &&
    composeImports({
      ...all,
      imports,
      reports,
      putDeadLetter,
      settlements,
      budget,
      breaker,
      fields,
      index,
    });
  const gathering = new Gathering({ ...all, readyLeads, index, budget });
  const dispatcher = new Dispatcher({
    ...all,
    ...claims,
    ...(importing && { leftLeads: importing.leftLeads }),
    gathering,
    readyLeads,
    syncCall,
    breaker,
    budget,
    fields,
  });
  const remover = new Remover({ ...all, breaker, budget });
  const upkeep = new Upkeep({ ...all, index, remover });
  return new Sync({ ...all, importer: importing?.importer, dispatcher, upkeep, fieldReports });
};
