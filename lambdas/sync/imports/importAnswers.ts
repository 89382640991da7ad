import { shortHashOf } from '../../digest.ts';
import type { ImportRow } from '../../lead/importRow.ts';
import type { LeadVerdict } from '../../lead/settle.ts';
import type { ImportTiming, LeadTiming } from '../../limits.ts';
import type { LeadImports } from '../../marketo/marketoPorts.ts';
import type { Verdict } from '../../marketo/marketoTypes.ts';
import type { Clock } from '../../ports.ts';
import type { EpochMs } from '../../segment/time.ts';
import { epochMs } from '../../segment/time.ts';
import type { ImportJob, ImportPages } from '../../store/importStore.ts';
import type { Budget, Permits } from '../budget.ts';
import type { CircuitBreaker } from '../circuitBreaker.ts';

interface ImportAnswersPorts {
  readonly imports: LeadImports;
  readonly pages: ImportPages;
  readonly budget: Budget;
  readonly breaker: CircuitBreaker;
  readonly clock: Clock;
  readonly timing: ImportTiming & Pick<LeadTiming, 'callTimeoutMs'>;
}

/** How a job ended. */
interface ImportEnd {
  readonly verdictOf: (row: ImportRow) => LeadVerdict;
  readonly because: string;
  readonly hasFailed?: true;
}

/** `end` absent: it has not ended, or nobody could ask. */
interface Answered {
  readonly end?: ImportEnd;
  readonly calls: number;
}

const synced: LeadVerdict = { kind: 'synced' };

/** An import says in its own words why it did not take a row; Sync Leads has a code for it, and names the field. */
const again = (because: string): LeadVerdict => ({ kind: 'retry', because, own: true });

const notWhole = 'a bulk import did not take it whole; it goes by Sync Leads, which says why';

const allAgain = (because: string): Omit<ImportEnd, 'hasFailed'> => ({
  verdictOf: () => again(because),
  because,
});

/** Asks Marketo how a job is and, at its end, which rows had trouble. */
export const createImportAnswers = (ports: ImportAnswersPorts) => {
  const { imports, pages, budget, breaker, clock, timing } = ports;

  /** What a request that brought nothing means for all leads. */
  const passOn = async (verdict: Verdict): Promise<void> => {
    if (verdict.kind !== 'unavailable' || verdict.isUnsent) return;
    if (verdict.isDayUsedUp) await budget.exhaust();
    await breaker.trip(verdict.because);
  };

  const keysOf = async (job: ImportJob): Promise<ReadonlySet<string>> => {
    const all = new Set<string>();
    for (let page = 0; page < job.pages; page += 1)
      for (const { key } of await pages.read(job.owner, page)) all.add(key);
    return all;
  };

  /** The rows with trouble; `undefined`: their files could not be had. */
  const troubled = async (
    job: ImportJob,
    counts: { readonly failures: number; readonly warnings: number },
    deadline: EpochMs,
    mayStart: Permits['mayStart'],
  ): Promise<ImportEnd | undefined> => {
    const bad = new Set<string>();
    for (const what of ['failures', 'warnings'] as const) {
      if (counts[what] === 0) continue;
      const told = await imports.troubles(job.job, job.kind, what, deadline, mayStart);
      if ('verdict' in told) {
        await passOn(told.verdict);
        return undefined;
      }
      const named = told.keys.map(shortHashOf);
      const known = await keysOf(job);
      // Whose rows they are is not certain: then it is of none.
      if (named.length < counts[what] || !named.every((key) => known.has(key)))
        return allAgain('a bulk import did not take all its rows, and does not say which');
      for (const key of named) bad.add(key);
    }
    return {
      verdictOf: ({ key }) => (bad.has(key) ? again(notWhole) : synced),
      because: notWhole,
    };
  };

  const ask = async (
    job: ImportJob,
    deadline: EpochMs,
    { mayStart }: Permits,
  ): Promise<ImportEnd | undefined> => {
    const told = await imports.look(job.job, deadline, mayStart);
    if ('verdict' in told) {
      await passOn(told.verdict);
      return undefined;
    }
    await breaker.succeed({ failed: [], synced: 0 });
    if (told.state === 'done')
      return troubled(job, { failures: told.failed, warnings: told.warned }, deadline, mayStart);
    if (told.state === 'waiting') return undefined;
    if (told.state === 'lost') return allAgain('Marketo does not know the bulk import any more');
    return { ...allAgain('the bulk import failed as a whole'), hasFailed: true };
  };

  return async (job: ImportJob, until: EpochMs): Promise<Answered> => {
    if (clock.now() - job.startedAt >= timing.jobKnownMs)
      return { end: allAgain('Marketo does not know the bulk import any more'), calls: 0 };
    const passage = await breaker.tryAcquire();
    if (!passage.allowed) return { calls: 0 };
    const permits = await budget.tryAcquire({ isFull: true, bringsFields: true });
    try {
      if (!permits.granted) return { calls: 0 };
      const deadline = epochMs(Math.min(until, clock.now() + timing.callTimeoutMs));
      const end = await ask(job, deadline, permits);
      return { ...(end && { end }), calls: permits.started() };
    } finally {
      if (permits.granted) await permits.giveBack();
      if (passage.isProbe && !(permits.granted && permits.started() > 0))
        await breaker.releaseProbe();
    }
  };
};

export type ImportAnswers = ReturnType<typeof createImportAnswers>;
