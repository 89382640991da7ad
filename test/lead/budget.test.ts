import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPacing } from '../../lambdas/lead/budget.ts';
import type { EpochMs } from '../../lambdas/segment/time.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { budgetTiming as timing, callLimits } from '../../lambdas/limits.ts';
import { at, noon } from '../support/mailboxes.ts';

const rest = createPacing(callLimits.rest, timing);
/** When 2026-11-23, the day of `noon`, ends in Chicago. */
const reset = epochMs(Date.parse('2026-11-24T06:00:00Z'));
const before = (ms: number): EpochMs => epochMs(reset - ms);
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const anyMoment = fc.nat(86_400_000).map((ms) => epochMs(noon + ms));

describe('asking the budget', () => {
  it('counts in the window and on the day that the clock shows', () => {
    const asked = rest.ask(2, epochMs(noon + 4_500), 0);
    if (asked.kind !== 'count') throw new Error('must wait');
    expect(asked.slots).toMatchObject({ key: `slots#${noon + 3_000}`, most: 5 });
    expect(asked.day.key).toBe('day#2026-11-23');
    expect(asked.validUntil).toBe(noon + 6_500);
  });

  it('counts in one window for its whole length, and in the next from then on', () => {
    const keyAt = (ms: number) => {
      const asked = rest.ask(1, epochMs(noon + ms), 0);
      return asked.kind === 'count' ? asked.slots.key : undefined;
    };
    expect(keyAt(2_999)).toBe(keyAt(0));
    expect(keyAt(3_000)).not.toBe(keyAt(0));
    expect(keyAt(-1)).not.toBe(keyAt(0));
  });

  it('lets the day have no more calls than the setting, whatever a call’s size', () => {
    fc.assert(
      fc.property(anyMoment, fc.integer({ min: 1, max: 5 }), (now, requests) => {
        const pacing = createPacing({ ...callLimits.rest, dailyCalls: 9 }, timing);
        const asked = pacing.ask(requests, now, 0);
        if (asked.kind === 'count') expect(asked.day.most).toBeLessThanOrEqual(9);
      }),
    );
  });

  it('keeps the pace by a call’s first request, so that larger ones get their turn, too', () => {
    const mostFor = (requests: number) => {
      const asked = rest.ask(requests, noon, 0);
      return asked.kind === 'count' ? asked.day.most : Number.NaN;
    };
    expect(mostFor(5) - 5).toBe(mostFor(1) - 1);
  });

  it('keeps counters until no clock can ask for them any more', () => {
    const asked = rest.ask(1, noon, 0);
    if (asked.kind !== 'count') throw new Error('must wait');
    expect(asked.slots.expiresAt).toBe(noon + 3_000 + timing.slotsKeepMs);
    expect(asked.day.expiresAt).toBe(reset + timing.dayKeepMs);
    const { slotUseMs, clockSkewMs, lateResetMs } = timing;
    expect(timing.slotsKeepMs).toBeGreaterThan(slotUseMs + 2 * clockSkewMs);
    expect(timing.dayKeepMs).toBeGreaterThan(lateResetMs + 2 * clockSkewMs);
  });

  it('waits around midnight, when clocks differ about the day', () => {
    expect(rest.ask(1, before(3_001), 0).kind).toBe('count');
    expect(rest.ask(1, before(3_000), 0)).toEqual({ kind: 'wait', until: before(-2_000) });
    expect(rest.ask(1, before(-999), 1)).toEqual({ kind: 'wait', until: before(-30_000) });
    expect(rest.ask(1, before(-1_000), 0).kind).toBe('count');
  });
});

