import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dueActionFor, isSafelyPromised, withPromise } from '../../lambdas/lead/due.ts';
import { emptyMailbox, needAt } from '../../lambdas/lead/mailbox.ts';
import type { Mailbox } from '../../lambdas/lead/types.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { leadTiming as timing } from '../../lambdas/limits.ts';
import { at, noon, order } from '../support/mailboxes.ts';

const quiet = emptyMailbox('jane@example.com', order(0));
const waiting = (more: Partial<Mailbox> = {}): Mailbox => ({
  ...quiet,
  fields: { Plan: { order: order(0), value: 'pro' } },
  ...more,
});
const mailbox: fc.Arbitrary<Mailbox> = fc
  .record(
    {
      lockedUntil: fc.integer({ min: -100_000, max: 3_000_000 }),
      notBefore: fc.integer({ min: -100_000, max: 3_000_000 }),
      dueAt: fc.integer({ min: -100_000, max: 3_000_000 }),
    },
    { requiredKeys: [] },
  )
  .map((offsets) =>
    waiting(
      Object.fromEntries(Object.entries(offsets).map(([key, ms]) => [key, epochMs(noon + ms)])),
    ),
  );

describe('the due message of a lead', () => {
  it('is not needed while the mailbox has nothing to say', () => {
    expect(dueActionFor(quiet, noon, timing)).toEqual({ kind: 'none' });
  });

  it('goes out at once, after the write, when the lead may go now', () => {
    expect(dueActionFor(waiting(), noon, timing)).toEqual({ kind: 'send-after', delaySeconds: 0 });
  });

  it('goes out before the write with the promise of when it appears, when the lead must wait', () => {
    const action = dueActionFor(waiting({ lockedUntil: epochMs(noon + 31_001) }), noon, timing);
    expect(action).toEqual({ kind: 'send-before', delaySeconds: 32, dueAt: at(32) });
  });

  it('is sent once, after the write, when the wait is too short for a promise to hold', () => {
    const soon = waiting({ lockedUntil: epochMs(noon + 1_999) });
    expect(dueActionFor(soon, noon, timing)).toEqual({ kind: 'send-after', delaySeconds: 2 });
  });

  it('is left to the sweep when the wait is longer than SQS can delay', () => {
    expect(dueActionFor(waiting({ notBefore: at(901) }), noon, timing)).toEqual({ kind: 'none' });
    expect(dueActionFor(waiting({ notBefore: at(900) }), noon, timing).kind).toBe('send-before');
  });

  it('is sent again, earlier, when the need is earlier than the promise', () => {
    const promised = waiting({ lockedUntil: at(32), dueAt: at(127) });
    expect(dueActionFor(promised, noon, timing)).toMatchObject({ delaySeconds: 32 });
  });

  it('is not sent twice while a promise holds', () => {
    expect(dueActionFor(waiting({ lockedUntil: at(32), dueAt: at(32) }), noon, timing).kind).toBe(
      'none',
    );
  });

  it('is promised by one that appears 2 s from now or later, less than a second after the need', () => {
    const kind = (dueAt: number, need = 32_000) =>
      dueActionFor(
        waiting({ lockedUntil: epochMs(noon + need), dueAt: epochMs(noon + dueAt) }),
        noon,
        timing,
      ).kind;
    expect([kind(32_999), kind(33_000)]).toEqual(['none', 'send-before']);
    expect([kind(2_000, 2_000), kind(1_999, 2_000)]).toEqual(['none', 'send-before']);
  });

  it('is safe after a write with nothing to say, with a promise, or with a wait for the sweep', () => {
    expect(isSafelyPromised(quiet, noon, timing)).toBe(true);
    expect(isSafelyPromised(waiting({ lockedUntil: at(32) }), noon, timing)).toBe(false);
    const long = waiting({ notBefore: at(900) });
    expect(isSafelyPromised(long, noon, timing)).toBe(false);
    expect(isSafelyPromised(long, epochMs(noon - 1), timing)).toBe(true);
  });

  it('is never early, and never more than a second late', () => {
    fc.assert(
      fc.property(mailbox, (one) => {
        const action = dueActionFor(one, noon, timing);
        const need = needAt(one) ?? noon;
        if (action.kind === 'send-before') {
          expect(action.dueAt).toBeGreaterThanOrEqual(need);
          expect(action.dueAt - need).toBeLessThan(1_000);
          expect(action.dueAt).toBe(noon + action.delaySeconds * 1_000);
          expect(action.delaySeconds * 1_000).toBeLessThanOrEqual(timing.longestDelayMs);
        }
      }),
    );
  });

  it('is always on its way, or asked for, once the write has returned', () => {
    fc.assert(
      fc.property(mailbox, fc.nat(5_000), (one, writeMs) => {
        const action = dueActionFor(one, noon, timing);
        const written = withPromise(one, action, noon);
        const after = epochMs(noon + writeMs);
        const safe = action.kind === 'send-after' || isSafelyPromised(written, after, timing);
        const isAhead =
          written.dueAt !== undefined && written.dueAt - after >= timing.promiseMarginMs;
        const isSweeps = (needAt(written) ?? 0) - after > timing.longestDelayMs;
        if (safe) expect(action.kind === 'send-after' || isAhead || isSweeps).toBe(true);
      }),
    );
  });

  it('is no promise any more when the write took so long that it may have come', () => {
    const one = waiting({ lockedUntil: at(3) });
    const written = withPromise(one, dueActionFor(one, noon, timing), noon);
    expect(written.dueAt).toBe(at(3));
    expect(isSafelyPromised(written, at(1), timing)).toBe(true);
    expect(isSafelyPromised(written, epochMs(noon + 1_001), timing)).toBe(false);
  });

  it('forgets a promise that has passed', () => {
    const one = waiting({ dueAt: at(-1) });
    const next = withPromise(one, dueActionFor(one, noon, timing), noon);
    expect(next).toEqual(waiting());
    expect(withPromise(waiting({ dueAt: noon }), { kind: 'none' }, noon)).toEqual(waiting());
  });

  it('leaves a mailbox as it is that has no promise, or one that lies ahead', () => {
    const promised = waiting({ dueAt: epochMs(noon + 1) });
    expect(withPromise(promised, { kind: 'none' }, noon)).toBe(promised);
    const without = waiting();
    expect(withPromise(without, { kind: 'send-after', delaySeconds: 0 }, noon)).toBe(without);
  });
});
