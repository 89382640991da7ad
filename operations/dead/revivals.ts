import type { Logger } from '../../lambdas/delivery.ts';
import type { DeadLetter, KeyId, LeadId } from '../../lambdas/lead/types.ts';
import type { Clock, DeadVisit, TickQueue, LeadsTable, Metrics } from '../../lambdas/ports.ts';
import { createAbsorbEvents } from '../../lambdas/absorb/absorbEvents.ts';
import { createStore } from '../../lambdas/store/leadStore.ts';
import { Ticks } from '../../lambdas/store/ticks.ts';
import { createEndsOf } from '../../lambdas/absorb/erasedVisits.ts';
import type { LeadLimits, LeadTiming } from '../../lambdas/limits.ts';
import type { Settings } from '../../lambdas/settings.ts';
import type { Fate } from './fate.ts';
import { kept } from './fate.ts';
import { createFieldDoubt } from './fields.ts';
import { createReviveKey } from './keyLetter.ts';
import { createReviveLead } from './leadLetter.ts';
import type { Buried } from './letters.ts';
import type { Tell } from './tell.ts';
import { viewOfLetter } from './views.ts';

export interface ReviveParts {
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
export const createRevivals = (parts: ReviveParts, tell: Tell) => {
  const ticks = new Ticks({ ...parts, queue: parts.tickQueue });
  const store = createStore({ ...parts, ticks });
  const absorbEvents = createAbsorbEvents({ ...parts, store, metrics: unmeasured });
  const endsOf = createEndsOf(store);
  const reviveLead = createReviveLead({ ...parts, store, tell });
  const reviveKey = createReviveKey({ ...parts, store, absorbEvents, tell });

  const reviveVisit = async (buried: Buried, { visit }: DeadVisit): Promise<Fate> => {
    const because = (await endsOf([visit])).get(visit);
    if (because !== undefined) return { outcome: 'superseded', because, isSettled: true };
    await store.addVisit({ visit, attempt: 0 }, parts.clock.now());
    tell.queued(viewOfLetter(buried));
    return { outcome: 'resent', isSettled: true };
  };

  return (): ((buried: Buried) => Promise<Fate>) => {
    const doubt = createFieldDoubt({ ...parts, store });
    const revive = async (buried: Buried): Promise<Fate> => {
      const { letter } = buried;
      if ('visit' in letter) return reviveVisit(buried, letter);
      if (isOfLead(letter)) return reviveLead(buried, letter, doubt);
      return isOfKey(letter) ? reviveKey(letter) : kept('it does not say whose it is; drop it');
    };
    return (buried) => revive(buried).finally(() => ticks.flush());
  };
};

const isOfLead = (letter: DeadLetter): letter is DeadLetter & { readonly lead: LeadId } =>
  letter.lead !== undefined;
const isOfKey = (letter: DeadLetter): letter is DeadLetter & { readonly key: KeyId } =>
  letter.key !== undefined;
