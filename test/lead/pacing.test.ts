import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPacing } from '../../lambdas/lead/pacing.ts';
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
const resetAfter = (now: EpochMs): number => (now < reset ? reset : reset + 86_400_000);

describe('asking the budget', () => {
  it('counts in the window and on the day that the clock shows', () => {
    const asked = rest.ask(2, epochMs(noon + 4_500), 0);
    if (asked.kind !== 'count') throw new Error('must wait');
    expect(asked.permits).toMatchObject({ key: `slots#${noon + 3_000}`, most: 5 });
    expect(asked.day.key).toBe('day#2026-11-23');
    expect(asked.validUntil).toBe(noon + 6_500);
  });

  it('counts in one window for its whole length, and in the next from then on', () => {
    const keyAt = (ms: number) => {
      const asked = rest.ask(1, epochMs(noon + ms), 0);
      return asked.kind === 'count' ? asked.permits.key : undefined;
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
    const maxFor = (requests: number) => {
      const asked = rest.ask(requests, noon, 0);
      return asked.kind === 'count' ? asked.day.most : Number.NaN;
    };
    expect(maxFor(5) - 5).toBe(maxFor(1) - 1);
  });

  it('keeps counters until no clock can ask for them any more', () => {
    const asked = rest.ask(1, noon, 0);
    if (asked.kind !== 'count') throw new Error('must wait');
    expect(asked.permits.expiresAt).toBe(noon + 3_000 + timing.permitsKeepMs);
    expect(asked.day.expiresAt).toBe(reset + timing.dayKeepMs);
    const { permitUseMs, clockSkewMs, lateResetMs } = timing;
    expect(timing.permitsKeepMs).toBeGreaterThan(permitUseMs + 2 * clockSkewMs);
    expect(timing.dayKeepMs).toBeGreaterThan(lateResetMs + 2 * clockSkewMs);
  });

  it('waits around midnight, when clocks differ about the day', () => {
    expect(rest.ask(1, before(3_001), 0).kind).toBe('count');
    expect(rest.ask(1, before(3_000), 0)).toEqual({ kind: 'wait', until: before(-1_000) });
    expect(rest.ask(1, before(-999), 1)).toEqual({ kind: 'wait', until: before(-2_000) });
    expect(rest.ask(1, before(-1_000), 0).kind).toBe('count');
  });
});

describe('calls that need not wait until they are full', () => {
  const [first, eager] = rest.unfilled(noon);
  const keysAt = (ms: number) => rest.unfilled(epochMs(noon + ms)).map(({ key }) => key);

  it('are the first of each moment, and beside those half of the day’s calls, spread evenly', () => {
    expect(first).toEqual({
      key: `gather#${noon}`,
      most: 1,
      expiresAt: epochMs(noon + timing.permitsKeepMs),
    });
    expect(eager).toEqual({
      key: `eager#${noon}`,
      most: 13,
      expiresAt: epochMs(noon + timing.permitsKeepMs),
    });
    expect(createPacing(callLimits.soap, timing).unfilled(noon)[1]?.most).toBe(2);
  });

  it('are counted anew with each moment and each minute', () => {
    expect(keysAt(1_999)).toEqual(keysAt(0));
    expect(keysAt(2_000)).toEqual([`gather#${noon + 2_000}`, eager?.key]);
    expect(keysAt(59_999)[1]).toBe(eager?.key);
    expect(keysAt(60_000)[1]).not.toBe(eager?.key);
  });

  it('are counted until no clock can ask for a moment any more', () => {
    const { gatherMs, clockSkewMs, permitsKeepMs } = timing;
    expect(permitsKeepMs).toBeGreaterThan(60_000 + gatherMs + 2 * clockSkewMs);
  });

  it('leave the other half of the day to full ones and to the first of a moment', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), (dailyCalls) => {
        const counts = createPacing({ ...callLimits.rest, dailyCalls }, timing).unfilled(noon);
        expect(counts[0]).toEqual(first);
        const most = counts[1]?.most ?? 0;
        expect(most * 1_440).toBeLessThanOrEqual(timing.eagerShare * dailyCalls);
        expect((most + 1) * 1_440).toBeGreaterThan(timing.eagerShare * dailyCalls);
      }),
    );
  });

  it('that found none left come back with the next moment', () => {
    expect(rest.afterGathering(noon)).toBe(at(2));
    expect(rest.afterGathering(epochMs(noon + 1_999))).toBe(at(2));
    fc.assert(
      fc.property(anyMoment, (now) => {
        expect(rest.unfilled(rest.afterGathering(now))[0]?.key).not.toBe(
          rest.unfilled(now)[0]?.key,
        );
        expect(rest.afterGathering(now) - now).toBeLessThanOrEqual(timing.gatherMs);
      }),
    );
  });
});

