import { expect, test } from 'vitest';
import { ManualClock, systemClock } from '../../../local/sqs/clock.ts';

test("the machine's clock rings at its time, and not when the alarm is cancelled", async () => {
  const rung: string[] = [];
  const now = systemClock.now();
  const cancel = systemClock.alarm(now + 1, () => rung.push('cancelled'));
  cancel();
  await new Promise<void>((resolve) => {
    systemClock.alarm(now + 3, () => {
      rung.push('rung');
      resolve();
    });
  });
  expect(rung).toEqual(['rung']);
});

test('a manual clock rings in the order of time, each alarm at its own time', () => {
  const clock = new ManualClock(100);
  const rung: [string, number][] = [];
  const note = (name: string) => () => rung.push([name, clock.now()]);
  clock.alarm(130, note('late'));
  clock.alarm(110, () => {
    note('early')();
    clock.alarm(120, note('set by early'));
  });
  clock.alarm(140, note('not yet'));
  clock.advance(35);
  expect(rung).toEqual([
    ['early', 110],
    ['set by early', 120],
    ['late', 130],
  ]);
  expect(clock.now()).toBe(135);
  expect(clock.alarms).toEqual([140]);
});
