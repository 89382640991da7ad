import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterRefusal, afterSuccess, trialOf } from '../../lambdas/lead/narrowing.ts';
import type { Narrowing } from '../../lambdas/lead/leadTypes.ts';
import { order } from '../support/mailboxes.ts';

const field = (name: string) => ({ name, value: name, order: order(1, 0, name) });

const none = (call: number): boolean => call < 0;

/** Marketo refuses each call that carries a poisoned field, or all, and names nothing. */
const play = (
  names: readonly string[],
  poisoned: ReadonlySet<string>,
  { isLeadBad = false, mayPass = false, isOut = none } = {},
) => {
  let pending = [field('Email'), ...names.map(field)];
  let narrowing: Narrowing | undefined;
  let calls = 0;
  const blamed: string[] = [];
  while (pending.length > 0) {
    const sent = trialOf(narrowing, pending);
    calls += 1;
    const isRefused = isLeadBad || isOut(calls) || sent.some(({ name }) => poisoned.has(name));
    const next = isRefused
      ? afterRefusal(narrowing, sent, 'refused', mayPass)
      : narrowing
        ? afterSuccess(narrowing, sent)
        : ({ kind: 'over' } as const);
    if (!isRefused) pending = pending.filter((one) => !sent.includes(one));
    if (next.kind === 'lead') return { calls, blamed, isLeadRefused: true };
    narrowing = next.kind === 'narrowed' ? next.narrowing : undefined;
    if (next.kind === 'blamed') {
      blamed.push(next.name);
      pending = pending.filter(({ name }) => name !== next.name);
    }
    if (next.kind === 'over' && isRefused && !mayPass) throw new Error('nothing was blamed');
  }
  return { calls, blamed: blamed.sort(), isLeadRefused: false };
};

const names = Array.from({ length: 30 }, (_, index) => `Field${index}`);

describe('a refusal that names no value of ours', () => {
  it('costs exactly the values that Marketo refuses, whichever of 30 they are', () => {
    fc.assert(
      fc.property(fc.subarray(names), (poisoned) => {
        const played = play(names, new Set(poisoned));
        expect(played.blamed).toEqual(poisoned.toSorted());
        expect(played.isLeadRefused).toBe(false);
      }),
    );
  });

  it('finds one bad value in at most log2(n) + 2 calls, and one more carries the rest', () => {
    for (const bad of names) {
      const { calls } = play(names, new Set([bad]));
      expect(calls).toBeLessThanOrEqual(Math.ceil(Math.log2(names.length)) + 3);
    }
  });

  it('finds values by failures that may pass, for one call more', () => {
    fc.assert(
      fc.property(fc.subarray(names), (poisoned) => {
        const played = play(names, new Set(poisoned), { mayPass: true });
        expect(played.blamed).toEqual(poisoned.toSorted());
      }),
    );
    for (const bad of names)
      expect(play(names, new Set([bad]), { mayPass: true }).calls).toBeLessThanOrEqual(
        Math.ceil(Math.log2(names.length)) + 5,
      );
  });

  it('never blames a good value for one outage, whenever it begins', () => {
    fc.assert(
      fc.property(fc.subarray(names), fc.nat({ max: 60 }), (poisoned, from) => {
        // Only the first failure of an outage counts.
        const isOut = (call: number): boolean => call === from;
        const { blamed, isLeadRefused } = play(names, new Set(poisoned), { mayPass: true, isOut });
        if (!isLeadRefused) expect(blamed).toEqual(poisoned.toSorted());
      }),
    );
  });

  it('gives a lead up as a whole only where its key alone is refused', () => {
    const { isLeadRefused, calls } = play(names, new Set(), { isLeadBad: true });
    expect(isLeadRefused).toBe(true);
    expect(calls).toBeLessThanOrEqual(Math.ceil(Math.log2(names.length)) + 2);
  });

  it('sends all again where what was suspected waits no more', () => {
    const pending = [field('Email'), field('Plan')];
    expect(trialOf({ suspects: ['Title', 'Rating'] }, pending)).toEqual(pending);
    expect(
      trialOf(
        { suspects: ['Title'], refusedAlone: { order: order(1), because: 'refused' } },
        pending,
      ),
    ).toEqual(pending);
  });

  it('blames a value for the reason for which it was refused alone, not for what the key said after', () => {
    const alone = afterRefusal({ suspects: ['Plan'] }, [field('Email'), field('Plan')], 'no plan');
    const narrowing = alone.kind === 'narrowed' ? alone.narrowing : undefined;
    expect(narrowing && afterSuccess(narrowing, [field('Email')])).toEqual({
      kind: 'blamed',
      name: 'Plan',
      order: field('Plan').order,
      because: 'no plan',
    });
  });

  it('of a lead with nothing but its key is a refusal of the lead', () => {
    expect(afterRefusal(undefined, [field('Email')], 'refused')).toEqual({ kind: 'lead' });
  });
});
