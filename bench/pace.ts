import { budgetTiming, callLimits } from '../lambdas/limits.ts';

/**
 * The latest that a call may start after it could have: a second of rounding in SQS's delays, the next
 * window of permits with the spread of those who come back, and what the steps in between take.
 */
export const paceMs = 1_000 + callLimits.rest.windowMs + budgetTiming.retryJitterMs + 1_000;
