import { importJob, isFailure, wordsOf } from './faults.ts';
import { lockKeys } from './lock.ts';
import type { EachRequest, NameOf } from './records.ts';
import { subjectOf } from './records.ts';
import type { Reason } from './refusal.ts';
import type { Resources } from './resources.ts';
import type { LeadRecord, SyncResult } from './sync.ts';
import { keysOf, syncRecord } from './sync.ts';

export interface ImportLimits {
  readonly importsQueued: number;
  readonly importsAtOnce: number;
  readonly importRowsPerSecond: number;
}

/** A file that was uploaded. */
interface ImportFile {
  readonly request: EachRequest;
  readonly nameOf: NameOf;
  /** The list that its leads enter. */
  readonly list?: number;
}

/** What is wrong with a row, by its place in the file. */
interface RowTrouble {
  readonly row: number;
  readonly reason: Reason;
}

export interface ImportJob extends ImportFile {
  readonly id: number;
  readonly createdAt: number;
  readonly status: 'Queued' | 'Importing' | 'Complete' | 'Failed';
  readonly endsAt?: number;
  readonly imported: number;
  readonly failures: readonly RowTrouble[];
  readonly warnings: readonly RowTrouble[];
  /** Why it failed as a whole. */
  readonly because?: string;
}

export interface Imports {
  /** Whether the queue takes another job. */
  isFull(): boolean;
  /** Whether a job that fills this list waits or is at work. */
  isFilling(list: number): boolean;
  /** `isTooSoon`: a lead in it came too soon after its last sync. */
  add(file: ImportFile): { readonly job: ImportJob; readonly isTooSoon: boolean };
  job(id: number): ImportJob | undefined;
  jobs(): readonly ImportJob[];
  /** Does what has been done by now. */
  advance(): void;
  clear(): void;
}

interface Working extends ImportJob {
  /** Lock keys that it holds until it ends. */
  readonly keys: readonly string[];
  /** Rows that the lock rule refuses. */
  readonly locked: ReadonlySet<number>;
}

const isOpen = ({ status }: ImportJob): boolean => status === 'Queued' || status === 'Importing';

/** The queue of bulk imports. Its work is done whenever somebody looks, as of the time when it ended. */
export const createImports = (resources: Resources, limits: ImportLimits): Imports => {
  const { state, fields, lock, faults, now } = resources;
  let jobs: Working[] = [];
  let latestId = 1_000;

  const replace = (job: Working): void => {
    jobs = jobs.map((one) => (one.id === job.id ? job : one));
  };

  const start = (job: Working, at: number): void => {
    const { records } = job.request;
    const fault = faults.takeForCall(importJob, importJob, () => []);
    const ms = (1_000 * records.length) / limits.importRowsPerSecond + (fault?.delayMs ?? 0);
    const failed = fault !== undefined && isFailure(fault);
    replace({
      ...job,
      status: 'Importing',
      endsAt: at + Math.ceil(ms),
      ...(failed && { because: fault.message ?? `Import failed (${fault.code ?? 'no code'})` }),
    });
  };

  const write = (job: Working, record: LeadRecord, row: number): SyncResult => {
    const { request } = job;
    if (job.locked.has(row)) return { status: 'FAILED', reason: { kind: 'locked' } };
    const fault = faults.takeForRecord(importJob, importJob, () =>
      subjectOf(request, record, job.nameOf),
    );
    if (fault) return { status: 'FAILED', reason: wordsOf(fault) };
    const reason = record.refused ?? request.judge(record, request.find(record));
    return reason
      ? { status: 'FAILED', reason }
      : syncRecord(state, fields, request, record, job.endsAt ?? now());
  };

  const end = (job: Working): void => {
    const { request, list, keys, endsAt = now() } = job;
    const failures: RowTrouble[] = [];
    const warnings: RowTrouble[] = [];
    const touched = [...keys];
    const done = job.because === undefined ? request.records : [];
    for (const [row, record] of done.entries()) {
      let result = write(job, record, row);
      if (result.status === 'FAILED' && result.reason.kind === 'bad-value') {
        // The row is taken without the values that no field can hold.
        const { reason } = result;
        const bad = [reason.field, ...reason.others];
        const left = record.fields.filter(({ name }) => !bad.includes(name));
        result = write(job, { ...record, fields: left }, row);
        if (result.status !== 'FAILED') warnings.push({ row, reason });
      }
      if (result.status === 'FAILED') failures.push({ row, reason: result.reason });
      else {
        touched.push(...lockKeys(result.lead));
        if (list !== undefined)
          state.apply({
            kind: 'membership',
            membership: { list, lead: result.lead.id, isMember: true },
          });
      }
    }
    lock.end(keys, touched, endsAt);
    replace({
      ...job,
      status: job.because === undefined ? 'Complete' : 'Failed',
      imported: done.length - failures.length,
      failures,
      warnings,
    });
  };

  const advance = (): void => {
    for (let at = -Infinity; ;) {
      const atWork = jobs.filter(({ status }) => status === 'Importing');
      const next = jobs.find(({ status }) => status === 'Queued');
      if (next && atWork.length < limits.importsAtOnce) {
        start(next, Math.max(at, next.createdAt));
        continue;
      }
      const [first] = atWork.sort((a, b) => (a.endsAt ?? 0) - (b.endsAt ?? 0));
      if (first?.endsAt === undefined || first.endsAt > now()) return;
      at = first.endsAt;
      end(first);
    }
  };

  return {
    advance,
    isFull: () => jobs.filter(isOpen).length >= limits.importsQueued,
    isFilling: (list) => jobs.some((job) => isOpen(job) && job.list === list),
    add: (file) => {
      const { request } = file;
      const at = now();
      const locked = new Set<number>();
      const keys = new Set<string>();
      for (const [row, record] of request.records.entries()) {
        const own = keysOf(request, record);
        if (lock.isFree(own, at)) for (const key of own) keys.add(key);
        else locked.add(row);
      }
      lock.begin([...keys], at);
      const id = (latestId += 1);
      const none = { imported: 0, failures: [], warnings: [] };
      const job: Working = {
        ...file,
        ...none,
        id,
        createdAt: at,
        status: 'Queued',
        keys: [...keys],
        locked,
      };
      jobs.push(job);
      return { job, isTooSoon: locked.size > 0 };
    },
    job: (id) => {
      advance();
      return jobs.find((job) => job.id === id);
    },
    jobs: () => {
      advance();
      return jobs;
    },
    clear: () => {
      jobs = [];
    },
  };
};
