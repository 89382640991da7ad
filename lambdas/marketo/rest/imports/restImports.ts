import * as z from 'zod/mini';
import type { EpochMs } from '../../../segment/time.ts';
import type { LeadImports, MayStart, StartedImport } from '../../marketoPorts.ts';
import type { Verdict } from '../../marketoTypes.ts';
import { transportVerdict } from '../../transport.ts';
import { importVerdict, isJobUnknown, isQueueFull } from '../apiErrors.ts';
import type { LeadRules } from '../leadRules.ts';
import type { Bounds, RestCalled, RestRequest } from '../restCaller.ts';
import { columnOf, csvLine } from './csv.ts';
import { keyOf, kindIn, kindOf, rowOf } from './importKind.ts';

interface RestImportOptions {
  readonly rules: LeadRules;
  readonly call: (request: RestRequest, bounds: Bounds) => Promise<RestCalled>;
  readonly signalFor: (deadline: EpochMs) => AbortSignal;
}

const count = z._default(z.number(), 0);
const jobSchema = z.object({
  batchId: z.union([z.number(), z.string()]),
  status: z.string(),
  numOfRowsFailed: count,
  numOfRowsWithWarning: count,
});

const jobIn = (result: readonly unknown[]) => jobSchema.safeParse(result[0]).data;

/** What it means that a request brought no result. */
const verdictOf = (called: Exclude<RestCalled, { result: unknown }>): Verdict => {
  if ('verdict' in called) return called.verdict;
  return 'complaints' in called
    ? importVerdict(called.complaints)
    : { kind: 'unavailable', because: called.notSent, worked: false, isUnsent: true };
};

const unreadable = (status: number): { readonly verdict: Verdict } => ({
  verdict: transportVerdict({ status }, 'a JSON answer'),
});

/** The form of an upload, as the platform writes it. */
const formOf = async (
  file: string,
): Promise<{ readonly body: Buffer; readonly contentType: string }> => {
  const form = new FormData();
  form.set('file', new Blob([file], { type: 'text/csv' }), 'leads.csv');
  const written = new Response(form);
  return {
    body: Buffer.from(await written.arrayBuffer()),
    contentType: written.headers.get('content-type') ?? '',
  };
};

/** Bulk Lead Import (Adobe): an upload, a status, and files of failures and warnings. */
export const createRestImports = ({ rules, call, signalFor }: RestImportOptions): LeadImports => {
  const ask = (
    request: Omit<RestRequest, 'api'>,
    deadline: EpochMs,
    mayStart: MayStart,
  ): Promise<RestCalled> =>
    call(
      { ...request, api: 'bulk' },
      { signal: signalFor(deadline), lastStart: deadline, mayStart },
    );

  return {
    kindOf: (update) => kindOf(update, rules),
    headOf: (kind) => csvLine(kindIn(kind).columns),
    rowOf,
    keyOf,

    start: async (kind, file, deadline, mayStart): Promise<StartedImport> => {
      const { lookup, partition } = kindIn(kind);
      const query = new URLSearchParams({ format: 'csv', lookupField: lookup });
      if (partition !== undefined) query.set('partitionName', partition);
      const path = `leads.json?${query.toString()}`;
      const form = await formOf(file);
      const called = await ask({ method: 'POST', path, ...form }, deadline, mayStart);
      if (!('result' in called)) {
        const isFull = 'complaints' in called && isQueueFull(called.complaints);
        return { verdict: verdictOf(called), ...(isFull && { isFull }) };
      }
      const job = jobIn(called.result);
      return job ? { job: String(job.batchId) } : unreadable(called.status);
    },

    look: async (job, deadline, mayStart) => {
      const path = `leads/batch/${encodeURIComponent(job)}.json`;
      const called = await ask({ method: 'GET', path }, deadline, mayStart);
      if (!('result' in called))
        return 'complaints' in called && isJobUnknown(called.complaints)
          ? { state: 'lost' }
          : { verdict: verdictOf(called) };
      const { status, numOfRowsFailed, numOfRowsWithWarning } = jobIn(called.result) ?? {};
      if (status === undefined) return unreadable(called.status);
      if (status === 'Complete')
        return { state: 'done', failed: numOfRowsFailed ?? 0, warned: numOfRowsWithWarning ?? 0 };
      return { state: status === 'Failed' ? 'failed' : 'waiting' };
    },

    troubles: async (job, kind, what, deadline, mayStart) => {
      const path = `leads/batch/${encodeURIComponent(job)}/${what}.json`;
      const called = await ask({ method: 'GET', path, isFile: true }, deadline, mayStart);
      if (!('result' in called)) return { verdict: verdictOf(called) };
      const keys = columnOf(String(called.result[0]), kindIn(kind).lookup);
      // A file that says nothing of whose rows it holds: as if it held none, which the counts contradict.
      return { keys: keys ?? [] };
    },
  };
};
