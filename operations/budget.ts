import type { PaceLimits } from '../lambdas/lead/budgetPace.ts';
import { allowance } from '../lambdas/lead/budgetPace.ts';
import type { Day } from '../lambdas/lead/centralTime.ts';
import { dayOf } from '../lambdas/lead/centralTime.ts';
import { epochMs } from '../lambdas/segment/time.ts';
import { budgetTiming } from '../lambdas/limits.ts';
import { createClosed, limitsOf, usedOn } from './budgetClosed.ts';
import type { OperationsParts } from './parts.ts';
import type { Operations } from './ports.ts';
import type { BudgetView } from './views.ts';

const quarterMs = 15 * 60_000;

/** The line that calls are held to: at each quarter of an hour, the day's end included. */
const paceOf = (day: Day, limits: PaceLimits): BudgetView['pace'] => {
  const count = Math.ceil((day.resetsAt - day.startsAt) / quarterMs);
  return Array.from({ length: count + 1 }, (_, index) => {
    const at = epochMs(Math.min(day.startsAt + index * quarterMs, day.resetsAt));
    return { at, most: allowance(day, at, limits, budgetTiming) };
  });
};

/** How much of the day's calls is used, and how fast they may go. */
export const createBudgetView = (parts: OperationsParts): Operations['budget'] => {
  const { lines, settings, clock } = parts;
  const limits = limitsOf(parts);
  const closedNow = createClosed(parts);
  return async () => {
    const now = clock.now();
    const day = dayOf(now);
    const [used, tallies, closed] = await Promise.all([
      usedOn(day, parts),
      lines.tally(day.startsAt, now, quarterMs),
      closedNow(),
    ]);
    return {
      now,
      api: settings.marketo.api,
      ...limits,
      used,
      dayStartedAt: day.startsAt,
      resetsAt: day.resetsAt,
      tallies,
      pace: paceOf(day, limits),
      ...(closed && { closed }),
    };
  };
};
