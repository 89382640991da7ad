import { setTimeout as pause } from 'node:timers/promises';
import type { MayStart } from '../../lambdas/marketo/marketoPorts.ts';
import { Budget, usedUp } from '../../lambdas/sync/budget.ts';
import { budgetTiming, callLimits } from '../../lambdas/limits.ts';
import { checkTiming } from '../limits.ts';
import { silentLogger, silentMetrics } from '../silent.ts';
import type { Check } from '../views.ts';
import type { CheckParts } from './parts.ts';
import { warning } from './parts.ts';

/** Asks Marketo something within the budget that all workers share, or says why it was not asked. */
export type WithinBudget = <T>(
  ask: (mayStart: MayStart) => Promise<T>,
) => Promise<{ readonly answer: T } | { readonly because: string }>;

/** What it takes to ask Marketo within the budget. */
export type BudgetParts = Pick<CheckParts, 'counters' | 'clock' | 'random' | 'sleep'> & {
  readonly settings: Pick<CheckParts['settings'], 'marketo'>;
};

/** The budget of the workers: what we ask is counted as theirs is. */
export const createWithinBudget = ({
  settings: { marketo },
  counters,
  clock,
  random = Math.random,
  sleep = pause,
}: BudgetParts): WithinBudget => {
  const { api, dailyCalls } = marketo;
  const limits = callLimits[api];
  const budget = new Budget({
    counters,
    clock,
    random,
    logger: silentLogger,
    metrics: silentMetrics,
    name: api,
    limits: { ...limits, dailyCalls: dailyCalls ?? limits.dailyCalls },
    timing: budgetTiming,
  });
  return async (ask) => {
    for (let tries = 1; ; tries += 1) {
      const permits = await budget.tryAcquire({ isFull: true, bringsFields: true });
      if (permits.granted) return { answer: await ask(permits.mayStart).finally(permits.giveBack) };
      if (tries === checkTiming.slotTries || permits.reason === usedUp)
        return { because: permits.reason };
      await sleep(checkTiming.slotWaitMs);
    }
  };
};

/** The budget had no room for a question. */
export const notAsked = (what: string, because: string): Check =>
  warning(
    what,
    `Marketo was not asked: ${because}.`,
    because === usedUp
      ? 'Nothing, if that may be: leads wait for midnight US Central and go by themselves. docs/operations.md says how to find out who used the calls.'
      : 'Try again in a minute.',
  );
