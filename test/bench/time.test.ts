import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createVirtualTime } from '../../bench/time.ts';

test('sleepers wake in the order of their time, and the clock says that time', async () => {
  const time = createVirtualTime(1_000);
  const woken: string[] = [];
  const lie = async (name: string, ms: number): Promise<void> => {
    await time.sleep(ms);
    woken.push(`${name} at ${time.now()}`);
  };
  void lie('late', 50);
  void lie('early', 20);
  void lie('too late', 101);
  await time.runUntil(1_100);
  expect(woken).toEqual(['early at 1020', 'late at 1050']);
  expect(time.now()).toBe(1_100);
});

test('the clock stands still while something real goes on, and passes while that calls back', async () => {
  const time = createVirtualTime(0);
  const seen: number[] = [];
  const real = async (): Promise<void> => {
    await setImmediate();
    await setImmediate();
    seen.push(time.now());
    await time.inside(() => time.sleep(500));
    await setImmediate();
    seen.push(time.now());
  };
  void time.sleep(10).then(() => time.outside(real));
  void time.sleep(20).then(() => seen.push(time.now()));
  await time.runUntil(1_000);
  expect(seen).toEqual([10, 20, 510]);
});

test('real work goes on one after the other, in the order in which it was asked for', async () => {
  const time = createVirtualTime(0);
  const seen: string[] = [];
  const work = (name: string, turns: number) => async (): Promise<void> => {
    seen.push(`${name} begins`);
    for (let turn = 0; turn < turns; turn += 1) await setImmediate();
    seen.push(`${name} ends`);
  };
  void time.outside(work('slow', 5));
  void time.outside(work('quick', 0));
  await time.runUntil(1);
  expect(seen).toEqual(['slow begins', 'slow ends', 'quick begins', 'quick ends']);
});

test('an alarm rings at its time', async () => {
  const time = createVirtualTime(0);
  let next: number | undefined = 30;
  const rung: number[] = [];
  time.watch({
    next: () => next,
    ring: () => {
      rung.push(time.now());
      next = next === 30 ? 45 : undefined;
    },
  });
  await time.runUntil(100);
  expect(rung).toEqual([30, 45]);
});