describe('when the next call may go, by the day’s counter alone', () => {
  it('is now, while the day is behind its pace', () => {
    // Noon UTC is a quarter into the day: 17,500 calls of 40,000.
    expect(rest.nextCallAt(0, noon)).toBe(noon);
    expect(rest.nextCallAt(17_499, noon)).toBe(noon);
  });

  it('is when the pace has come up with the calls', () => {
    expect(rest.nextCallAt(17_500, noon)).toBe(noon + 2_880);
    expect(rest.nextCallAt(17_599, noon)).toBe(noon + 288_000);
  });

  it('is once all clocks are in the next day, where the day has no call left', () => {
    for (const used of [40_000, 80_000])
      expect(rest.nextCallAt(used, noon)).toBe(reset + timing.clockSkewMs);
  });

  it('is a moment at which the counters let it go', () => {
    fc.assert(
      fc.property(anyMoment, fc.nat(45_000), (now, used) => {
        const nextAt = rest.nextCallAt(used, now);
        const asked = rest.ask(1, nextAt, 0);
        if (asked.kind === 'count')
          expect(nextAt > resetAfter(now) ? 0 : used).toBeLessThan(asked.day.most);
      }),
    );
  });
});

describe('coming back', () => {
  const longestMs = timing.clockSkewMs + timing.retryJitterMs;

  it('is at the next window when the slots of the moment are taken, spread over a second', () => {
    expect(rest.afterSlots(noon, 0)).toBe(at(3));
    expect(rest.afterSlots(epochMs(noon + 2_999), 0.5)).toBe(noon + 3_500);
    fc.assert(
      fc.property(anyMoment, random, (now, r) => {
        const wait = rest.afterSlots(now, r) - now;
        expect(wait).toBeGreaterThan(0);
        expect(wait).toBeLessThanOrEqual(callLimits.rest.windowMs + timing.retryJitterMs);
      }),
    );
  });

  it('is when the pace lets one more call go', () => {
    expect(rest.afterDay(1, 17_000, noon, 0)).toEqual({ until: noon, isUsedUp: false });
    // Calls follow each other every 2.88 s.
    expect(rest.afterDay(1, 17_500, noon, 0).until).toBe(noon + 2_880);
    expect(rest.afterDay(1, 17_599, noon, 1).until).toBe(noon + 288_000 + 1_000);
  });

  it('is after the reset, by all clocks, when the day has no calls left', () => {
    fc.assert(
      fc.property(anyMoment, fc.integer({ min: 40_000, max: 90_000 }), random, (now, used, r) => {
        const { until, isUsedUp } = rest.afterDay(1, used, now, r);
        expect(isUsedUp).toBe(true);
        expect(until - resetAfter(now)).toBeGreaterThanOrEqual(timing.clockSkewMs);
        expect(until - resetAfter(now)).toBeLessThanOrEqual(longestMs);
      }),
    );
  });

  it('knows a used-up day from one that is only too fast', () => {
    const late = before(60_000);
    expect(rest.afterDay(1, 39_999, late, 0)).toEqual({ until: reset, isUsedUp: false });
    expect(rest.afterDay(1, 40_000, late, 0)).toEqual({ until: before(-1_000), isUsedUp: true });
    expect(rest.afterDay(5, 39_995, late, 0).isUsedUp).toBe(false);
    expect(rest.afterDay(5, 39_996, late, 0)).toEqual({ until: before(-1_000), isUsedUp: true });
  });

  it('after the day has changed finds the day changed', () => {
    fc.assert(
      fc.property(fc.integer({ min: -4_000, max: 1_000 }), random, (ms, r) => {
        const asked = rest.ask(1, epochMs(reset + ms), r);
        if (asked.kind === 'wait') expect(rest.ask(1, asked.until, r).kind).toBe('count');
      }),
    );
  });

  it('never has a call wait past the reset', () => {
    fc.assert(
      fc.property(
        anyMoment,
        fc.nat(45_000),
        fc.integer({ min: 1, max: 5 }),
        random,
        (now, used, requests, r) => {
          const { until } = rest.afterDay(requests, used, now, r);
          expect(until).toBeGreaterThanOrEqual(now);
          expect(until).toBeLessThanOrEqual(resetAfter(now) + longestMs);
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
