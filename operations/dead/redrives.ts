import type { Logger } from '../../lambdas/delivery.ts';
import type { DeadLetter, KeyId, LeadId } from '../../lambdas/lead/leadTypes.ts';
import type { Clock } from '../../lambdas/ports.ts';
import type { DeadVisit, LeadsTable } from '../../lambdas/store/leadsTable.ts';
import type { TickQueue } from '../../lambdas/store/tickQueue.ts';
import type { Metrics } from '../../lambdas/metricNames.ts';
import { createAbsorbEvents } from '../../lambdas/absorb/absorbEvents.ts';
import { createStore } from '../../lambdas/store/leadStore.ts';
import { Ticks } from '../../lambdas/store/ticks.ts';
import { createEndsOf } from '../../lambdas/absorb/erasedVisits.ts';
import type { LeadLimits, LeadTiming } from '../../lambdas/limits.ts';
import type { Settings } from '../../lambdas/settings.ts';
import type { ActionResult } from './actionResult.ts';
import { kept } from './actionResult.ts';
import { createFieldDoubt } from './fields.ts';
import { createRedriveKey } from './keyDeadLetter.ts';
import { createRedriveLead } from './leadDeadLetter.ts';
import type { StoredDeadLetter } from './deadLetterStore.ts';
import type { ActionLog } from './actionLog.ts';
import { viewOfLetter } from './views.ts';

export interface RedriveParts {
  readonly table: LeadsTable;
  readonly tickQueue: TickQueue;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly timing: LeadTiming;
  readonly limits: LeadLimits;
  readonly holdMs: number;
  readonly resendUnchangedAfterMs: number;
  readonly emailChange: Settings['emailChange'];
}

/** What an operator does is no measure of the worker. */
const unmeasured: Metrics = { count: () => undefined, record: () => undefined };

/**
 * Brings dead letters of the leads table back to where they were given up, one function a request.
 * It leaves the letters themselves alone. Rejects where the table fails.
 */
export const createRedrives = (parts: RedriveParts, log: ActionLog) => {
  const ticks = new Ticks({ ...parts, queue: parts.tickQueue });
  const store = createStore({ ...parts, ticks });
  const absorbEvents = createAbsorbEvents({ ...parts, store, metrics: unmeasured });
  const endsOf = createEndsOf(store);
  const redriveLead = createRedriveLead({ ...parts, store, tell: log });
  const redriveKey = createRedriveKey({ ...parts, store, absorbEvents, tell: log });

  const redriveVisit = async (
    stored: StoredDeadLetter,
    { visit }: DeadVisit,
  ): Promise<ActionResult> => {
    const because = (await endsOf([visit])).get(visit);
    if (because !== undefined) return { outcome: 'superseded', because, isSettled: true };
    await store.addVisit({ visit, attempt: 0 }, parts.clock.now());
    log.queued(viewOfLetter(stored));
    return { outcome: 'resent', isSettled: true };
  };

  return (): ((stored: StoredDeadLetter) => Promise<ActionResult>) => {
    const doubt = createFieldDoubt({ ...parts, store });
    const redrive = async (stored: StoredDeadLetter): Promise<ActionResult> => {
      const { letter: deadLetter } = stored;
      if ('visit' in deadLetter) return redriveVisit(stored, deadLetter);
      if (isOfLead(deadLetter)) return redriveLead(stored, deadLetter, doubt);
      return isOfKey(deadLetter)
        ? redriveKey(deadLetter)
        : kept('it does not say whose it is; drop it');
    };
    return (stored) => redrive(stored).finally(() => ticks.flush());
  };
};

const isOfLead = (deadLetter: DeadLetter): deadLetter is DeadLetter & { readonly lead: LeadId } =>
  deadLetter.lead !== undefined;
const isOfKey = (deadLetter: DeadLetter): deadLetter is DeadLetter & { readonly key: KeyId } =>
  deadLetter.key !== undefined;
