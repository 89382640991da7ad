import { hashOf, visitPrefix } from '../digest.ts';
import type { Logger } from '../delivery.ts';
import { backoffMs } from '../lead/backoff.ts';
import type { Clock, Random } from '../ports.ts';
import type { LeadsTable, OwnedVisit } from '../store/leadsTable.ts';
import type { Munchkin } from '../marketo/marketoPorts.ts';
import type { EpochMs } from '../segment/time.ts';
import { epochMs } from '../segment/time.ts';
import type { LeadTiming } from '../limits.ts';
import { concurrently } from '../concurrently.ts';
import type { Store, VisitId } from '../store/leadStore.ts';
import { userDeleted } from '../lead/erasure.ts';
import type { VisitEnd } from './erasedVisits.ts';
import { createEndsOf } from './erasedVisits.ts';

interface VisitPorts {
  readonly munchkin: Munchkin;
  readonly table: Pick<LeadsTable, 'putDeadLetter'>;
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly visitTimeoutMs: number;
  readonly timing: Pick<LeadTiming, 'visitBackoffFirstMs' | 'backoffLongestMs'>;
}

/** How a try went: it has found its end, or waits for this reason. */
type Tried = { readonly isOver: true } | { readonly isOver: false; readonly reason: string };

const over: Tried = { isOver: true };

/** Of a visit that is nobody's yet the line names the key under which it would be held. */
const about = ({ messageId, whose }: OwnedVisit) => {
  const owner = whose?.lead ?? whose?.keys[0];
  return { messageId, ...(owner !== undefined && { lead: owner }) };
};

/**
 * Sends visits to Munchkin, in order. One that fails waits in the table with a backoff, and so do those
 * behind it: Munchkin is asked once, not once for each. One that waits while its user is deleted, or
 * refuses consent, goes nowhere. At least once: where an answer is lost, Marketo may show a visit twice.
 */
export class Visits {
  private readonly ports: VisitPorts;
  private readonly endsOf: ReturnType<typeof createEndsOf>;

  constructor(ports: VisitPorts) {
    this.ports = ports;
    this.endsOf = createEndsOf(ports.store);
  }

  /** New visits; past `until` (epoch ms) none is tried any more. Resolves when each is safe. */
  async sendAll(visits: readonly OwnedVisit[], until: number): Promise<void> {
    let reason: string | undefined;
    for (const visit of visits) {
      if (reason === undefined && this.ports.clock.now() >= until) reason = 'no time left';
      const tried = reason === undefined ? await this.try(visit) : { isOver: false, reason };
      if (!('reason' in tried)) continue;
      const nextAt = this.backOff(visit, 0, tried.reason);
      await this.ports.store.addVisit({ visit, attempt: 1 }, nextAt);
      reason ??= 'a visit before it waits';
    }
  }

  /**
   * Tries visits that wait, the first alone, then several at once. After the first that fails again the
   * others are left as they are, so that an outage of Munchkin costs a turn one timeout.
   */
  async retry(ids: readonly VisitId[]): Promise<void> {
    const { store, logger } = this.ports;
    const items = await store.visits(ids);
    const waiting = [...items.values()].flatMap(({ state }) => (state ? [state.visit] : []));
    const ends = await this.endsOf(waiting);
    let isDown = false;
    const again = async (id: VisitId): Promise<void> => {
      const loaded = items.get(id) ?? {};
      if (isDown || loaded.state === undefined) return;
      const { visit, attempt } = loaded.state;
      const end = ends.get(visit);
      if (end !== undefined) this.drop(visit, end);
      const tried = end === undefined ? await this.try(visit) : over;
      if (tried.isOver) {
        await store.removeVisit(id, loaded);
        return;
      }
      isDown = true;
      const nextAt = this.backOff(visit, attempt, tried.reason);
      await store.saveVisit(id, loaded, { visit, attempt: attempt + 1 }, nextAt);
    };
    const [first, ...rest] = ids;
    if (first !== undefined) await again(first);
    await concurrently(rest, again, () => {
      logger.error('a visit could not be written; it is tried again');
    });
  }

  private backOff(visit: OwnedVisit, attempt: number, because: string): EpochMs {
    const { clock, random, logger, timing } = this.ports;
    const wait = backoffMs(attempt, random(), {
      firstMs: timing.visitBackoffFirstMs,
      longestMs: timing.backoffLongestMs,
    });
    const until = epochMs(clock.now() + wait);
    logger.delivery({ step: 'waiting', ...about(visit), because, until });
    return until;
  }

  private drop(visit: OwnedVisit, because: VisitEnd): void {
    const step = because === userDeleted ? 'superseded' : 'dropped';
    this.ports.logger.delivery({ step, ...about(visit), because });
  }

  private async try(visit: OwnedVisit): Promise<Tried> {
    const { munchkin, table, clock, logger, visitTimeoutMs } = this.ports;
    const verdict = await munchkin.visit(visit, visitTimeoutMs);
    if (verdict.kind === 'retry') return { isOver: false, reason: verdict.because };
    if (verdict.kind === 'visited') {
      logger.delivery({ step: 'visited', ...about(visit) });
      return over;
    }
    // What is written in spite of it, the erasure finds when it looks the second time.
    const end = (await this.endsOf([visit])).get(visit);
    if (end !== undefined) {
      this.drop(visit, end);
      return over;
    }
    await table.putDeadLetter(
      `${visitPrefix(visit.token)}${hashOf(visit.messageId)}`,
      { because: verdict.because, visit },
      clock.now(),
    );
    logger.delivery({ step: 'dead', ...about(visit), because: verdict.because });
    return over;
  }
}
