import { digestOf } from '../../digest.ts';
import type { Logger } from '../../delivery.ts';
import { concurrently } from '../../concurrently.ts';
import type { ImportRow } from '../../lead/importRow.ts';
import { importedSnapshot } from '../../lead/importRow.ts';
import type { LeadVerdict } from '../../lead/settle.ts';
import type { ImportTiming } from '../../limits.ts';
import type { Api } from '../../marketo/leadApis.ts';
import type { Clock } from '../../ports.ts';
import type { EpochMs } from '../../segment/time.ts';
import { epochMs } from '../../segment/time.ts';
import type { ImportJob, ImportPages } from '../../store/importStore.ts';
import type { Store } from '../../store/leadStore.ts';
import { verdictsOf } from '../callLine.ts';
import type { Settlements } from '../settlements.ts';
import type { ImportAnswers } from './importAnswers.ts';

interface FollowImportPorts {
  readonly api: Api;
  readonly answers: ImportAnswers;
  readonly settlements: Settlements;
  readonly store: Pick<Store, 'leads' | 'saveLead'>;
  readonly pages: ImportPages;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly flushHistory: () => Promise<void>;
  readonly failed: (one: unknown, error: unknown) => void;
  /** Writes down how far a job has come. */
  readonly save: (job: ImportJob) => Promise<void>;
  readonly timing: ImportTiming;
}

/** How a job is after somebody looked at it; `failed`: as a whole. */
interface Followed {
  /** Absent: it is over. */
  readonly job?: ImportJob;
  readonly hasFailed?: true;
}

/**
 * Looks after one job: keeps the locks of its leads, polls it, and at its end gives each row its verdict. Whoever
 * repeats any of it changes nothing: a row that has its verdict bears the job's name no more.
 */
export class FollowImport {
  private readonly ports: FollowImportPorts;

  constructor(ports: FollowImportPorts) {
    this.ports = ports;
  }

  async run(given: ImportJob, until: EpochMs): Promise<Followed> {
    const { answers, clock, logger, save, timing } = this.ports;
    const job = await this.renew(given, until);
    if (job.pollAt > clock.now()) return { job };
    const { end, calls } = await answers(job, until);
    const told = { ...job, calls: job.calls + calls };
    if (end === undefined) {
      const wait = Math.min(timing.pollLongestMs, timing.pollFirstMs * 2 ** job.polls);
      const later = { ...told, polls: job.polls + 1, pollAt: epochMs(clock.now() + wait) };
      await save(later);
      return { job: later };
    }
    if (end.hasFailed)
      logger.error('a bulk import failed as a whole: its leads go by Sync Leads', {
        job: job.job,
        because: end.because,
        leads: job.rows,
      });
    const left = await this.settle(told, end.verdictOf, until);
    return { ...(left && { job: left }), ...(end.hasFailed && { hasFailed: true }) };
  }

  /** Locks that end soon are renewed, whether or not Marketo answers. */
  private async renew(job: ImportJob, until: EpochMs): Promise<ImportJob> {
    const { pages, store, clock, failed, save, timing } = this.ports;
    const now = clock.now();
    if (job.lockedUntil - now > timing.renewBeforeMs) return job;
    const lockedUntil = epochMs(now + timing.leaseMs);
    for (let page = job.settled; page < job.pages; page += 1) {
      if (clock.now() >= until) return job;
      const rows = await pages.read(job.owner, page);
      const leads = [...(await store.leads(rows.map(({ lead }) => lead)))];
      await concurrently(
        leads,
        async ([lead, loaded]) => {
          const { state } = loaded;
          if (state?.owner === job.owner)
            await store.saveLead(lead, loaded, { ...state, lockedUntil });
        },
        failed,
      );
    }
    const renewed = { ...job, lockedUntil };
    await save(renewed);
    return renewed;
  }

  /** Resolves to the job where time was up before its end. */
  private async settle(
    job: ImportJob,
    verdictOf: (row: ImportRow) => LeadVerdict,
    until: EpochMs,
  ): Promise<ImportJob | undefined> {
    const { pages, clock, flushHistory, save } = this.ports;
    const endedAt = clock.now();
    let left = job;
    for (let page = job.settled; page < job.pages; page += 1) {
      if (clock.now() >= until) return left;
      const rows = await pages.read(job.owner, page);
      await this.settlePage(left, rows, verdictOf, endedAt);
      await flushHistory();
      // What it cost is told once.
      left = { ...left, settled: page + 1, calls: 0, pollAt: endedAt };
      await save(left);
    }
    return undefined;
  }

  private async settlePage(
    { owner, rows: callSize, calls, startedAt }: ImportJob,
    rows: readonly ImportRow[],
    verdictOf: (row: ImportRow) => LeadVerdict,
    now: EpochMs,
  ): Promise<void> {
    const { api, store, settlements, logger, failed } = this.ports;
    const items = await store.leads(rows.map(({ lead }) => lead));
    const settling = rows.flatMap((row) => {
      const loaded = items.get(row.lead);
      return loaded?.state?.owner === owner
        ? [{ row, loaded, mailbox: loaded.state, verdict: verdictOf(row) }]
        : [];
    });
    logger.call({
      call: owner,
      api,
      about: 'leads',
      leads: settling.length,
      requests: calls,
      tookMs: now - startedAt,
      ...verdictsOf(settling.map(({ verdict }) => verdict)),
    });
    const about = { now, callSize, call: owner };
    await concurrently(
      settling,
      ({ row, loaded, mailbox, verdict }) => {
        const snapshot = importedSnapshot(mailbox, row, owner, digestOf);
        return settlements({ lead: row.lead, snapshot, loaded }, verdict, about);
      },
      failed,
    );
  }
}
