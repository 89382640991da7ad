import { describe, expect, it } from 'vitest';
import { leadIdOf } from '../../lambdas/digest.ts';
import type { CircuitBreakerState } from '../../lambdas/lead/circuitBreakerState.ts';
import {
  isWidespread,
  permissionOf,
  reset,
  tripped,
  withOutcomes,
} from '../../lambdas/lead/circuitBreakerState.ts';
import { leadTiming as timing } from '../../lambdas/limits.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { at, noon } from '../support/mailboxes.ts';

const open = (state: CircuitBreakerState, seconds: number, random = 0.5): CircuitBreakerState =>
  tripped(state, at(seconds), 'unreachable', random, timing);

describe('the circuit breaker that all workers share', () => {
  it('is closed until a call fails', () => {
    expect(permissionOf({}, noon, timing)).toEqual({ kind: 'closed' });
  });

  it('keeps everybody out for 30 s after the first failure', () => {
    const state = open({}, 0, 0);
    expect(permissionOf(state, at(29), timing)).toEqual({ kind: 'open', retryAt: at(30) });
    expect(permissionOf(state, at(30), timing).kind).toBe('probe');
  });

  it('lets one probe through, and all others wait for what becomes of it', () => {
    const passage = permissionOf(open({}, 0, 0), at(31), timing);
    if (passage.kind !== 'probe') throw new Error('no probe');
    expect(permissionOf(passage.state, at(32), timing).kind).toBe('open');
    // A probe that was never heard of again died with its worker.
    expect(permissionOf(passage.state, epochMs(at(31) + timing.leaseMs), timing).kind).toBe(
      'probe',
    );
  });

  it('probes ever more seldom, at most every 5 minutes', () => {
    let state: CircuitBreakerState = {};
    let now = 0;
    const waits: number[] = [];
    for (let n = 0; n < 8; n += 1) {
      state = open({ ...state, probeUntil: at(now + 100) }, now, 0);
      waits.push(((state.closedUntil ?? 0) - at(now)) / 1_000);
      now += waits.at(-1) ?? 0;
    }
    expect(waits).toEqual([30, 60, 120, 240, 300, 300, 300, 300]);
  });

  it('closes with the first answer', () => {
    expect(reset(open({}, 0), at(40), false, timing)).toStrictEqual({});
    expect(reset(open({}, 0), at(40), true, timing)).toEqual({ syncedAt: at(40) });
  });

  it('remembers when somebody was synced last, however often it opens', () => {
    const synced = reset({}, noon, true, timing);
    expect(synced).toEqual({ syncedAt: noon });
    expect(reset(open(synced, 5), at(50), false, timing)).toEqual({ syncedAt: noon });
  });

  it('writes that down a few times a minute, not at every answer', () => {
    const synced = reset({}, noon, true, timing);
    const soon = epochMs(noon + timing.syncedNoteMs - 1);
    expect(reset(synced, soon, true, timing)).toBe(synced);
    expect(reset(synced, epochMs(soon + 1), true, timing)).not.toBe(synced);
    expect(reset(synced, at(3_600), false, timing)).toBe(synced);
    // Or else what was before a lead's last try would seem to have come after it.
    expect(timing.syncedNoteMs).toBeLessThan(timing.lockMs);
  });

  it('counts calls that fail together once', () => {
    const state = open({}, 0);
    expect(open(state, 1)).toBe(state);
  });

  it('says since when and why it is open, and jitters its next probe by a quarter', () => {
    const first = tripped({ syncedAt: at(-9) }, noon, 'unreachable', 0.5, timing);
    expect(first).toEqual({
      failures: 1,
      closedSince: noon,
      closedUntil: epochMs(noon + 33_750),
      because: 'unreachable',
      syncedAt: at(-9),
    });
    const second = tripped(first, at(40), 'throttled', 0.999, timing);
    expect(second).toEqual({
      failures: 2,
      closedSince: noon,
      closedUntil: epochMs(at(40) + 74_985),
      because: 'throttled',
      syncedAt: at(-9),
    });
    const last = tripped({ failures: 3, closedSince: noon }, noon, 'x', 0.99, timing);
    expect(last.closedUntil).toBe(epochMs(noon + 299_400));
    const longest = tripped({ failures: 5_000, closedSince: noon }, noon, 'x', 0.99, timing);
    expect(longest.closedUntil).toBe(at(300));
  });

  it('counts a failure once a probe could have gone, and that of a probe at any time', () => {
    const state = { failures: 1, closedSince: noon, closedUntil: at(30) };
    expect(tripped(state, epochMs(at(30) - 1), 'x', 0, timing)).toBe(state);
    expect(tripped(state, at(30), 'x', 0, timing).failures).toBe(2);
    const probed = { ...state, probeUntil: at(20) };
    const after = tripped(probed, at(10), 'x', 0, timing);
    expect(after).toStrictEqual({
      failures: 2,
      closedSince: noon,
      closedUntil: at(70),
      because: 'x',
    });
  });

  it('probes for as long as a lease', () => {
    const state = { failures: 1, closedUntil: at(30) };
    expect(permissionOf(state, at(30), timing)).toEqual({
      kind: 'probe',
      state: { ...state, probeUntil: epochMs(at(30) + timing.leaseMs) },
    });
    expect(permissionOf({ failures: 1 }, noon, timing).kind).toBe('probe');
    expect(permissionOf({ failures: 0, closedUntil: at(30) }, noon, timing)).toEqual({
      kind: 'closed',
    });
    expect(permissionOf({ ...state, probeUntil: at(90) }, at(40), timing)).toEqual({
      kind: 'open',
      retryAt: at(90),
    });
  });
});

describe('a failure without a reason', () => {
  const lead = (n: number) => leadIdOf(`p${n}@example.com`);
  const leads = (count: number) => Array.from({ length: count }, (_, n) => lead(n));
  const after = (state: CircuitBreakerState, seconds: number, failed: number, synced: number) =>
    withOutcomes(state, at(seconds), { failed: leads(failed), synced }, timing);

  it('is Marketo’s once five leads have it, and a quarter of all', () => {
    expect(isWidespread(after({}, 0, 4, 0))).toBe(false);
    expect(isWidespread(after({}, 0, 5, 0))).toBe(true);
    expect(isWidespread(after({}, 0, 5, 15))).toBe(true);
    expect(isWidespread(after({}, 0, 5, 16))).toBe(false);
  });

  it('of one lead counts once, however often it comes', () => {
    let state: CircuitBreakerState = {};
    for (let second = 0; second < 9; second += 1)
      state = withOutcomes(state, at(second), { failed: [lead(1)], synced: 0 }, timing);
    expect(isWidespread(state)).toBe(false);
  });

  it('has nothing to do with one that is long ago, and costs no write while all goes well', () => {
    const state = after({}, 0, 5, 0);
    const later = timing.troubleMs / 1_000;
    expect(isWidespread(after(state, later - 1, 0, 1))).toBe(true);
    expect(after(state, later, 0, 1)).toEqual({});
    const well = { syncedAt: at(0) };
    expect(after(well, later, 0, 300)).toBe(well);
  });

  it('is remembered while the breaker opens and closes', () => {
    const { trouble } = after({}, 0, 5, 0);
    const opened = tripped(after({}, 0, 5, 0), at(0), 'no', 0.5, timing);
    expect(opened.trouble).toEqual(trouble);
    expect(reset(opened, at(40), true, timing)).toEqual({ syncedAt: at(40), trouble });
  });
});
