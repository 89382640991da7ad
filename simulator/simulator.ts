import { setTimeout as sleep } from 'node:timers/promises';
import type { Call, CallEffect } from './calls.ts';
import { createLedger } from './calls.ts';
import type { Control } from './control.ts';
import { createControl } from './control.ts';
import type { Fault, FaultRequest } from './faults.ts';
import type { Imports } from './imports.ts';
import { createImports } from './imports.ts';
import { createFaults, Injected, isFailure } from './faults.ts';
import type { CustomField, FieldTable } from './fields.ts';
import { customField, fieldTable } from './fields.ts';
import { openJournal, readJournal } from './journal.ts';
import { createLimits } from './limits.ts';
import { createLockRule } from './lock.ts';
import type { SimulatorOptions } from './options.ts';
import type { Endpoint, Resources } from './resources.ts';
import type { RestCredentials, Tokens } from './rest/tokens.ts';
import { createTokens, defaultRestCredentials } from './rest/tokens.ts';
import { rules } from './rules.ts';
import type { InstanceSchema } from './schema/schema.ts';
import { parseSchema } from './schema/schema.ts';
import type { Activity, Effect, Lead, Visit } from './model.ts';
import type { State } from './state.ts';
import { createState } from './state.ts';
import type { LeadRecord, SyncResult } from './sync.ts';
import { syncRecord } from './sync.ts';
import type { Turn } from './turn.ts';
import { openTurn } from './turn.ts';

type WithEmail<Of> = Of & { readonly email: string | null };

/** A request for a token, without anything secret. */
interface TokenRequest {
  readonly at: number;
  readonly granted: boolean;
}

/** A Marketo instance without its APIs: what it holds, and the rules of its calls. */
export interface Simulator extends Control {
  readonly options: SimulatorOptions;
  readonly schema: InstanceSchema;
  readonly fields: FieldTable;
  readonly state: State;
  readonly now: () => number;
  readonly leads: (email?: string) => readonly Lead[];
  readonly calls: (email?: string) => readonly Call[];
  readonly visits: (email?: string) => readonly WithEmail<Visit>[];
  readonly activities: (email?: string) => readonly WithEmail<Activity>[];
  /** Requests for a token since the start; they are no calls and count towards no limit. */
  readonly tokenRequests: () => readonly TokenRequest[];
  /** How many calls broke the lock rule. */
  readonly lockFaults: number;
  readonly inject: (fault: FaultRequest) => void;
  readonly faults: () => readonly Fault[];
  readonly clearFaults: () => void;
  /** Forgets everything: leads, visits, activities, calls, faults, locks, limits and tokens. */
  readonly reset: () => void;
  readonly find: (by: 'id' | 'email' | 'cookie', value: string) => Lead | undefined;
  /** The lead of an id that a call gives: a merged one's winner where the schema says so. */
  readonly leadOf: (id: number) => Lead | undefined;
  /** A call of the lead API has arrived at this endpoint. */
  readonly open: (endpoint: Endpoint) => Turn;
  /** Records a visit; throws Injected where a fault for munchkin waits. */
  readonly visit: (visit: Omit<Visit, 'at' | 'lead'>) => Promise<void>;
  /** Gives the cookie to the lead; visits that nobody had come with it. */
  readonly associate: (lead: Lead, token: string) => void;
  /** Creates or updates the lead that Munchkin's associateLead names, and gives it the cookie. */
  readonly syncVisitor: (record: LeadRecord, cookie: string) => SyncResult;
  readonly addActivity: (activity: Omit<Activity, 'id' | 'at'>) => Activity;
  /** Leads have this custom field from now on, empty, until the run ends. */
  readonly addField: (field: CustomField) => void;
  /** Leads have no field of this SOAP name any more, and its values are gone. */
  readonly removeField: (name: string) => void;
  /** The client of the REST API is this one; tokens of the former are no longer known. */
  readonly replaceClient: (client: RestCredentials) => void;
  /** Undefined for a client that is not known; throws Injected where a fault for token waits. */
  readonly grant: (client: RestCredentials) => Promise<ReturnType<Tokens['grant']> | undefined>;
  /** Jobs of bulk imports, as they are by now. */
  readonly imports: Imports;
  readonly judgeToken: (token: string) => ReturnType<Tokens['judge']>;
}

type Entry = Effect | CallEffect;

