import { digestOf, shortHashOf } from '../../digest.ts';
import type { Logger } from '../../delivery.ts';
import type { ImportRow } from '../../lead/importRow.ts';
import { importRowOf } from '../../lead/importRow.ts';
import type { LeadVerdict } from '../../lead/settle.ts';
import type { ImportLimits, ImportTiming, LeadTiming } from '../../limits.ts';
import type { LeadImports, StartedImport } from '../../marketo/marketoPorts.ts';
import type { Unavailable } from '../../marketo/marketoTypes.ts';
import type { Clock, Sleep } from '../../ports.ts';
import { messageHashOf } from '../../segment/order.ts';
import type { EpochMs } from '../../segment/time.ts';
import { epochMs } from '../../segment/time.ts';
import type { ImportJob, ImportPages } from '../../store/importStore.ts';
import { importOwner } from '../../store/importStore.ts';
import { concurrently } from '../../concurrently.ts';
import type { Budget, Permits } from '../budget.ts';
import type { ReadyLead } from '../callPlan.ts';
import type { Locked, Locks } from '../locks.ts';
import type { FieldsToSend } from '../schemaCache.ts';
import { sentUpdate } from '../sentUpdate.ts';
import type { Settlements } from '../settlements.ts';

interface StartImportPorts {
  readonly imports: LeadImports;
  readonly locks: Locks;
  readonly settlements: Settlements;
  readonly pages: ImportPages;
  readonly budget: Pick<Budget, 'tryAcquire'>;
  readonly clock: Clock;
  readonly sleep: Sleep;
  readonly newOwner: () => string;
  readonly logger: Logger;
  readonly flushHistory: () => Promise<void>;
  readonly failed: (one: unknown, error: unknown) => void;
  readonly limits: ImportLimits;
  readonly timing: ImportTiming & Pick<LeadTiming, 'callTimeoutMs' | 'settleMarginMs'>;
}

/** What came of it; nothing where there was nothing to send. */
export type Started = { readonly job: ImportJob } | Extract<StartedImport, { verdict: unknown }>;

interface Row {
  readonly one: Locked;
  readonly row: ImportRow;
}

/** Why a lead that is in an import waits. */
const isInImport = 'it is in a bulk import, which Marketo works on';

const tries = 5;

const unsent = (because: string): Unavailable => ({
  kind: 'unavailable',
  because,
  worked: false,
  isUnsent: true,
});

/**
 * Begins one import: takes the locks that are free, remembers the rows, uploads the file. The permit comes last:
 * the locks take longer than one is good for. A worker that dies in between leaves locks that end by themselves.
 */
export class StartImport {
  private readonly ports: StartImportPorts;

  constructor(ports: StartImportPorts) {
    this.ports = ports;
  }

  async run(
    kind: string,
    leads: readonly ReadyLead[],
    known: FieldsToSend,
    until: EpochMs,
  ): Promise<Started | undefined> {
    const { imports, clock, newOwner, timing } = this.ports;
    // Read before the locks are: the lease counts from it.
    const at = clock.now();
    const owner = importOwner(newOwner());
    const uploadBy = epochMs(until - timing.settleMarginMs);
    const taken = await this.lock(
      leads,
      { owner, at, known },
      epochMs(uploadBy - timing.callTimeoutMs / 2),
    );
    const { file, rows, others } = this.written(kind, taken, known);
    await this.giveBack(others, unsent('what it has to tell changed meanwhile'));
    if (rows.length === 0) return undefined;
    const pages = await this.remember(owner, rows);
    const { permits, reason } = await this.permits();
    if (permits === undefined) {
      const verdict = unsent(reason);
      await this.giveBack(
        rows.map(({ one }) => one),
        verdict,
      );
      return { verdict };
    }
    const startedAt = clock.now();
    const started = await imports
      .start(kind, file, uploadBy, permits.mayStart)
      .finally(permits.giveBack);
    if ('verdict' in started) {
      await this.refused(rows, started);
      return started;
    }
    const lockedUntil = epochMs(at + timing.leaseMs);
    await this.report(rows, lockedUntil);
    return {
      job: {
        owner,
        job: started.job,
        kind,
        rows: rows.length,
        pages,
        settled: 0,
        startedAt,
        lockedUntil,
        pollAt: epochMs(clock.now() + timing.pollFirstMs),
        polls: 0,
        calls: permits.started(),
      },
    };
  }

