import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayOf } from '../../lambdas/lead/centralTime.ts';
import type { EpochMs } from '../../lambdas/segment/time.ts';
import { epochMs } from '../../lambdas/segment/time.ts';

const hourMs = 3_600_000;
const utc = (text: string): EpochMs => epochMs(Date.parse(text));
const text = (at: EpochMs): string => new Date(at).toISOString();

/** The n-th Sunday of a month (0 = January) at this hour UTC. */
const sunday = (year: number, month: number, n: number, hour: number): number => {
  const first = new Date(Date.UTC(year, month, 1)).getUTCDay();
  return Date.UTC(year, month, 1 + ((7 - first) % 7) + 7 * (n - 1), hour);
};

/** The law, without any time zone data: since 2007 from March's second Sunday to November's first. */
const centralOffset = (at: number): number => {
  const year = new Date(at).getUTCFullYear();
  const isSummer = at >= sunday(year, 2, 2, 8) && at < sunday(year, 10, 1, 7);
  return (isSummer ? -5 : -6) * hourMs;
};
const lawfulName = (at: number): string =>
  new Date(at + centralOffset(at)).toISOString().slice(0, 10);

/** Steps to the first hour that has another date: changes of the clock are on the full hour. */
const lawfulReset = (at: number): number => {
  let next = Math.floor(at / hourMs) * hourMs + hourMs;
  while (lawfulName(next) === lawfulName(at)) next += hourMs;
  return next;
};

const moment = fc.oneof(
  fc.integer({ min: Date.UTC(2007, 11, 1), max: Date.UTC(2060, 0, 1) }),
  // Around a change of the clocks, and around the midnights beside it.
  fc
    .record({
      year: fc.integer({ min: 2008, max: 2060 }),
      isSpring: fc.boolean(),
      off: fc.integer({ min: -30 * hourMs, max: 30 * hourMs }),
    })
    .map(({ year, isSpring, off }) =>
      isSpring ? sunday(year, 2, 2, 8) + off : sunday(year, 10, 1, 7) + off,
    ),
);

describe('the day of Marketo’s quota', () => {
  it.each([
    ['in summer', '2026-07-31T04:59:59.999Z', '2026-07-30', '2026-07-31T05:00:00.000Z'],
    ['on the summer midnight', '2026-07-31T05:00:00Z', '2026-07-31', '2026-08-01T05:00:00.000Z'],
    ['in winter', '2026-12-31T23:30:00Z', '2026-12-31', '2027-01-01T06:00:00.000Z'],
    ['before it loses an hour', '2026-03-08T06:00:00Z', '2026-03-08', '2026-03-09T05:00:00.000Z'],
    ['after it lost an hour', '2026-03-08T08:00:00Z', '2026-03-08', '2026-03-09T05:00:00.000Z'],
    ['before it gains an hour', '2026-11-01T05:00:00Z', '2026-11-01', '2026-11-02T06:00:00.000Z'],
    ['in the second 1 AM', '2026-11-01T07:30:00Z', '2026-11-01', '2026-11-02T06:00:00.000Z'],
  ])('resets at midnight in Chicago: %s', (_when, at, name, reset) => {
    const day = dayOf(utc(at));
    expect(day.name).toBe(name);
    expect(text(day.resetsAt)).toBe(reset);
  });

  it('is 23 hours long in March and 25 in November', () => {
    const hours = (at: string): number => {
      const { startsAt, resetsAt } = dayOf(utc(at));
      return (resetsAt - startsAt) / hourMs;
    };
    expect(hours('2026-03-08T18:00:00Z')).toBe(23);
    expect(hours('2026-11-01T18:00:00Z')).toBe(25);
    expect(hours('2026-07-31T18:00:00Z')).toBe(24);
  });

  it('is what the law on daylight saving says, at any moment', () => {
    fc.assert(
      fc.property(moment, (at) => {
        const day = dayOf(epochMs(at));
        expect(day.name).toBe(lawfulName(at));
        expect(text(day.resetsAt)).toBe(text(epochMs(lawfulReset(at))));
        expect(day.startsAt).toBeLessThanOrEqual(at);
        expect(lawfulReset(day.startsAt)).toBe(day.resetsAt);
        expect(lawfulName(day.startsAt - 1)).not.toBe(day.name);
      }),
      { numRuns: 500 },
    );
  });

  it('follows the day before without a gap', () => {
    fc.assert(
      fc.property(moment, (at) => {
        const day = dayOf(epochMs(at));
        expect(dayOf(day.resetsAt).startsAt).toBe(day.resetsAt);
        expect(dayOf(epochMs(day.startsAt - 1)).resetsAt).toBe(day.startsAt);
      }),
    );
  });
});