/** Makes an instance, from `dataPath` when that file is there. */
export const createSimulator = (options: SimulatorOptions): Simulator => {
  const now = (): number => options.clock.now();
  // A delay alone keeps no process alive.
  const wait = options.wait ?? ((ms: number) => sleep(ms, undefined, { ref: false }));
  const state = createState();
  const ledger = createLedger();
  const lock = createLockRule(options.leadLockMs ?? rules.lockMs);
  const schema = parseSchema(options.schema ?? {});
  const limits = createLimits({ ...rules, ...schema.limits });
  const faults = createFaults();
  const tokens = createTokens();
  let client = options.rest ?? defaultRestCredentials;
  let tokenRequests: TokenRequest[] = [];
  const fields = fieldTable(schema.fields);
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
  const journaled: State = { ...state, apply: keep };
  const resources: Resources = {
    now,
    wait,
    state: journaled,
    fields,
    lock,
    limits,
    faults,
    note: (effect) => {
      journal?.append(effect);
      ledger.apply(effect);
    },
  };

  const imports = createImports(resources, { ...rules, ...schema.limits });
  const isSame = (email: string | undefined, other: string | null): boolean =>
    email === undefined || other?.toLowerCase() === email.toLowerCase();
  const withEmail = <Of extends { readonly lead: number | null }>(
    list: readonly Of[],
    email: string | undefined,
  ): readonly WithEmail<Of>[] =>
    list
      .map((one) => ({ ...one, email: state.byId(one.lead ?? 0)?.email ?? null }))
      .filter((one) => isSame(email, one.email));

  /** A request that is no call of the lead API, under the faults that wait for it. */
  const underFaults = async <Value>(
    endpoint: string,
    operation: string,
    act: () => Value,
  ): Promise<Value> => {
    const fault = faults.takeForCall(endpoint, operation, () => []);
    const failure = fault !== undefined && isFailure(fault) ? fault : undefined;
    if (fault?.delayMs !== undefined) await wait(fault.delayMs);
    if (failure !== undefined && failure.after !== true) throw new Injected(failure);
    const value = act();
    if (failure !== undefined) throw new Injected(failure);
    return value;
  };

  return {
    ...createControl({ state: journaled, fields, schema, now }),
    options,
    schema,
    fields,
    state: journaled,
    now,
    imports,
    leads: (email) => {
      imports.advance();
      return state.leads().filter((lead) => isSame(email, lead.email));
    },
    calls: (email) =>
      ledger
        .calls()
        .filter(({ leads }) => email === undefined || leads.some((lead) => isSame(email, lead))),
    visits: (email) => withEmail(state.visits(), email),
    activities: (email) => withEmail(state.activities(), email),
    tokenRequests: () => tokenRequests,
    get lockFaults() {
      return ledger.lockFaults();
    },
    inject: faults.add,
    faults: faults.list,
    clearFaults: faults.clear,
    reset: () => {
      for (const part of [state, ledger, lock, limits, faults, tokens, imports]) part.clear();
      tokenRequests = [];
      journal?.rewrite([]);
    },
    find: (by, value) => {
      imports.advance();
      if (by === 'id') return state.byId(Number(value));
      return by === 'email' ? state.allBy('Email', value)[0] : state.byCookie(value);
    },
    leadOf: (id) =>
      state.byId(id) ?? (schema.mergedIds === 'winner' ? state.mergedInto(id) : undefined),
    open: (endpoint) => {
      imports.advance();
      return openTurn(resources, endpoint);
    },
    visit: (visit) =>
      underFaults('munchkin', 'visitWebPage', () => {
        const lead = state.byCookie(visit.token)?.id ?? null;
        keep({ kind: 'visit', visit: { ...visit, at: now(), lead } });
      }),
    associate: (lead, token) => {
      keep({ kind: 'lead', lead: { ...lead, cookies: [...new Set([...lead.cookies, token])] } });
    },
    syncVisitor: (record, cookie) => {
      const find = (): readonly Lead[] => {
        const lead = state.byCookie(cookie) ?? state.allBy('Email', record.email ?? '')[0];
        return lead === undefined ? [] : [lead];
      };
      return syncRecord(journaled, fields, { records: [record], cookie, find }, record, now());
    },
    addActivity: (given) => {
      const activity = { ...given, id: state.nextActivityId(), at: now() };
      keep({ kind: 'activity', activity });
      return activity;
    },
    addField: (field) => {
      const made = customField(field);
      fields.set(made.name, made);
    },
    removeField: (name) => {
      fields.delete(name);
      for (const lead of state.leads().filter((one) => name in one.fields)) {
        const left = Object.entries(lead.fields).filter(([own]) => own !== name);
        keep({ kind: 'lead', lead: { ...lead, fields: Object.fromEntries(left) } });
      }
    },
    replaceClient: (other) => {
      client = other;
      tokens.clear();
    },
    grant: async ({ clientId, clientSecret }) => {
      const at = now();
      let granted = false;
      try {
        return await underFaults('token', 'token', () => {
          granted = clientId === client.clientId && clientSecret === client.clientSecret;
          return granted ? tokens.grant(now()) : undefined;
        });
      } finally {
        tokenRequests.push({ at, granted });
      }
    },
    judgeToken: (token) => tokens.judge(token, now()),
  };
};