  private async lock(
    leads: readonly ReadyLead[],
    call: Parameters<Locks>[2],
    lastAt: EpochMs,
  ): Promise<readonly Locked[]> {
    const { locks, clock, failed } = this.ports;
    const taken = await concurrently(
      leads,
      async (one) => (clock.now() < lastAt ? locks(one, {}, call) : undefined),
      failed,
    );
    return taken.filter((one) => one !== undefined);
  }

  /** The file, its rows, and those whose content has changed so that they have no place in it. */
  private written(kind: string, taken: readonly Locked[], known: FieldsToSend) {
    const { imports, limits } = this.ports;
    const lines = [imports.headOf(kind)];
    const keys = new Set<string>();
    const rows: Row[] = [];
    const others: Locked[] = [];
    let bytes = Buffer.byteLength(lines[0] ?? '');
    for (const one of taken) {
      const { lead, snapshot, loaded } = one;
      const update = sentUpdate({ lead, snapshot, state: loaded.state }, known);
      const isOfKind = imports.kindOf(update) === kind;
      const line = isOfKind ? imports.rowOf(update, kind) : '';
      const key = isOfKind ? imports.keyOf(update, kind) : '';
      if (!isOfKind || keys.has(key) || bytes + Buffer.byteLength(line) > limits.fileBytes) {
        others.push(one);
        continue;
      }
      bytes += Buffer.byteLength(line);
      keys.add(key);
      lines.push(line);
      rows.push({ one, row: importRowOf(lead, snapshot, shortHashOf(key), digestOf) });
    }
    return { file: lines.join(''), rows, others };
  }

  private async remember(owner: string, rows: readonly Row[]): Promise<number> {
    const { pages, limits } = this.ports;
    let page = 0;
    for (let from = 0; from < rows.length; from += limits.pageRows, page += 1) {
      const some = rows.slice(from, from + limits.pageRows).map(({ row }) => row);
      await pages.save(owner, page, some);
    }
    return page;
  }

  /** A permit that is good now, or why there is none soon. */
  private async permits(): Promise<{ readonly permits?: Permits; readonly reason: string }> {
    const { budget, clock, sleep, timing } = this.ports;
    let reason = '';
    for (let round = 0; round < tries; round += 1) {
      const permits = await budget.tryAcquire({ isFull: true, bringsFields: true });
      if (permits.granted) return { permits, reason };
      ({ reason } = permits);
      const waitMs = permits.retryAt - clock.now();
      if (waitMs > timing.settleMarginMs / tries) break;
      await sleep(Math.max(0, waitMs));
    }
    return { reason };
  }

  private async refused(
    rows: readonly Row[],
    { verdict, isFull }: Extract<StartedImport, { verdict: unknown }>,
  ): Promise<void> {
    const leads = rows.map(({ one }) => one);
    const because = 'because' in verdict ? verdict.because : verdict.kind;
    if (isFull || (verdict.kind === 'unavailable' && !verdict.worked)) {
      await this.giveBack(leads, { kind: 'unavailable', because, worked: false });
    } else if (verdict.kind === 'unavailable') {
      // Marketo may be at work on it: the locks stay.
      this.ports.logger.error(
        'the answer to an import got lost: its leads wait for their locks to end',
        { because, leads: leads.length },
      );
    } else await this.giveBack(leads, { kind: 'retry', because, own: true });
  }

  private async giveBack(leads: readonly Locked[], verdict: LeadVerdict): Promise<void> {
    const { settlements, clock, failed } = this.ports;
    const about = { now: clock.now(), callSize: Math.max(1, leads.length) };
    await concurrently(leads, (one) => settlements(one, verdict, about), failed);
  }

  /** Each event says that it is in an import, page by page: the history takes no more at once. */
  private async report(rows: readonly Row[], until: EpochMs): Promise<void> {
    const { logger, limits, flushHistory } = this.ports;
    for (const [at, { one }] of rows.entries()) {
      const { lead, snapshot } = one;
      const messages = [...new Set(snapshot.fields.map(({ order }) => messageHashOf(order)))];
      const fields = snapshot.fields.map(({ name }) => name);
      logger.delivery({ step: 'waiting', lead, messages, fields, because: isInImport, until });
      if ((at + 1) % limits.pageRows === 0) await flushHistory();
    }
    await flushHistory();
  }
}
