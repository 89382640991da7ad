import type { FaultRequest } from '../../simulator/faults.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import type { Dice } from '../../test/simulation/dice.ts';

/** None of these gives a lead up, so in the end Marketo has to know everything. */
const ofCalls: readonly FaultRequest[] = [
  { target: 'rest', status: 503 },
  { target: 'rest', drop: true },
  { target: 'rest', drop: true, after: true },
  { target: 'rest', delayMs: 2_000 },
  { target: 'rest', code: '602' },
  { target: 'rest', code: '604' },
  { target: 'rest', code: '606' },
];
const ofVisits: readonly FaultRequest[] = [
  { target: 'munchkin', status: 503 },
  { target: 'munchkin', drop: true },
];

/** Makes a share of Marketo's calls and visits fail: for each that came, perhaps the next one of its kind. */
export const createFaults = (simulator: Simulator, share: number, dice: Dice) => {
  const kinds = [
    { faults: ofCalls, count: () => simulator.calls().length },
    { faults: ofVisits, count: () => simulator.visits().length },
  ];
  const seen = kinds.map(({ count }) => count());
  let injected = 0;

  return {
    /** Looks at what came since the last time. */
    throw: (): void => {
      for (const [index, { faults, count }] of kinds.entries()) {
        const now = count();
        for (let came = seen[index] ?? now; came < now; came += 1) {
          const fault = faults[dice.whole(faults.length)];
          if (!dice.chance(share) || fault === undefined) continue;
          simulator.inject(fault);
          injected += 1;
        }
        seen[index] = now;
      }
    },
    injected: () => injected,
  };
};
