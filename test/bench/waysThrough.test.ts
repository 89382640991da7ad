import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deferral } from '../../bench/deferral.ts';
import { idealAges } from '../../bench/ideal.ts';
import { originalWay } from '../../bench/original.ts';
import { endure } from '../../bench/patience.ts';
import { wholeBatches } from '../../bench/wholeBatches.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

describe('while Marketo is down', () => {
  const down = { from: 1_000, to: 1_000 + hourMs };
  const usual = { down, visibilityMs: 30_000, maxReceiveCount: 1_000, retentionMs: 14 * dayMs };

  test('the original loses an event whose three attempts fall into it', () => {
    const wishes = [0, 500_000, down.to - 500].map((at) => ({ at, lead: `lead at ${at}` }));
    // The last one's first attempt fails and takes the lock, which its others then meet.
    expect(originalWay(wishes, down)).toEqual({ calls: 3, attempts: 7, lost: 2 });
  });

  test('deferral tries each event again until Marketo is back', () => {
    // 10 s before the end: once in vain, and once 20 s after it.
    expect(endure({ ...usual, moments: [0, down.to - 10_000] })).toEqual({
      lost: 0,
      callsInVain: 1,
      callsAtRecovery: 1,
      lastTryMs: 20_000,
    });
  });

  test('deferral loses what it received too often, or kept too long', () => {
    const moments = [down.from];
    expect(endure({ ...usual, moments, maxReceiveCount: 5 })).toMatchObject({
      lost: 1,
      callsInVain: 5,
    });
    const endless = { ...usual, maxReceiveCount: Infinity, down: { from: 0, to: 15 * dayMs } };
    expect(endure({ ...endless, moments: [0, 2 * dayMs] })).toMatchObject({
      lost: 1,
      callsAtRecovery: 1,
    });
  });
});

const lock = { lockMs: 30_000, callMs: 500 };

test('with lock and call alone, no event waits for more than a lock and two calls', () => {
  const moments = fc
    .array(fc.nat(200_000), { maxLength: 12 })
    .map((all) => all.toSorted((a, b) => a - b));
  fc.assert(
    fc.property(moments, (of) => {
      const ages = idealAges(of, lock);
      expect(ages).toHaveLength(of.length);
      const most = lock.lockMs + 2 * lock.callMs;
      for (const age of ages) expect(age >= lock.callMs && age <= most).toBe(true);
    }),
  );
});

test('deferral tells the age of every event and the lateness of every call', () => {
  const { ages, late } = deferral({ ...lock, moments: [0, 700], merges: false });
  // The second hides until the second after the lock's end at 30.5 s: from 0.7 for 30 s.
  expect(ages).toEqual([500, 30_500]);
  expect(late).toEqual([0, 200]);
});

test('a call of lock and call alone carries all that came before its lock ended', () => {
  expect(idealAges([0, 1_000, 29_000, 70_000], lock)).toEqual([500, 30_000, 2_000, 500]);
});

describe('a batch that fails as a whole', () => {
  const options = {
    isPoisoned: (lead: string) => lead === 'poisoned',
    callMs: 500,
    receiveMs: 8,
  };
  const wishes = [
    { at: 0, lead: 'poisoned' },
    { at: 10, lead: 'healthy' },
    { at: 60_000, lead: 'later' },
  ];

  test('makes healthy events wait with the poisoned one in one ordered group', async () => {
    const { ages, lost } = await wholeBatches({ ...options, wishes, isOneGroup: true });
    // Four more tries of the first, 30 s apart, before SQS gives it up.
    expect(lost).toBe(0);
    expect(Math.max(...ages)).toBeGreaterThan(120_000);
  });

  test('costs healthy leads nothing where none is poisoned', async () => {
    const { ages, lost, calls } = await wholeBatches({
      ...options,
      wishes: wishes.slice(1),
      isOneGroup: false,
    });
    expect({ lost, calls }).toEqual({ lost: 0, calls: 2 });
    expect(Math.max(...ages)).toBeLessThan(6_000);
  });
});
