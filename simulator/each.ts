import type { Fault } from './faults.ts';
import { hits, wordsOf } from './faults.ts';
import { lockKeys } from './lock.ts';
import type { Reason } from './refusal.ts';
import type { Lead, State } from './state.ts';
import type { FieldTable, LeadRecord, SyncRequest, SyncResult } from './sync.ts';
import { keysOf, syncRecord } from './sync.ts';
import type { Endpoint, Job, Resources } from './resources.ts';

/** A call whose records are judged and answered each for itself: one may fail while others work. */
export interface EachRequest extends SyncRequest {
  /** All fields that its API knows, by the names under which the state keeps them. */
  readonly fields: FieldTable;
  /** The API's own rules for a record, given every lead that its key finds. */
  readonly judge: (record: LeadRecord, found: readonly Lead[]) => Reason | undefined;
}

const found = (state: State, { id, email }: LeadRecord): readonly Lead[] => {
  if (id === undefined) return email === undefined ? [] : state.allByEmail(email);
  const lead = state.byId(id);
  return lead === undefined ? [] : [lead];
};

const failed = (reason: Reason): SyncResult => ({ status: 'FAILED', reason });

/** The work of such a call. Records that are refused here are no sync of their leads. */
export const eachJob = (
  { state, lock, now }: Resources,
  { refusesBeforeWork }: Endpoint,
  request: EachRequest,
): Job => {
  const { records } = request;
  let refused: (Reason | undefined)[] = [];
  /** The place of the record that a fault for one record hits. */
  let unlucky = -1;

  const judged = (record: LeadRecord): Reason | undefined =>
    record.refused ?? request.judge(record, found(state, record));

  const outcome = (record: LeadRecord, place: number, failing: Fault | undefined): SyncResult => {
    // Judged again, because a record before it in the call may have made its lead.
    const because = refused[place] ?? judged(record);
    if (because !== undefined) return failed(because);
    const hit = place === unlucky ? failing : undefined;
    if (hit !== undefined && hit.after !== true) return failed(wordsOf(hit));
    const result = syncRecord(state, request.fields, request, record, now());
    return hit === undefined ? result : failed(wordsOf(hit));
  };

  return {
    claim: (failing) => {
      const at = now();
      refused = records.map((record) => {
        const because = judged(record);
        const isFree = because !== undefined || lock.isFree(keysOf(state, request, record), at);
        return isFree ? because : { kind: 'locked' };
      });
      unlucky = records.findIndex(
        ({ email }, place) => failing && refused[place] === undefined && hits(failing, email),
      );
      if (failing && unlucky >= 0 && failing.after !== true && refusesBeforeWork(failing)) {
        refused = refused.with(unlucky, wordsOf(failing));
      }
      const claimed = records.filter((_record, place) => refused[place] === undefined);
      return {
        keys: claimed.flatMap((record) => keysOf(state, request, record)),
        worked: claimed.length > 0,
        lockBreach: refused.some((because) => because?.kind === 'locked'),
      };
    },
    act: (failing) => {
      const results = records.map((record, place) => outcome(record, place, failing));
      return {
        results,
        touched: results.flatMap((one) => ('lead' in one ? lockKeys(one.lead) : [])),
      };
    },
  };
};
