import { expect, it } from 'vitest';
import { dayOf } from '../../lambdas/lead/centralTime.ts';
import type { EpochMs } from '../../lambdas/segment/time.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { createStore } from '../../lambdas/store/leadStore.ts';
import { CircuitBreaker } from '../../lambdas/sync/circuitBreaker.ts';
import { leadTiming as timing } from '../../lambdas/limits.ts';
import { noon } from '../support/mailboxes.ts';
import { createLeadsTableTwin } from '../twins/leadsTable.ts';
import { noTicks } from '../twins/ticks.ts';

const minuteMs = 60_000;
const { resetsAt } = dayOf(noon);
/** So many minutes after Marketo counts anew; negative: before. */
const minute = (minutes: number): EpochMs => epochMs(resetsAt + minutes * minuteMs);

/** How many minutes Marketo has been unavailable by what is measured at each of these failures. */
const measuredAt = async (...failures: readonly EpochMs[]): Promise<readonly number[]> => {
  let now = noon;
  const clock = { now: () => now };
  const { table } = createLeadsTableTwin(1);
  const measured: number[] = [];
  const store = createStore({ table, ticks: noTicks, clock, timing, holdMs: 1 });
  const breaker = new CircuitBreaker({
    item: store.shared('window'),
    clock,
    random: () => 0,
    logger: {
      call: () => undefined,
      delivery: () => undefined,
      warn: () => undefined,
      error: () => undefined,
    },
    metrics: { count: () => undefined, record: (_, value) => measured.push(value / minuteMs) },
    timing,
  });
  for (const failure of failures) {
    now = failure;
    await breaker.trip('no answer');
  }
  return measured;
};

it('the time in which the day’s quota was used up is none in which Marketo was unavailable', async () => {
  expect(await measuredAt(minute(-360), minute(1), minute(7))).toEqual([0, 0, 6]);
});

it('an outage that lasts over midnight is counted as a whole', async () => {
  const failures = [-360, -345, -20, -10, 2, 12];
  expect(await measuredAt(...failures.map(minute))).toEqual([0, 15, 340, 350, 362, 372]);
});

it('an outage of one day is counted, however seldom anybody tries', async () => {
  expect(await measuredAt(minute(-360), minute(-60))).toEqual([0, 300]);
});
