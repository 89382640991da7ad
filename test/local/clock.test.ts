import { expect, onTestFinished, test, vi } from 'vitest';
import { createForwardClock } from '../../local/clock.ts';
import { functionOf } from './support.ts';

test('setting the clock forward rings what has become due, and only that', async () => {
  const clock = createForwardClock();
  const rung: string[] = [];
  const start = clock.now();
  clock.alarm(start + 60_000, () => rung.push('minute'));
  onTestFinished(clock.alarm(start + 3_600_000, () => rung.push('hour')));
  const cancel = clock.alarm(start + 1_000, () => rung.push('cancelled'));
  cancel();
  clock.advance(60_000);
  await vi.waitFor(() => {
    expect(rung).toEqual(['minute']);
  });
  expect(clock.now() - start).toBeGreaterThanOrEqual(60_000);
});

test('a function lives in the time of the clock, its timeout excepted', async () => {
  const clock = createForwardClock();
  const fn = functionOf(
    `exports.handler = async (event, context) =>
       [Date.now(), new Date().getTime(), new Date(5).getTime(), new Date() instanceof Date, context.getRemainingTimeInMillis()];`,
    { ahead: clock.ahead },
  );
  const ask = async (): Promise<unknown[]> => {
    const outcome = await fn.invoke({});
    return JSON.parse('result' in outcome ? (outcome.result ?? '') : '') as unknown[];
  };
  await ask();
  clock.advance(86_400_000);
  const [now, fresh, given, isDate, left] = await ask();
  for (const time of [now, fresh]) expect(Math.abs(Number(time) - clock.now())).toBeLessThan(5_000);
  expect([given, isDate]).toEqual([5, true]);
  expect(left).toBeGreaterThan(5_000);
});
