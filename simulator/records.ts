import type { Fault, Subject } from './faults.ts';
import { wordsOf } from './faults.ts';
import { lockKeys } from './lock.ts';
import type { Reason } from './refusal.ts';
import { Refusal } from './refusal.ts';
import type { Endpoint, Resources, Work } from './resources.ts';
import type { Lead } from './model.ts';
import type { LeadRecord, SyncRequest, SyncResult } from './sync.ts';
import { keysOf, syncRecord } from './sync.ts';

/** A call whose records are judged and answered each for itself: one may fail while others work. */
export interface EachRequest extends SyncRequest {
  /** The API's own rules for a record, given every lead that it may be about. */
  readonly judge: (record: LeadRecord, found: readonly Lead[]) => Reason | undefined;
}

/** How the API of a call names its fields. */
export type NameOf = (key: string) => string;

const failed = (reason: Reason): SyncResult => ({ status: 'FAILED', reason });

const touchedBy = (results: readonly SyncResult[]): readonly string[] =>
  results.flatMap((one) => ('lead' in one ? lockKeys(one.lead) : []));

/** What a fault can be about in a record. */
export const subjectOf = (request: SyncRequest, record: LeadRecord, nameOf: NameOf): Subject => {
  const [lead] = request.find(record);
  return {
    email: record.email ?? lead?.email,
    id: record.id ?? lead?.id,
    fields: record.fields.map(({ name }) => nameOf(name)),
  };
};

const delayOf = (faults: readonly (Fault | undefined)[]): number =>
  faults.reduce((most, fault) => Math.max(most, fault?.delayMs ?? 0), 0);

/** Syncs a record and answers; a fault that does not strike `after` the work keeps it from being done. */
const answered = (
  { state, fields, now }: Resources,
  request: SyncRequest,
  record: LeadRecord,
  fault: Fault | undefined,
): SyncResult => {
  if (fault !== undefined && fault.after !== true) return failed(wordsOf(fault));
  const result = syncRecord(state, fields, request, record, now());
  return fault === undefined ? result : failed(wordsOf(fault));
};

/** The work of a call that syncs all of its records or, where a lock holds one of them, none. */
export const wholeWork = (resources: Resources, request: SyncRequest, nameOf: NameOf): Work => {
  const { lock, now } = resources;
  let faults: readonly (Fault | undefined)[] = [];
  return {
    claim: (take) => {
      const keys = request.records.flatMap((record) => keysOf(request, record));
      if (!lock.isFree(keys, now())) throw new Refusal({ kind: 'locked' });
      faults = request.records.map((record) => take(() => subjectOf(request, record, nameOf)));
      return { keys, worked: true, lockBreach: false, delayMs: delayOf(faults) };
    },
    act: () => {
      const results = request.records.map((record, place) =>
        answered(resources, request, record, faults[place]),
      );
      return { results, touched: touchedBy(results) };
    },
  };
};

/** The work of a call whose records stand for themselves. Those refused here are no sync of their leads. */
export const eachWork = (
  resources: Resources,
  { refusesBeforeWork }: Endpoint,
  request: EachRequest,
  nameOf: NameOf,
): Work => {
  const { lock, now } = resources;
  const { records } = request;
  const faults: (Fault | undefined)[] = [];
  let refused: readonly (Reason | undefined)[] = [];

  const judged = (record: LeadRecord): Reason | undefined =>
    record.refused ?? request.judge(record, request.find(record));

  const outcome = (record: LeadRecord, place: number): SyncResult => {
    // Judged again, because a record before it in the call may have made its lead.
    const reason = refused[place] ?? judged(record);
    return reason === undefined
      ? answered(resources, request, record, faults[place])
      : failed(reason);
  };

  return {
    claim: (take) => {
      const at = now();
      const keys: string[] = [];
      refused = records.map((record, place) => {
        const reason = judged(record);
        if (reason !== undefined) return reason;
        const own = keysOf(request, record);
        if (!lock.isFree(own, at)) return { kind: 'locked' };
        const fault = take(() => subjectOf(request, record, nameOf));
        faults[place] = fault;
        if (fault !== undefined && fault.after !== true && refusesBeforeWork(fault))
          return wordsOf(fault);
        keys.push(...own);
        return undefined;
      });
      return {
        keys,
        worked: refused.includes(undefined),
        lockBreach: refused.some((reason) => reason?.kind === 'locked'),
        delayMs: delayOf(faults),
      };
    },
    act: () => {
      const results = records.map(outcome);
      return { results, touched: touchedBy(results) };
    },
  };
};
