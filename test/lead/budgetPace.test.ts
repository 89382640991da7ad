import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PaceLimits } from '../../lambdas/lead/budgetPace.ts';
import { allowance, allowedAt } from '../../lambdas/lead/budgetPace.ts';
import { dayOf } from '../../lambdas/lead/centralTime.ts';
import type { EpochMs } from '../../lambdas/segment/time.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { budgetTiming as timing, callLimits } from '../../lambdas/limits.ts';

const days = ['2026-07-31', '2026-03-08', '2026-11-01'].map((date) =>
  dayOf(epochMs(Date.parse(`${date}T12:00:00Z`))),
);
const anyDay = fc.constantFrom(...days);
const share = fc.double({ min: 0, max: 0.999_999, noNaN: true });
const within = (day: (typeof days)[number], part: number): EpochMs =>
  epochMs(Math.floor(day.startsAt + part * (day.resetsAt - day.startsAt)));
const anyLimits: fc.Arbitrary<PaceLimits> = fc.record({
  dailyCalls: fc.integer({ min: 1, max: 100_000 }),
  perWindow: fc.integer({ min: 1, max: 10 }),
});

describe('the pace of a day', () => {
  const [day] = days;
  if (day === undefined) throw new Error('no day');

  it.each([
    [0, 10_000],
    [0.5, 25_000],
    [1, 40_000],
  ])('lets a quarter go at once and the rest evenly: at %f of the day %i calls', (part, calls) => {
    expect(allowance(day, within(day, part), callLimits.rest, timing)).toBe(calls);
  });

  it('lets a slot window fill, however few calls a day has', () => {
    const few = { dailyCalls: 12, perWindow: 5 };
    expect(allowance(day, day.startsAt, few, timing)).toBe(5);
    expect(allowance(day, day.startsAt, { dailyCalls: 3, perWindow: 5 }, timing)).toBe(3);
  });

  it('only ever rises, and reaches the day’s calls at the reset, never more', () => {
    fc.assert(
      fc.property(anyDay, anyLimits, share, share, (on, limits, a, b) => {
        const [early, late] = [Math.min(a, b), Math.max(a, b)].map((part) =>
          allowance(on, within(on, part), limits, timing),
        );
        expect(early).toBeGreaterThanOrEqual(1);
        expect(late).toBeGreaterThanOrEqual(early ?? 0);
        expect(late).toBeLessThanOrEqual(limits.dailyCalls);
        expect(allowance(on, on.resetsAt, limits, timing)).toBe(limits.dailyCalls);
      }),
    );
  });

  it('always leaves enough calls to go on at three quarters of the even pace until the reset', () => {
    fc.assert(
      fc.property(anyDay, share, fc.integer({ min: 20, max: 100_000 }), (on, part, dailyCalls) => {
        const now = within(on, part);
        const left = dailyCalls - allowance(on, now, { dailyCalls, perWindow: 5 }, timing);
        const evenPace = dailyCalls / (on.resetsAt - on.startsAt);
        expect(left).toBeGreaterThanOrEqual(0.75 * evenPace * (on.resetsAt - now) - 1e-6);
      }),
    );
  });

  it('tells the first moment at which one more call may go', () => {
    fc.assert(
      fc.property(anyDay, anyLimits, share, (on, limits, part) => {
        const used = Math.floor(part * limits.dailyCalls);
        const at = allowedAt(on, used, limits, timing);
        if (at < on.startsAt) return;
        // At the very moment a double may fall short by its last digit.
        const late = epochMs(Math.min(on.resetsAt, at + 1));
        expect(allowance(on, late, limits, timing)).toBeGreaterThanOrEqual(used + 1);
        if (at - 1_000 < on.startsAt) return;
        expect(allowance(on, epochMs(at - 1_000), limits, timing)).toBeLessThanOrEqual(used);
      }),
    );
  });

  it('puts a call that the day has no room for after the reset', () => {
    expect(allowedAt(day, 40_000, callLimits.rest, timing)).toBeGreaterThan(day.resetsAt);
    const tiny = { dailyCalls: 3, perWindow: 5 };
    expect(allowedAt(day, 3, tiny, timing)).toBeGreaterThan(day.resetsAt);
    expect(allowedAt(day, 2, tiny, timing)).toBeLessThanOrEqual(day.startsAt);
  });
});
