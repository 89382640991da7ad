import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Window } from '../../lambdas/lead/circuitBreaker.ts';
import { answered, closed, comeBackAt, passage } from '../../lambdas/lead/circuitBreaker.ts';
import { leadTiming as timing } from '../../lambdas/limits.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { at, noon } from '../support/mailboxes.ts';

const shut = (window: Window, seconds: number, random = 0.5): Window =>
  closed(window, at(seconds), 'unreachable', random, timing);

describe('the window that all workers share', () => {
  it('is open until a call fails', () => {
    expect(passage({}, noon, timing)).toEqual({ kind: 'open' });
  });

  it('keeps everybody out for 30 s after the first failure', () => {
    const window = shut({}, 0, 0);
    expect(passage(window, at(29), timing)).toEqual({ kind: 'closed', until: at(30) });
    expect(passage(window, at(30), timing).kind).toBe('probe');
  });

  it('lets one probe through, and all others wait for what becomes of it', () => {
    const way = passage(shut({}, 0, 0), at(31), timing);
    if (way.kind !== 'probe') throw new Error('no probe');
    expect(passage(way.window, at(32), timing).kind).toBe('closed');
    // A probe that was never heard of again died with its worker.
    expect(passage(way.window, epochMs(at(31) + timing.leaseMs), timing).kind).toBe('probe');
  });

  it('probes ever more seldom, at most every 5 minutes', () => {
    let window: Window = {};
    let now = 0;
    const waits: number[] = [];
    for (let n = 0; n < 8; n += 1) {
      window = shut({ ...window, probeUntil: at(now + 100) }, now, 0);
      waits.push(((window.closedUntil ?? 0) - at(now)) / 1_000);
      now += waits.at(-1) ?? 0;
    }
    expect(waits).toEqual([30, 60, 120, 240, 300, 300, 300, 300]);
  });

  it('opens with the first answer', () => {
    expect(answered(shut({}, 0), at(40), false, timing)).toStrictEqual({});
    expect(answered(shut({}, 0), at(40), true, timing)).toEqual({ syncedAt: at(40) });
  });

  it('remembers when somebody was synced last, however often it closes', () => {
    const synced = answered({}, noon, true, timing);
    expect(synced).toEqual({ syncedAt: noon });
    expect(answered(shut(synced, 5), at(50), false, timing)).toEqual({ syncedAt: noon });
  });

  it('writes that down a few times a minute, not at every answer', () => {
    const synced = answered({}, noon, true, timing);
    const soon = epochMs(noon + timing.syncedNoteMs - 1);
    expect(answered(synced, soon, true, timing)).toBe(synced);
    expect(answered(synced, epochMs(soon + 1), true, timing)).not.toBe(synced);
    expect(answered(synced, at(3_600), false, timing)).toBe(synced);
    // Or else what was before a lead's last try would seem to have come after it.
    expect(timing.syncedNoteMs).toBeLessThan(timing.lockMs);
  });

  it('counts calls that fail together once', () => {
    const window = shut({}, 0);
    expect(shut(window, 1)).toBe(window);
  });

  it('says since when and why it is closed, and jitters its next probe by a quarter', () => {
    const first = closed({ syncedAt: at(-9) }, noon, 'unreachable', 0.5, timing);
    expect(first).toEqual({
      failures: 1,
      closedSince: noon,
      closedUntil: epochMs(noon + 33_750),
      because: 'unreachable',
      syncedAt: at(-9),
    });
    const second = closed(first, at(40), 'throttled', 0.999, timing);
    expect(second).toEqual({
      failures: 2,
      closedSince: noon,
      closedUntil: epochMs(at(40) + 74_985),
      because: 'throttled',
      syncedAt: at(-9),
    });
    const last = closed({ failures: 3, closedSince: noon }, noon, 'x', 0.99, timing);
    expect(last.closedUntil).toBe(epochMs(noon + 299_400));
    const longest = closed({ failures: 5_000, closedSince: noon }, noon, 'x', 0.99, timing);
    expect(longest.closedUntil).toBe(at(300));
  });

  it('counts a failure once it could have opened, and that of a probe at any time', () => {
    const window = { failures: 1, closedSince: noon, closedUntil: at(30) };
    expect(closed(window, epochMs(at(30) - 1), 'x', 0, timing)).toBe(window);
    expect(closed(window, at(30), 'x', 0, timing).failures).toBe(2);
    const probed = { ...window, probeUntil: at(20) };
    const after = closed(probed, at(10), 'x', 0, timing);
    expect(after).toStrictEqual({
      failures: 2,
      closedSince: noon,
      closedUntil: at(70),
      because: 'x',
    });
  });

  it('probes for as long as a lease', () => {
    const window = { failures: 1, closedUntil: at(30) };
    expect(passage(window, at(30), timing)).toEqual({
      kind: 'probe',
      window: { ...window, probeUntil: epochMs(at(30) + timing.leaseMs) },
    });
    expect(passage({ failures: 1 }, noon, timing).kind).toBe('probe');
    expect(passage({ failures: 0, closedUntil: at(30) }, noon, timing)).toEqual({ kind: 'open' });
    expect(passage({ ...window, probeUntil: at(90) }, at(40), timing)).toEqual({
      kind: 'closed',
      until: at(90),
    });
  });

  it('that nobody closed brings leads back at the moment that is asked for', () => {
    expect(comeBackAt({ failures: 1 }, at(10), noon, 0.9, timing)).toBe(at(10));
    const days = { failures: 9, closedSince: at(-90_000) };
    expect(comeBackAt(days, at(300), noon, 0.5, timing)).toBe(at(600));
    expect(comeBackAt(days, epochMs(at(300) + 1), noon, 0.5, timing)).toBe(epochMs(at(600) + 1));
    expect(comeBackAt(days, at(1_000), noon, 0.5, timing)).toBe(at(1_000));
  });

  it('brings no lead back before it opens, nor later than a due message can be delayed', () => {
    fc.assert(
      fc.property(
        fc.nat(20),
        fc.nat(1_000_000),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (failures, since, random) => {
          const window = {
            ...shut({ failures, closedSince: noon, probeUntil: noon }, since, random),
          };
          const until = window.closedUntil ?? noon;
          const back = comeBackAt(window, until, at(since), random, timing);
          expect(back).toBeGreaterThanOrEqual(until);
          expect(back).toBeLessThanOrEqual(Math.max(until, at(since) + timing.longestDelayMs));
        },
      ),
    );
  });

  it('spreads the leads over as long as it has been closed, so that they do not come back at once', () => {
    const window = { failures: 5, closedSince: noon, closedUntil: at(700) };
    const back = (random: number) => comeBackAt(window, at(700), at(600), random, timing);
    expect(back(0)).toBe(at(700));
    expect(back(0.5)).toBe(at(950));
  });
});
