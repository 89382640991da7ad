import type { Ticks } from '../../lambdas/store/ticks.ts';

/** Ticks that nobody sends: whatever needs them is broken. */
export const noTicks: Pick<Ticks, 'lead' | 'visit'> = {
  lead: () => undefined,
  visit: () => undefined,
};