describe('the room for leads that the sweep wakes', () => {
  const minuteMs = 60_000;
  /** What the pace lets the day have had by now. */
  const lineAt = (now: EpochMs): number => {
    const asked = rest.ask(1, now, 0);
    return asked.kind === 'count' ? asked.day.most : 0;
  };

  it('is most of a minute’s slots while the day has calls to spare', () => {
    expect(rest.room(0, noon, minuteMs)).toBe(80);
  });

  it('is what the pace adds within the minute, once the day is on its line', () => {
    // Three quarters of 40,000 calls in 24 hours: 20.8 a minute.
    const used = lineAt(noon);
    expect([20, 21]).toContain(rest.room(used, noon, minuteMs));
    expect(rest.room(used - 30, noon, minuteMs)).toBe(rest.room(used, noon, minuteMs) + 30);
  });

  it('looks no further than the reset', () => {
    expect(rest.room(39_990, before(10), minuteMs)).toBe(10);
    expect(rest.room(39_999, before(10), minuteMs)).toBe(1);
    expect(rest.room(40_000, before(10), minuteMs)).toBe(0);
  });

  it('is none while others are ahead of the pace', () => {
    expect(rest.room(lineAt(noon) + 21, noon, minuteMs)).toBe(0);
  });

  it('is none when the day is used up, and never more than the day has left', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 }), fc.nat(17 * 3_600_000), (used, ms) => {
        const pacing = createPacing({ ...callLimits.rest, dailyCalls: 50 }, timing);
        const room = pacing.room(used, epochMs(noon + ms), minuteMs);
        expect(room).toBeLessThanOrEqual(Math.max(0, 50 - used));
        expect(room).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('coming back', () => {
  it('takes 2 to 30 s when the slots of the moment are taken', () => {
    expect(rest.afterSlots(noon, 0)).toBe(at(2));
    expect(rest.afterSlots(noon, 0.5)).toBe(at(16));
    fc.assert(
      fc.property(random, (r) => {
        const wait = rest.afterSlots(noon, r) - noon;
        expect(wait).toBeGreaterThanOrEqual(2_000);
        expect(wait).toBeLessThanOrEqual(30_000);
      }),
    );
  });

  it('takes 2 to 30 s from when the pace lets one more call go', () => {
    // Noon UTC is a quarter into the day: 17,500 calls of 40,000.
    expect(rest.afterDay(1, 17_000, noon, 0)).toEqual({ until: at(2), isUsedUp: false });
    // Calls follow each other every 2.88 s.
    expect(rest.afterDay(1, 17_500, noon, 0).until).toBe(noon + 2_880 + 2_000);
    expect(rest.afterDay(1, 17_599, noon, 1).until).toBe(noon + 288_000 + 30_000);
  });

  it('takes until 2 to 30 s after the reset when the day has no calls left', () => {
    fc.assert(
      fc.property(anyMoment, fc.integer({ min: 40_000, max: 90_000 }), random, (now, used, r) => {
        const { until, isUsedUp } = rest.afterDay(1, used, now, r);
        expect(isUsedUp).toBe(true);
        const resetsAt = now < reset ? reset : reset + 86_400_000;
        expect(until - resetsAt).toBeGreaterThanOrEqual(2_000);
        expect(until - resetsAt).toBeLessThanOrEqual(30_000);
      }),
    );
  });

  it('knows a used-up day from one that is only too fast', () => {
    const late = before(60_000);
    expect(rest.afterDay(1, 39_999, late, 0)).toEqual({
      until: epochMs(reset + 2_000),
      isUsedUp: false,
    });
    expect(rest.afterDay(1, 40_000, late, 0)).toEqual({
      until: epochMs(reset + 2_000),
      isUsedUp: true,
    });
    expect(rest.afterDay(5, 39_995, late, 0).isUsedUp).toBe(false);
    expect(rest.afterDay(5, 39_996, late, 0)).toEqual({
      until: epochMs(reset + 2_000),
      isUsedUp: true,
    });
  });

  it('never has a call wait past the reset', () => {
    fc.assert(
      fc.property(
        anyMoment,
        fc.nat(45_000),
        fc.integer({ min: 1, max: 5 }),
        random,
        (now, used, requests, r) => {
          const resetsAt = now < reset ? reset : reset + 86_400_000;
          const { until } = rest.afterDay(requests, used, now, r);
          expect(until).toBeGreaterThanOrEqual(now + 2_000);
          expect(until).toBeLessThanOrEqual(resetsAt + 30_000);
        },
      ),
    );
  });
});

describe('a day that others have used up', () => {
  it('is given up, once', () => {
    expect(rest.usedUp(noon)).toEqual({
      key: 'day#2026-11-23',
      most: 80_000,
      expiresAt: epochMs(reset + timing.dayKeepMs),
    });
  });

  it('is not given up in its first hour: Marketo may be late with its reset', () => {
    expect(rest.usedUp(before(1))?.key).toBe('day#2026-11-23');
    expect(rest.usedUp(before(-3_599_999))).toBeUndefined();
    expect(rest.usedUp(before(-3_600_000))?.key).toBe('day#2026-11-24');
  });
});
