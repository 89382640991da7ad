import type { Removal } from '../lead/removal.ts';
import type { FieldType } from './fieldTypes.ts';
import type { CallAnswer, Removed, Update, Verdict, Visit, VisitVerdict } from './marketoTypes.ts';
import type { EpochMs } from '../segment/time.ts';

/** Marketo's lead API. One call at a time for each lead is the caller's duty. */
export interface MarketoLeads {
  /** Splits the updates into calls, each as large as the API allows and `callMost` permits. Pure. */
  plan(updates: readonly Update[]): readonly (readonly Update[])[];
  /** One call. Never rejects for what Marketo or the network did: that is a verdict. */
  sync(call: readonly Update[], deadline: EpochMs, mayStart: MayStart): Promise<CallAnswer>;
  /** All fields that leads of this instance have. Rejects when it cannot tell. */
  fields(deadline: EpochMs, mayStart: MayStart): Promise<LeadFields>;
  /** Absent where the API has none, or the settings want none. */
  readonly imports?: LeadImports;
  /** Deletes leads of deleted users. Never rejects. Absent where the API has no such call. */
  remove?(removals: readonly Removal[], deadline: EpochMs, mayStart: MayStart): Promise<Removed>;
}

/** Bulk imports of leads: files of many rows, each a job of Marketo's. None of these ever rejects. */
export interface LeadImports {
  /**
   * Names the kind of file that can carry this update whole, or nothing. All rows of a file have the same columns and
   * no empty cell: what Marketo makes of one is not documented. Pure.
   */
  kindOf(update: Update): string | undefined;
  /** The head of a file of this kind, and one update as a row of it, with its line break. Pure. */
  headOf(kind: string): string;
  rowOf(update: Update, kind: string): string;
  /** What finds the lead of a row in Marketo; two rows of a file must not have the same. Pure. */
  keyOf(update: Update, kind: string): string;
  /** Uploads a file. */
  start(kind: string, file: string, deadline: EpochMs, mayStart: MayStart): Promise<StartedImport>;
  /** How a job is. */
  look(job: string, deadline: EpochMs, mayStart: MayStart): Promise<ImportState>;
  /** The keys of the rows with failures, or with warnings. */
  troubles(
    job: string,
    kind: string,
    what: 'failures' | 'warnings',
    deadline: EpochMs,
    mayStart: MayStart,
  ): Promise<{ readonly keys: readonly string[] } | { readonly verdict: Verdict }>;
}

/** What came of an upload; `isFull`: Marketo's queue of imports takes no more. */
export type StartedImport =
  { readonly job: string } | { readonly verdict: Verdict; readonly isFull?: true };

/** `lost`: Marketo does not know the job. */
type ImportState =
  | { readonly state: 'waiting' | 'failed' | 'lost' }
  | { readonly state: 'done'; readonly failed: number; readonly warned: number }
  | { readonly verdict: Verdict };

/** Fields of leads by their SOAP names, which updates use. */
export type LeadFields = ReadonlyMap<string, FieldType>;

/** Asked right before each API request, repeated ones included: whether the budget lets it start. */
export type MayStart = () => Promise<boolean>;

/** Munchkin's web events. Never rejects. */
export interface Munchkin {
  visit(visit: Visit, timeoutMs: number): Promise<VisitVerdict>;
}
