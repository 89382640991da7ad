import { expect, test } from 'vitest';
import { createFaults } from '../../../bench/soak/faults.ts';
import { createSimulator } from '../../../simulator/simulator.ts';
import { createDice } from '../../simulation/dice.ts';

const simulatorWithVisits = () => {
  const simulator = createSimulator({
    clock: { now: () => 0 },
    munchkinId: '000-AAA-000',
    credentials: { userId: 'soak_user', encryptionKey: 'soak_key' },
  });
  const visit = { url: '', path: '/', query: null, name: null, referrer: null, token: '_mch-a' };
  const visits = async (count: number): Promise<void> => {
    for (let made = 0; made < count; made += 1) await simulator.visit(visit).catch(() => undefined);
  };
  return { simulator, visits };
};

test('a share of the visits that came makes later ones fail', async () => {
  const { simulator, visits } = simulatorWithVisits();
  await visits(50);
  const faults = createFaults(simulator, 0.05, createDice(1));
  faults.throw();
  // What came before the soak began asks for nothing.
  expect(faults.injected()).toBe(0);
  await visits(1_000);
  faults.throw();
  expect(faults.injected()).toBeGreaterThan(25);
  expect(faults.injected()).toBeLessThan(80);
  expect(simulator.faults()).toHaveLength(faults.injected());
  await visits(100);
  expect(simulator.faults()).toEqual([]);
});

test('each visit is looked at once', async () => {
  const { simulator, visits } = simulatorWithVisits();
  const faults = createFaults(simulator, 1, createDice(1));
  await visits(3);
  faults.throw();
  faults.throw();
  expect(faults.injected()).toBe(3);
});
