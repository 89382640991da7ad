import { budgetTiming, syncTiming } from '../lambdas/limits.ts';

/**
 * The latest that a call may start after it could have: the batching window, a second of rounding in
 * SQS's delays, once without slots, and what the steps in between take.
 */
export const paceMs =
  syncTiming.batchWindowSeconds * 1_000 + 1_000 + budgetTiming.jitterMostMs + 1_000;
