import { epochMs } from '../../../../../lambdas/segment/time.ts';
import type { BudgetView, Tally } from '../../../../../operations/views.ts';
import { hourMs, minuteMs } from './time.ts';

const quarterMs = 15 * minuteMs;
const dayMs = 24 * hourMs;

/** A working day of Marketo's that began at midnight in Chicago. */
export const budgetAt = (now: number): BudgetView => {
  const dayStartedAt = Date.UTC(2026, 2, 17, 5);
  const quarters = Math.floor((now - dayStartedAt) / quarterMs) + 1;
  const tallies = Array.from({ length: quarters }, (_, index): Tally => {
    const hour = index / 4;
    const requests = Math.round(
      60 + 420 * Math.exp(-(((hour - 10) / 3.4) ** 2)) + (index % 5) * 17,
    );
    return { at: epochMs(dayStartedAt + index * quarterMs), steps: {}, calls: requests, requests };
  });
  return {
    now: epochMs(now),
    api: 'rest',
    dailyCalls: 40_000,
    used: tallies.reduce((sum, { requests }) => sum + requests, 0),
    dayStartedAt: epochMs(dayStartedAt),
    resetsAt: epochMs(dayStartedAt + dayMs),
    perWindow: 5,
    windowMs: 3_000,
    tallies,
    pace: [0, 6, 12, 18, 24].map((hour) => ({
      at: epochMs(dayStartedAt + hour * hourMs),
      most: Math.round(40_000 * Math.min(1, 0.2 + (0.8 * hour) / 24)),
    })),
  };
};
