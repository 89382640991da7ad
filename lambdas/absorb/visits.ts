import { hashOf, visitPrefix } from '../digest.ts';
import type { Logger } from '../delivery.ts';
import { backoffMs } from '../lead/backoff.ts';
import { userDeleted } from '../lead/forget.ts';
import { concurrently } from '../concurrently.ts';
import type {
  Clock,
  DueMessage,
  DueQueue,
  LeadsTable,
  Munchkin,
  OwnedVisit,
  Random,
} from '../ports.ts';
import type { Store } from '../store/leadStore.ts';
import { createOfDeleted } from './visitsDeleted.ts';

interface VisitPorts {
  readonly munchkin: Munchkin;
  readonly due: DueQueue;
  readonly table: LeadsTable;
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly visitTimeoutMs: number;
  readonly backoff: { readonly firstMs: number; readonly longestMs: number };
}

/** A visit that waits for its next try. */
interface PutOff {
  readonly visit: OwnedVisit;
  readonly attempt: number;
}

type Delayed = Extract<DueMessage, PutOff>;

/** Of a visit that is nobody's yet the line names the key under which it would be held. */
const about = ({ messageId, whose }: OwnedVisit) => {
  const owner = whose?.lead ?? whose?.keys[0];
  return { messageId, ...(owner !== undefined && { lead: owner }) };
};

/**
 * Sends visits to Munchkin, in order. One that fails is put off with its body and a backoff, and so
 * are those behind it: Munchkin is asked once, not once for each. One that waits while its user is
 * deleted goes nowhere. Resolves when every visit is there, on the due queue, or a dead letter.
 */
export const createVisits = (ports: VisitPorts) => {
  const { munchkin, due, table, clock, random, logger, visitTimeoutMs, backoff } = ports;
  const ofDeleted = createOfDeleted(ports.store);

  const put = (visit: OwnedVisit, attempt: number, because: string): Delayed => {
    const wait = backoffMs(attempt, random(), backoff);
    logger.delivery({
      step: 'waiting',
      ...about(visit),
      because,
      until: clock.now() + wait,
    });
    return { visit, attempt: attempt + 1, delaySeconds: Math.ceil(wait / 1_000) };
  };

  const drop = (visit: OwnedVisit): void => {
    logger.delivery({ step: 'superseded', ...about(visit), because: userDeleted });
  };

  /** The message that tries again, or nothing when the visit has found its end. */
  const tryOne = async (visit: OwnedVisit, attempt: number): Promise<Delayed | undefined> => {
    const verdict = await munchkin.visit(visit, visitTimeoutMs);
    if (verdict.kind === 'retry') return put(visit, attempt, verdict.because);
    if (verdict.kind === 'visited') {
      logger.delivery({ step: 'visited', ...about(visit) });
      return undefined;
    }
    // No deletion that was carried out by now looks for this dead letter.
    if ((await ofDeleted([visit])).has(visit)) {
      drop(visit);
      return undefined;
    }
    await table.bury(
      `${visitPrefix(visit.token)}${hashOf(visit.messageId)}`,
      { because: verdict.because, visit },
      clock.now(),
    );
    logger.delivery({ step: 'dead', ...about(visit), because: verdict.because });
    return undefined;
  };

  return {
    /** New visits; past `until` (epoch ms) none is tried any more. */
    sendAll: async (visits: readonly OwnedVisit[], until: number): Promise<void> => {
      const delayed: Delayed[] = [];
      for (const visit of visits) {
        const reason =
          delayed.length > 0
            ? 'a visit before it waits'
            : clock.now() >= until
              ? 'no time left'
              : undefined;
        const again = reason === undefined ? await tryOne(visit, 0) : put(visit, 0, reason);
        if (again) delayed.push(again);
      }
      if (delayed.length > 0) await due.send(delayed);
    },
    /**
     * Visits that were put off before, several at once. After the first that fails again the others
     * are put off untried, so that an outage of Munchkin costs a turn one timeout.
     */
    sendAgain: async <V extends PutOff>(
      visits: readonly V[],
      onFailure: (visit: V, error: unknown) => void,
    ): Promise<void> => {
      let deleted: ReadonlySet<OwnedVisit>;
      try {
        deleted = await ofDeleted(visits.map(({ visit }) => visit));
      } catch (error) {
        for (const one of visits) onFailure(one, error);
        return;
      }
      let isDown = false;
      const again = async ({ visit, attempt }: V): Promise<void> => {
        if (deleted.has(visit)) {
          drop(visit);
          return;
        }
        const delayed = isDown
          ? put(visit, attempt, 'Munchkin cannot be reached')
          : await tryOne(visit, attempt);
        isDown ||= delayed !== undefined;
        if (delayed) await due.send([delayed]);
      };
      await concurrently(visits, again, onFailure);
    },
  };
};

export type Visits = ReturnType<typeof createVisits>;
