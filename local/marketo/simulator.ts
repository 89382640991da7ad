import { setTimeout as sleep } from 'node:timers/promises';
import type { Call, CallEffect } from './calls.ts';
import { createLedger } from './calls.ts';
import type { Fault, FaultRequest } from './faults.ts';
import { createFaults, Injected, isFailure } from './faults.ts';
import type { CustomField } from './fields.ts';
import { demoFields, fieldTable } from './fields.ts';
import { openJournal, readJournal } from './journal.ts';
import type { LimitNumbers } from './limits.ts';
import { createLimits } from './limits.ts';
import { createLockRule } from './lock.ts';
import { rules } from './rules.ts';
import type { Effect, Lead, Visit } from './state.ts';
import { createState } from './state.ts';
import type { FieldTable } from './sync.ts';
import type { Face, Rooms, Turn } from './turn.ts';
import { openTurn } from './turn.ts';

export interface SimulatorOptions {
  readonly clock: { now(): number };
  /** How a `delayMs` is waited for; absent: in real time. */
  readonly wait?: (ms: number) => Promise<unknown>;
  readonly munchkinId: string;
  /** The SOAP user and key that the instance knows. */
  readonly credentials: { readonly userId: string; readonly encryptionKey: string };
  /** Custom fields beside the standard ones; absent: those of the demo. */
  readonly fields?: readonly CustomField[];
  readonly limits?: Partial<LimitNumbers>;
  /** A file that keeps leads, visits and calls over a restart, `kill -9` included. */
  readonly dataPath?: string;
}

type VisitView = Visit & { readonly email: string | null };

/** A Marketo instance without its APIs: what it holds, and the rules of its calls. */
export interface Simulator {
  readonly options: SimulatorOptions;
  readonly fields: FieldTable;
  readonly now: () => number;
  readonly leads: (email?: string) => readonly Lead[];
  readonly calls: (email?: string) => readonly Call[];
  readonly visits: (email?: string) => readonly VisitView[];
  /** How many calls broke the lock rule. */
  readonly lockFaults: number;
  readonly inject: (fault: FaultRequest) => void;
  readonly faults: () => readonly Fault[];
  readonly clearFaults: () => void;
  /** Forgets everything: leads, visits, calls, faults, locks and limits. */
  readonly reset: () => void;
  readonly find: (by: 'id' | 'email' | 'cookie', value: string) => Lead | undefined;
  /** A call of the lead API has arrived at this face. */
  readonly open: (face: Face) => Turn;
  /** Records a visit; throws Injected where a fault for munchkin waits. */
  readonly visit: (visit: Omit<Visit, 'at' | 'lead'>) => Promise<void>;
}

type Entry = Effect | CallEffect;

/** Makes an instance, from `dataPath` when that file is there. */
export const createSimulator = (options: SimulatorOptions): Simulator => {
  const now = (): number => options.clock.now();
  // A delay alone keeps no process alive.
  const wait = options.wait ?? ((ms: number) => sleep(ms, undefined, { ref: false }));
  const state = createState();
  const ledger = createLedger();
  const lock = createLockRule(rules.lockMs);
  const limits = createLimits({ ...rules, ...options.limits });
  const faults = createFaults();
  const fields = fieldTable(options.fields ?? demoFields);
  const journal = options.dataPath === undefined ? undefined : openJournal<Entry>(options.dataPath);

  const replay = (entry: Entry): void => {
    if (entry.kind !== 'call') {
      state.apply(entry);
      return;
    }
    ledger.apply(entry);
    lock.restore(entry.keys, entry.call.endedAt);
    if (entry.counted) limits.restore(entry.call.at);
  };
  const everything = (): readonly Entry[] => [...state.effects(), ...ledger.effects()];

  if (options.dataPath !== undefined) {
    // The file is this module's own; nobody else writes it.
    (readJournal(options.dataPath) as readonly Entry[]).forEach(replay);
    journal?.rewrite(everything());
  }

  const keep = (effect: Effect): void => {
    journal?.append(effect);
    state.apply(effect);
  };
  const rooms: Rooms = {
    now,
    wait,
    state: { ...state, apply: keep },
    fields,
    lock,
    limits,
    faults,
    leadsPerCall: rules.leadsPerCall,
    note: (effect) => {
      journal?.append(effect);
      ledger.apply(effect);
    },
  };

  const isSame = (email: string | undefined, other: string | null): boolean =>
    email === undefined || other?.toLowerCase() === email.toLowerCase();
  const emailOf = (id: number | null): string | null =>
    id === null ? null : (state.byId(id)?.email ?? null);

  return {
    options,
    fields,
    now,
    leads: (email) => state.leads().filter((lead) => isSame(email, lead.email)),
    calls: (email) =>
      ledger
        .calls()
        .filter(({ leads }) => email === undefined || leads.some((lead) => isSame(email, lead))),
    visits: (email) =>
      state
        .visits()
        .map((visit) => ({ ...visit, email: emailOf(visit.lead) }))
        .filter((visit) => isSame(email, visit.email)),
    get lockFaults() {
      return ledger.lockFaults();
    },
    inject: faults.add,
    faults: faults.list,
    clearFaults: faults.clear,
    reset: () => {
      for (const part of [state, ledger, lock, limits, faults]) part.clear();
      journal?.rewrite([]);
    },
    find: (by, value) => {
      if (by === 'id') return state.byId(Number(value));
      return by === 'email' ? state.byEmail(value) : state.byCookie(value);
    },
    open: (face) => openTurn(rooms, face),
    visit: async (visit) => {
      const fault = faults.take('munchkin', 'visitWebPage');
      const failure = fault !== undefined && isFailure(fault) ? fault : undefined;
      if (fault?.delayMs !== undefined) await wait(fault.delayMs);
      if (failure !== undefined && failure.after !== true) throw new Injected(failure);
      const lead = state.byCookie(visit.token)?.id ?? null;
      keep({ kind: 'visit', visit: { ...visit, at: now(), lead } });
      if (failure !== undefined) throw new Injected(failure);
    },
  };
};
