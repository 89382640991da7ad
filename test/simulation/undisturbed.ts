import type { Character } from './character.ts';
import type { Rates } from './faults.ts';

/** Faults that the schedule has to bear without anybody noticing. */
const borne: readonly (keyof Rates)[] = [
  'lostTicks',
  'staleIndexes',
  'unprocessedKeys',
  'duplicates',
  'visitFailures',
  'otherWrites',
];

/** Whether nothing happens but what the schedule has to bear. */
export const isUndisturbed = ({ down, isQuotaShort, rates }: Character): boolean =>
  down === undefined &&
  !isQuotaShort &&
  Object.entries(rates).every(([name, rate]) => rate === 0 || borne.some((one) => one === name));
