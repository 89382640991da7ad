import { describe, expect, test } from 'vitest';
import { ages, lateness, percentile, spreadOf } from '../../bench/lateness.ts';
import type { MadeCall } from '../../bench/marketo.ts';
import type { Happening } from '../../bench/workload.ts';
import { emailOf } from '../../bench/workload.ts';
import type { LeadId } from '../../lambdas/lead/leadTypes.ts';

const startedAt = 1_000_000;
const rules = { startedAt, lockMs: 32_000 };
const news = (at: number, who = 1): Happening => ({ at, who, message: {}, isNews: true });
/** A call of half a second that tells the lead's first so many changes. */
const call = (at: number, logins: number, who = 1): MadeCall => ({
  startedAt: startedAt + at,
  endedAt: startedAt + at + 500,
  updates: [
    {
      lead: `lead-${who}` as LeadId,
      email: emailOf(who),
      fields: logins > 0 ? [{ name: 'Logins', value: logins }] : [],
    },
  ],
  answer: { each: [{ kind: 'synced' }] },
});

describe('how late a call is', () => {
  test('counts from the first news that it tells', () => {
    expect(lateness([news(100), news(900)], [call(1_500, 2)], rules)).toEqual([1_400]);
  });

  test('counts from the end of the lock where that is later', () => {
    const calls = [call(200, 1), call(33_000, 2)];
    // The first call ended at 700, the lock at 32,700.
    expect(lateness([news(100), news(900)], calls, rules)).toEqual([100, 300]);
  });

  test('counts from the news where that came after the lock', () => {
    const calls = [call(200, 1), call(60_000, 2)];
    expect(lateness([news(100), news(50_000)], calls, rules)).toEqual([100, 10_000]);
  });

  test('is not told by calls without news, whose lock counts all the same', () => {
    const calls = [call(200, 1), call(40_000, 0), call(73_000, 2)];
    expect(lateness([news(100), news(39_999)], calls, rules)).toEqual([100, 500]);
  });
});

describe('the age of news', () => {
  test('counts from its event to the end of the call that told it', () => {
    const calls = [call(1_500, 2), call(40_000, 3)];
    expect(
      ages([news(100), news(900), news(39_000)], calls, startedAt).map(({ age }) => age),
    ).toEqual([1_900, 1_100, 1_500]);
  });

  test('is not known where a call was refused: a later one tells it', () => {
    const refused: MadeCall = {
      ...call(1_500, 1),
      answer: { whole: { kind: 'refused', because: 'no' } },
    };
    expect(ages([news(100)], [refused], startedAt)).toEqual([]);
    expect(ages([news(100)], [refused, call(40_000, 1)], startedAt)).toEqual([
      { email: emailOf(1), age: 40_400 },
    ]);
  });
});

test('a refused call tells nothing, and its lock counts all the same', () => {
  const refused: MadeCall = {
    ...call(200, 1),
    answer: { each: [{ kind: 'refused', because: 'no' }] },
  };
  expect(lateness([news(100)], [refused, call(33_000, 1)], rules)).toEqual([300]);
});

test('leads that the question is not about do not count', () => {
  expect(lateness([news(100)], [call(300, 1), call(400, 1, 2)], rules)).toEqual([200]);
});

test('news that was never told is an error', () => {
  expect(() => lateness([news(100), news(200)], [call(150, 1)], rules)).toThrow('never told');
});

test('a call within the lock is an error', () => {
  const calls = [call(200, 1), call(32_600, 2)];
  expect(() => lateness([news(100), news(900)], calls, rules)).toThrow('before its lock ended');
});

test('percentiles are values that occurred', () => {
  const values = Array.from({ length: 100 }, (_, index) => index + 1);
  expect([0.5, 0.99, 1].map((share) => percentile(values, share))).toEqual([50, 99, 100]);
  expect(percentile([], 0.5)).toBe(0);
  expect(spreadOf([3, 1, 2])).toEqual({ p50: 2, p99: 3, max: 3 });
});
