import type { Removal } from '../lead/removal.ts';
import type { FieldType } from './fieldTypes.ts';
import type { CallAnswer, Removed, Update, Visit, VisitVerdict } from './marketoTypes.ts';
import type { EpochMs } from '../segment/time.ts';

/** Marketo's lead API. One call at a time for each lead is the caller's duty. */
export interface MarketoLeads {
  /** Splits the updates into calls, each as large as the API allows and `callMost` permits. Pure. */
  plan(updates: readonly Update[]): readonly (readonly Update[])[];
  /** One call. Never rejects for what Marketo or the network did: that is a verdict. */
  sync(call: readonly Update[], deadline: EpochMs, mayStart: MayStart): Promise<CallAnswer>;
  /** All fields that leads of this instance have. Rejects when it cannot tell. */
  fields(deadline: EpochMs, mayStart: MayStart): Promise<LeadFields>;
  /** Deletes leads of deleted users. Never rejects. Absent where the API has no such call. */
  remove?(removals: readonly Removal[], deadline: EpochMs, mayStart: MayStart): Promise<Removed>;
}

/** Fields of leads by their SOAP names, which updates use. */
export type LeadFields = ReadonlyMap<string, FieldType>;

/** Asked right before each API request, repeated ones included: whether the budget lets it start. */
export type MayStart = () => Promise<boolean>;

/** Munchkin's web events. Never rejects. */
export interface Munchkin {
  visit(visit: Visit, timeoutMs: number): Promise<VisitVerdict>;
}
