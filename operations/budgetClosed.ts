import { createPacing, dayKeyOf } from '../lambdas/lead/pacing.ts';
import type { Day } from '../lambdas/lead/centralTime.ts';
import { dayOf } from '../lambdas/lead/centralTime.ts';
import type { CircuitBreakerState } from '../lambdas/lead/circuitBreakerState.ts';
import type { EpochMs } from '../lambdas/segment/time.ts';
import { epochMs } from '../lambdas/segment/time.ts';
import { counterOf, usedUp } from '../lambdas/sync/budget.ts';
import { createReads } from '../lambdas/store/leadStore.ts';
import { budgetTiming, callLimits } from '../lambdas/limits.ts';
import type { OperationsParts } from './parts.ts';
import type { BudgetView } from './views.ts';

export type Closed = NonNullable<BudgetView['closed']>;

/** What calls are counted against on a day. */
export const limitsOf = ({ settings }: Pick<OperationsParts, 'settings'>) => {
  const { api, dailyCalls } = settings.marketo;
  return { ...callLimits[api], ...(dailyCalls !== undefined && { dailyCalls }) };
};

/** How many calls the day has had. Rejects where the counters cannot be read. */
export const usedOn = (
  day: Day,
  { counters, settings }: Pick<OperationsParts, 'counters' | 'settings'>,
): Promise<number> => counters.used(counterOf(settings.marketo.api, dayKeyOf(day)));

/** When the day's pace lets the next call go; now, or later while the day's calls are being spread. */
export const createNextCall = (
  parts: Pick<OperationsParts, 'counters' | 'settings' | 'clock'>,
): (() => Promise<EpochMs>) => {
  const { nextCallAt } = createPacing(limitsOf(parts), budgetTiming);
  return async () => {
    const now = parts.clock.now();
    return nextCallAt(await usedOn(dayOf(now), parts), now);
  };
};

/** Why Marketo is closed to all, and until when nothing tries; `undefined` where calls may go. */
const closedOf = (breaker: CircuitBreakerState): Closed | undefined => {
  const { failures, closedUntil, probeUntil, because } = breaker;
  if (!failures) return undefined;
  const until = Math.max(closedUntil ?? 0, probeUntil ?? 0);
  return {
    ...(until > 0 && { until: epochMs(until) }),
    ...(because !== undefined && { because }),
  };
};

/**
 * The same, as the workers share it by now. Once the day's calls are used up nothing tries before the
 * reset, whatever the circuit breaker says.
 */
export const createClosed = (
  parts: Pick<OperationsParts, 'table' | 'counters' | 'settings' | 'clock'>,
): (() => Promise<Closed | undefined>) => {
  const reads = createReads(parts);
  const { dailyCalls } = limitsOf(parts);
  return async () => {
    const day = dayOf(parts.clock.now());
    const [{ state = {} }, used] = await Promise.all([
      reads.shared<CircuitBreakerState>('window'),
      usedOn(day, parts),
    ]);
    return used >= dailyCalls ? { until: day.resetsAt, because: usedUp } : closedOf(state);
  };
};
