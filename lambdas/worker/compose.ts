import { randomUUID } from 'node:crypto';
import type { Logger } from '../delivery.ts';
import type { Clock, DueQueue, LeadsTable, MarketoLeads, Munchkin, Random } from '../ports.ts';
import type { LeadLimits, LeadTiming } from '../../lib/timing.ts';
import { createAbsorb } from './absorb.ts';
import { createAbsorbEvents } from './absorbEvents.ts';
import type { TranslationRules } from './arrival.ts';
import { createClaims } from './claims.ts';
import { createStore } from './store.ts';
import { createSweep } from './sweep.ts';
import { createSync } from './sync.ts';
import { createSyncCall } from './syncCall.ts';
import { createFieldKnowledge } from './fieldKnowledge.ts';
import { createVisits } from './visits.ts';
import { createWindow } from './window.ts';

/** What both halves of the worker need. */
export interface WorkerPorts {
  readonly table: LeadsTable;
  readonly due: DueQueue;
  readonly munchkin: Munchkin;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly timing: LeadTiming;
  readonly limits: LeadLimits;
  readonly visitTimeoutMs: number;
  readonly holdMs: number;
  readonly resendUnchangedAfterMs: number;
}

const shared = (ports: WorkerPorts) => {
  const { timing } = ports;
  const store = createStore(ports);
  const absorbEvents = createAbsorbEvents({ ...ports, store });
  const backoff = { firstMs: timing.visitBackoffFirstMs, longestMs: timing.backoffLongestMs };
  return { store, absorbEvents, visits: createVisits({ ...ports, backoff }) };
};

/** The half on `events.fifo`. */
export const composeAbsorb = (ports: WorkerPorts, rules: TranslationRules) =>
  createAbsorb({ ...ports, ...shared(ports), rules });

export interface SyncSidePorts extends WorkerPorts {
  readonly marketo: MarketoLeads;
  /** SOAP matches a lead by its cookie before it looks at the e-mail. */
  readonly matchesCookieFirst: boolean;
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
  const fields = createFieldKnowledge(all);
  const syncCall = createSyncCall({ ...all, window, fields });
  const claim = ports.matchesCookieFirst ? { claim: createClaims(store) } : {};
  return {
    sync: createSync({ ...all, window, fields, syncCall, ...claim }),
    sweep: createSweep({ ...all, absorbEvents, graceMs: timing.sweepGraceMs }),
  };
};
