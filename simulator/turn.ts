import type { Call } from './calls.ts';
import type { Subject } from './faults.ts';
import { Injected, isFailure } from './faults.ts';
import type { EachRequest, NameOf } from './records.ts';
import { eachWork, subjectOf, wholeWork } from './records.ts';
import { Refusal } from './refusal.ts';
import type { Endpoint, Resources, TakeFault, Work } from './resources.ts';
import type { LeadRecord, SyncRequest, SyncResult } from './sync.ts';

/** A lead as a call names it: what is known of it. */
interface Named {
  readonly id: number | string;
  readonly email?: string | null | undefined;
}

/** One call of the lead API, from its arrival to its answer. */
export interface Turn {
  /** What the call turns out to be; the record of it says `unknown` until then. */
  names(operation: string): void;
  /** The leads that a call is about which syncs none. */
  concerns(leads: readonly Named[]): void;
  /** What became of each record of such a call. */
  results(outcomes: readonly string[]): void;
  /** The call is about a lead too soon after its last sync. */
  breaksLock(): void;
  /** Passes the limits or throws a Refusal. */
  enter(): void;
  /** Creates and updates leads under the lock rule, all or none; one result a record, in order. */
  sync(request: SyncRequest, nameOf: NameOf): Promise<readonly SyncResult[]>;
  /** The same, where each record is refused for itself, by the lock rule too. */
  syncEach(request: EachRequest, nameOf: NameOf): Promise<readonly SyncResult[]>;
  /** Work that the lock rule does not concern. `take` gives the fault for one of its records. */
  unlocked<Value>(work: (take: TakeFault) => Value): Promise<Value>;
  /** Ends the call and records it. */
  close(answer: Pick<Call, 'status' | 'code' | 'message'> & { readonly cause?: unknown }): void;
}

const nameOfRecord = ({ email, id, foreign }: LeadRecord): string =>
  email ?? (id === undefined ? (foreign ?? '') : `#${String(id)}`);

const noFault: TakeFault = () => undefined;

/** Opens the record of a call that has just arrived. */
export const openTurn = (resources: Resources, endpoint: Endpoint): Turn => {
  const at = resources.now();
  let operation = 'unknown';
  let leads: readonly string[] = [];
  let subjects = (): readonly Subject[] => [];
  let results: readonly string[] = [];
  let touched: readonly string[] = [];
  let worked = false;
  let lockBreach = false;
  let leave: (() => void) | undefined;

  const takeForRecord: TakeFault = (subject) =>
    resources.faults.takeForRecord(endpoint.name, operation, subject);

  const perform = async (work: Work): Promise<readonly SyncResult[]> => {
    const fault = resources.faults.takeForCall(endpoint.name, operation, subjects);
    const failure = fault !== undefined && isFailure(fault) ? fault : undefined;
    const delay = fault?.delayMs ?? 0;
    if (failure !== undefined && failure.after !== true && endpoint.refusesBeforeWork(failure)) {
      if (delay > 0) await resources.wait(delay);
      throw new Injected(failure);
    }
    // A call that does nothing uses up no fault of its records.
    const acts = failure === undefined || failure.after === true;
    const claim = work.claim(acts ? takeForRecord : noFault);
    const { keys } = claim;
    ({ worked, lockBreach } = claim);
    resources.lock.begin(keys, resources.now());
    touched = keys;
    try {
      const wait = Math.max(delay, claim.delayMs);
      if (wait > 0) await resources.wait(wait);
      const done = acts ? work.act() : undefined;
      touched = [...keys, ...(done?.touched ?? [])];
      if (done !== undefined && done.results.length > 0) {
        results = done.results.map(({ status }) => status);
      }
      if (failure !== undefined) throw new Injected(failure);
      return done?.results ?? [];
    } finally {
      resources.lock.end(keys, touched, resources.now());
    }
  };

  const begin = (request: SyncRequest, nameOf: NameOf): void => {
    leads = request.records.map(nameOfRecord);
    subjects = () => request.records.map((record) => subjectOf(request, record, nameOf));
  };

  return {
    names: (name) => {
      operation = name;
    },
    concerns: (about) => {
      leads = about.map(({ id, email }) => email ?? `#${String(id)}`);
      subjects = () => about.map(({ id, email }) => ({ id: Number(id), email }));
    },
    results: (outcomes) => {
      results = outcomes;
    },
    breaksLock: () => {
      lockBreach = true;
    },
    enter: () => {
      leave = resources.limits.enter(at, endpoint.callsPerDay);
    },
    sync: (request, nameOf) => {
      begin(request, nameOf);
      return perform(wholeWork(resources, request, nameOf));
    },
    syncEach: (request, nameOf) => {
      begin(request, nameOf);
      return perform(eachWork(resources, endpoint, request, nameOf));
    },
    unlocked: async (work) => {
      let seen: { value: ReturnType<typeof work> } | undefined;
      let take = noFault;
      await perform({
        claim: (given) => {
          take = given;
          return { keys: [], worked: true, lockBreach: false, delayMs: 0 };
        },
        act: () => {
          seen = { value: work(take) };
          return { results: [], touched: [] };
        },
      });
      if (seen === undefined) throw new Error('a call that did not fail was not worked on');
      return seen.value;
    },
    close: ({ status, code, message, cause }) => {
      leave?.();
      const refusedByLock = cause instanceof Refusal && cause.reason.kind === 'locked';
      const call: Call = {
        at,
        endedAt: resources.now(),
        operation,
        leads,
        status,
        code,
        message,
        results,
        worked,
        lockBreach: lockBreach || refusedByLock,
      };
      resources.note({ kind: 'call', call, counted: leave !== undefined, keys: touched });
    },
  };
};
