import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { epochMs } from '../../../../lambdas/segment/time.ts';
import {
  byHour,
  expectedUse,
  paceAt,
  plotted,
  usedOverDay,
} from '../../../../operations/console/client/budget.ts';
import type { BudgetView } from '../../../../operations/views.ts';
import { budgetAt } from './fake/budget.ts';
import { hourMs, minuteMs } from './fake/time.ts';

const dayStartedAt = Date.UTC(2026, 2, 17, 5);

/** A day with these requests in its first quarters of an hour, at the end of the last of them. */
const dayOf = (requests: readonly number[], used: number): BudgetView => ({
  ...budgetAt(dayStartedAt),
  now: epochMs(dayStartedAt + requests.length * 15 * minuteMs),
  used,
  tallies: requests.map((made, index) => ({
    at: epochMs(dayStartedAt + index * 15 * minuteMs),
    steps: {},
    calls: made,
    requests: made,
  })),
});

describe('the day’s use', () => {
  it('rises by each quarter’s requests', () => {
    expect(usedOverDay(dayOf([5, 0, 7], 12)).map(({ calls }) => calls)).toEqual([0, 5, 5, 12]);
  });

  it('ends at the counter and never falls, whatever the log lost or told twice', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(500), { maxLength: 96 }), fc.nat(40_000), (requests, used) => {
        const line = usedOverDay(dayOf(requests, used)).map(({ calls }) => calls);
        expect(line.at(-1)).toBe(used);
        expect(line).toEqual(line.toSorted((left, right) => left - right));
        expect(Math.min(...line)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('what will be used', () => {
  it('goes on as in the last hour', () => {
    const view = dayOf([900, 10, 10, 10, 10], 1_000);
    expect(expectedUse(view)).toBe(1_000 + 40 * (24 - 1.25));
  });

  it('counts from the start of a day that is younger than an hour', () => {
    expect(expectedUse(dayOf([10, 10], 20))).toBe(20 * 48);
  });

  it('is what was used once the day is over', () => {
    expect(expectedUse({ ...dayOf([10], 10), now: epochMs(dayStartedAt + 24 * hourMs) })).toBe(10);
  });
});

describe('the pace', () => {
  const view = dayOf([1], 1);

  it('lies between its points', () => {
    expect(paceAt(view, dayStartedAt)).toBe(8_000);
    expect(paceAt(view, dayStartedAt + 3 * hourMs)).toBe(12_000);
    expect(paceAt(view, dayStartedAt + 24 * hourMs)).toBe(40_000);
  });

  it('keeps its first and last word beyond them, and is unknown without points', () => {
    expect(paceAt(view, dayStartedAt - hourMs)).toBe(8_000);
    expect(paceAt(view, dayStartedAt + 30 * hourMs)).toBe(40_000);
    expect(paceAt({ ...view, pace: [] }, dayStartedAt)).toBeUndefined();
  });
});

it('the plot’s lines share one axis of rising moments, from the start of the day to its end', () => {
  const view = dayOf([5, 0, 7], 12);
  const { at, used, pace, limit } = plotted(view);
  expect(at[0]).toBe(view.dayStartedAt);
  expect(at.at(-1)).toBe(view.resetsAt);
  expect(at).toEqual([...new Set(at)].sort((left, right) => left - right));
  expect([used, pace, limit].map(({ length }) => length)).toEqual([
    at.length,
    at.length,
    at.length,
  ]);
  expect(used.filter((calls) => calls !== null)).toEqual([0, 5, 5, 12]);
});

it('hours hold four quarters', () => {
  const hours = byHour(dayOf([1, 2, 3, 4, 5], 15));
  expect(hours.map(({ requests }) => requests)).toEqual([10, 5]);
  expect(hours[1]?.at).toBe(dayStartedAt + hourMs);
});
