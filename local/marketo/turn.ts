import type { Call, CallEffect } from './calls.ts';
import type { Fault, Faults } from './faults.ts';
import { Injected, isFailure } from './faults.ts';
import type { Limits } from './limits.ts';
import type { LockRule } from './lock.ts';
import { lockKeys } from './lock.ts';
import { Refusal } from './refusal.ts';
import type { State } from './state.ts';
import type { FieldTable, LeadRecord, SyncRequest, SyncResult } from './sync.ts';
import { checkRequest, keysOf, syncRecord } from './sync.ts';

/** What every call has at hand. */
export interface Rooms {
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<unknown>;
  readonly state: State;
  readonly fields: FieldTable;
  readonly lock: LockRule;
  readonly limits: Limits;
  readonly faults: Faults;
  readonly leadsPerCall: number;
  readonly note: (effect: CallEffect) => void;
}

/** What an API adds to a call. */
export interface Face {
  /** Its name as a fault's target. */
  readonly name: string;
  /** Whether an answer like this fault says that Marketo did not begin to work. */
  readonly refusesBeforeWork: (fault: Fault) => boolean;
}

/** One call of the lead API, from its arrival to its answer. */
export interface Turn {
  /** What the call turns out to be; the record of it says `unknown` until then. */
  names(operation: string): void;
  /** Passes the limits or throws a Refusal. */
  enter(): void;
  /** Creates and updates leads under the lock rule; one result a record, in order. */
  sync(request: SyncRequest): Promise<readonly SyncResult[]>;
  /** A call that only looks. */
  read<Value>(look: () => Value): Promise<Value>;
  /** Ends the call and records it. */
  close(answer: Pick<Call, 'status' | 'code' | 'message'> & { readonly cause?: unknown }): void;
}

const nameOf = ({ email, id, foreign }: LeadRecord): string =>
  email ?? (id === undefined ? (foreign ?? '') : `#${String(id)}`);

/** Opens the record of a call that has just arrived. */
export const openTurn = (rooms: Rooms, face: Face): Turn => {
  const at = rooms.now();
  let operation = 'unknown';
  let leads: readonly string[] = [];
  let results: readonly SyncResult[] = [];
  let touched: readonly string[] = [];
  let worked = false;
  let leave: (() => void) | undefined;

  const work = async (keys: readonly string[], act: () => void): Promise<void> => {
    const fault = rooms.faults.take(face.name, operation);
    const failure = fault !== undefined && isFailure(fault) ? fault : undefined;
    const delay = fault?.delayMs ?? 0;
    if (failure !== undefined && failure.after !== true && face.refusesBeforeWork(failure)) {
      if (delay > 0) await rooms.wait(delay);
      throw new Injected(failure);
    }
    rooms.lock.begin(keys, rooms.now());
    worked = true;
    touched = keys;
    try {
      if (delay > 0) await rooms.wait(delay);
      if (failure === undefined || failure.after === true) act();
      if (failure !== undefined) throw new Injected(failure);
    } finally {
      rooms.lock.end(keys, touched, rooms.now());
    }
  };

  return {
    names: (name) => {
      operation = name;
    },
    enter: () => {
      leave = rooms.limits.enter(at);
    },
    sync: async (request) => {
      leads = request.records.map(nameOf);
      checkRequest(request, rooms.fields, rooms.leadsPerCall);
      const keys = keysOf(rooms.state, request);
      await work(keys, () => {
        const now = rooms.now();
        results = request.records.map((record) =>
          syncRecord(rooms.state, rooms.fields, request, record, now),
        );
        touched = [...keys, ...results.flatMap((one) => ('lead' in one ? lockKeys(one.lead) : []))];
      });
      return results;
    },
    read: async (look) => {
      let seen: { value: ReturnType<typeof look> } | undefined;
      await work([], () => {
        seen = { value: look() };
      });
      if (seen === undefined) throw new Error('a call that did not fail was not worked on');
      return seen.value;
    },
    close: ({ status, code, message, cause }) => {
      leave?.();
      const lockBreach = cause instanceof Refusal && cause.reason.kind === 'locked';
      const call: Call = {
        at,
        endedAt: rooms.now(),
        operation,
        leads,
        status,
        code,
        message,
        results: results.map((result) => result.status),
        worked,
        lockBreach,
      };
      rooms.note({ kind: 'call', call, counted: leave !== undefined, keys: touched });
    },
  };
};
