import { describe, expect, it } from 'vitest';
import type { Logger } from '../../lambdas/delivery.ts';
import { restErrorRules } from '../../lambdas/marketo/rest/restErrorRules.ts';
import { soapErrorRules } from '../../lambdas/marketo/soap/soapErrorRules.ts';
import type { ErrorRule } from '../../lambdas/marketo/errorRules.ts';
import { verdictFor } from '../../lambdas/marketo/errorRules.ts';
import type { EpochMs } from '../../lambdas/segment/time.ts';

import { Budget } from '../../lambdas/sync/budget.ts';
import { createStore } from '../../lambdas/store/leadStore.ts';
import { CircuitBreaker } from '../../lambdas/sync/circuitBreaker.ts';
import { budgetTiming, callLimits, leadTiming as timing } from '../../lambdas/limits.ts';
import { at, noon } from '../support/mailboxes.ts';
import { createCountersTwin } from '../twins/counters.ts';
import { createLeadsTableTwin } from '../twins/leadsTable.ts';
import { noMetrics } from '../twins/metrics.ts';
import { noTicks } from '../twins/ticks.ts';
import { reset } from './backlog.ts';

type Entry = readonly [message: string, facts: unknown];

const createErrors = () => {
  const errors: Entry[] = [];
  const logger: Logger = {
    call: () => undefined,
    delivery: () => undefined,
    warn: () => undefined,
    error: (...entry) => void errors.push([entry[0], entry[1]]),
  };
  return { errors, logger };
};

const clockAt = (now: EpochMs) => ({ now: () => now });
const nobody = { unknown: () => [], bad: () => [] };

const codes: readonly (readonly [string, ReadonlyMap<string, ErrorRule>])[] = [
  ...['606', '607', '615'].map((code) => [code, restErrorRules] as const),
  ...['20015', '20023', '20024'].map((code) => [code, soapErrorRules] as const),
];

describe('what the log says when all leads have to wait', () => {
  it.each(codes)('names the code %s and until when', async (code, table) => {
    const verdict = verdictFor(code, table.get(code), nobody);
    if (verdict.kind !== 'unavailable') throw new Error(`${code} opens nothing`);
    const { errors, logger } = createErrors();
    const twin = createLeadsTableTwin(1);
    const clock = clockAt(noon);
    const store = createStore({ table: twin.table, ticks: noTicks, clock, timing, holdMs: 1 });
    const breaker = new CircuitBreaker({
      item: store.shared('window'),
      clock,
      random: () => 0,
      logger,
      metrics: noMetrics,
      timing,
    });
    await breaker.trip(verdict.because);
    expect(errors).toEqual([
      [
        'Marketo is unavailable; all leads wait',
        { because: verdict.because, until: new Date(at(30)).toISOString() },
      ],
    ]);
    expect(verdict.because).toContain(`(${code})`);
    expect(await breaker.tryAcquire()).toEqual({ allowed: false, retryAt: at(30) });
  });

  it('names the reset when the day’s quota is used up', async () => {
    const { errors, logger } = createErrors();
    const budget = new Budget({
      counters: createCountersTwin().counters,
      clock: clockAt(noon),
      random: () => 0.5,
      logger,
      metrics: noMetrics,
      name: 'rest',
      limits: callLimits.rest,
      timing: budgetTiming,
    });
    await budget.exhaust();
    expect(errors).toEqual([
      [
        'the day’s quota of Marketo is used up; all leads wait for its reset',
        { until: new Date(reset).toISOString() },
      ],
    ]);
    expect(await budget.waitsFor()).toMatchObject({ granted: false });
  });
});
