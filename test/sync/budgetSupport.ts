import type { Logger } from '../../lambdas/delivery.ts';
import type { BudgetLimits } from '../../lambdas/lead/pacing.ts';
import type { EpochMs } from '../../lambdas/segment/time.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import type { Permits, Refused } from '../../lambdas/sync/budget.ts';
import { Budget } from '../../lambdas/sync/budget.ts';
import type { Counters } from '../../lambdas/sync/counters.ts';
import type { BudgetTiming } from '../../lambdas/limits.ts';
import { budgetTiming } from '../../lambdas/limits.ts';
import { createCountersTwin } from '../twins/counters.ts';
import { noMetrics } from '../twins/metrics.ts';

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** True time, which only passes when everybody sleeps. */
const createTime = (start: EpochMs) => {
  let now = start;
  const sleepers: Sleeper[] = [];
  return {
    now: () => now,
    sleep: (ms: number): Promise<void> =>
      ms <= 0
        ? Promise.resolve()
        : new Promise((wake) => {
            sleepers.push({ at: now + ms, wake });
          }),
    /** Until nobody sleeps any more. */
    run: async (): Promise<void> => {
      for (;;) {
        await new Promise((resolve) => setImmediate(resolve));
        if (sleepers.length === 0) return;
        const next = sleepers.reduce((a, b) => (b.at < a.at ? b : a));
        sleepers.splice(sleepers.indexOf(next), 1);
        now = epochMs(next.at);
        next.wake();
      }
    },
  };
};

interface Option {
  readonly start: EpochMs;
  readonly limits: BudgetLimits;
  readonly timing?: Partial<BudgetTiming>;
}

/** Workers with clocks of their own on one set of counters, and the true times of their requests. */
export const createBudgetWorld = ({ start, limits, timing = {} }: Option) => {
  const time = createTime(start);
  const twin = createCountersTwin();
  const requests: EpochMs[] = [];
  const complaints: string[] = [];
  const say = (message: string) => void complaints.push(message);
  const logger: Logger = {
    call: () => undefined,
    delivery: () => undefined,
    warn: say,
    error: say,
  };

  interface Worker {
    readonly skewMs?: number;
    /** How long the next way to or from the counters takes. */
    readonly pause?: () => number;
    readonly random?: () => number;
    readonly counters?: Partial<Counters>;
  }
  const worker = (options: Worker = {}): Budget => {
    const { skewMs = 0, pause, random = () => 0.5 } = options;
    const counters = { ...twin.counters, ...options.counters };
    const slow =
      <A extends readonly unknown[], R>(ask: (...given: A) => Promise<R>) =>
      async (...given: A): Promise<R> => {
        await time.sleep(pause?.() ?? 0);
        const answer = await ask(...given);
        await time.sleep(pause?.() ?? 0);
        return answer;
      };
    return new Budget({
      counters: {
        add: slow(counters.add),
        giveBack: slow(counters.giveBack),
        used: slow(counters.used),
      },
      clock: { now: () => epochMs(time.now() + skewMs) },
      random,
      logger,
      metrics: noMetrics,
      name: 'rest',
      limits,
      timing: { ...budgetTiming, ...timing },
    });
  };

  /** Makes a request if it may start. */
  const request = async (permits: Permits): Promise<boolean> => {
    const mayStart = await permits.mayStart();
    if (mayStart) requests.push(time.now());
    return mayStart;
  };

  return { time, worker, request, requests, complaints, counters: twin };
};

/** Permits that must have been granted. */
export const granted = (permits: Permits | Refused): Permits => {
  if (!permits.granted) throw new Error(permits.reason);
  return permits;
};

/** A refusal, where there must be one. */
export const refused = (permits: Permits | Refused): Refused => {
  if (permits.granted) throw new Error('granted');
  return permits;
};

/** The most of these moments in any stretch of `lengthMs`, both ends included. */
export const maxWithin = (moments: readonly EpochMs[], lengthMs: number): number => {
  const sorted = [...moments].sort((a, b) => a - b);
  let most = 0;
  let from = 0;
  for (const [index, at] of sorted.entries()) {
    while (at - (sorted[from] ?? at) > lengthMs) from += 1;
    most = Math.max(most, index - from + 1);
  }
  return most;
};
