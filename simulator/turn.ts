import type { Call } from './calls.ts';
import type { EachRequest } from './each.ts';
import { eachJob } from './each.ts';
import type { Fault } from './faults.ts';
import { Injected, isFailure } from './faults.ts';
import type { LockRule } from './lock.ts';
import { lockKeys } from './lock.ts';
import { Refusal } from './refusal.ts';
import type { Endpoint, Job, Resources } from './resources.ts';
import type { LeadRecord, SyncRequest, SyncResult } from './sync.ts';
import { checkRequest, keysOf, syncRecord } from './sync.ts';

/** One call of the lead API, from its arrival to its answer. */
export interface Turn {
  /** What the call turns out to be; the record of it says `unknown` until then. */
  names(operation: string): void;
  /** Of whom the record of a call tells that syncs no leads, and what became of each. */
  tells(leads: readonly string[], results: readonly string[]): void;
  /** Passes the limits or throws a Refusal. */
  enter(): void;
  /** Creates and updates leads under the lock rule, all or none; one result a record, in order. */
  sync(request: SyncRequest): Promise<readonly SyncResult[]>;
  /** The same, where each record is refused for itself, by the lock rule too. */
  syncEach(request: EachRequest): Promise<readonly SyncResult[]>;
  /** Work that the lock rule does not concern. `failing`: a fault for its first record. */
  unlocked<Value>(work: (failing: Fault | undefined) => Value): Promise<Value>;
  /** Ends the call and records it. */
  close(answer: Pick<Call, 'status' | 'code' | 'message'> & { readonly cause?: unknown }): void;
}

const nameOf = ({ email, id, foreign }: LeadRecord): string =>
  email ?? (id === undefined ? (foreign ?? '') : `#${String(id)}`);

const wholeJob = (
  { state, fields, now }: Resources,
  lock: LockRule,
  request: SyncRequest,
): Job => ({
  claim: () => {
    const keys = request.records.flatMap((record) => keysOf(state, request, record));
    if (!lock.isFree(keys, now())) throw new Refusal({ kind: 'locked' });
    return { keys, worked: true, lockBreach: false };
  },
  act: () => {
    const at = now();
    const results = request.records.map((record) => syncRecord(state, fields, request, record, at));
    const touched = results.flatMap((one) => ('lead' in one ? lockKeys(one.lead) : []));
    return { results, touched };
  },
});

/** Opens the record of a call that has just arrived. */
export const openTurn = (resources: Resources, endpoint: Endpoint): Turn => {
  const at = resources.now();
  let operation = 'unknown';
  let leads: readonly string[] = [];
  let results: readonly string[] = [];
  let touched: readonly string[] = [];
  let worked = false;
  let lockBreach = false;
  let leave: (() => void) | undefined;

  const perform = async (job: Job): Promise<readonly SyncResult[]> => {
    const fault = resources.faults.take(endpoint.name, operation, leads);
    const failing = fault?.level === 'record' ? fault : undefined;
    const failure = fault !== undefined && isFailure(fault) && !failing ? fault : undefined;
    const delay = fault?.delayMs ?? 0;
    if (failure !== undefined && failure.after !== true && endpoint.refusesBeforeWork(failure)) {
      if (delay > 0) await resources.wait(delay);
      throw new Injected(failure);
    }
    const claim = job.claim(failing);
    const { keys } = claim;
    ({ worked, lockBreach } = claim);
    resources.lock.begin(keys, resources.now());
    touched = keys;
    try {
      if (delay > 0) await resources.wait(delay);
      const done = failure === undefined || failure.after === true ? job.act(failing) : undefined;
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

  return {
    names: (name) => {
      operation = name;
    },
    tells: (about, outcomes) => {
      leads = about;
      results = outcomes;
    },
    enter: () => {
      leave = resources.limits.enter(at, endpoint.callsPerDay);
    },
    sync: (request) => {
      leads = request.records.map(nameOf);
      checkRequest(request, resources.fields, resources.leadsPerCall);
      return perform(wholeJob(resources, resources.lock, request));
    },
    syncEach: (request) => {
      leads = request.records.map(nameOf);
      return perform(eachJob(resources, endpoint, request));
    },
    unlocked: async (work) => {
      let seen: { value: ReturnType<typeof work> } | undefined;
      await perform({
        claim: () => ({ keys: [], worked: true, lockBreach: false }),
        act: (failing) => {
          seen = { value: work(failing) };
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
