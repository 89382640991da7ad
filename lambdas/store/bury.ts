import { hashOf } from '../digest.ts';
import { partsOf } from '../lead/deadLetters.ts';
import type { DeadLetter } from '../lead/types.ts';
import type { Clock, LeadsTable } from '../ports.ts';
import type { LeadLimits } from '../limits.ts';

interface BuryPorts {
  readonly table: LeadsTable;
  readonly clock: Clock;
  readonly limits: LeadLimits;
}

export type Bury = ReturnType<typeof createBury>;

/** Writes dead letters, named by their content: the same again is the same one. */
export const createBury =
  ({ table, clock, limits }: BuryPorts) =>
  async (letter: DeadLetter): Promise<void> => {
    for (const part of partsOf(letter, limits.itemBytes))
      await table.bury(letterIdOf(part), part, clock.now());
  };

/** Begins with whose it is, so that it is found when they are deleted. */
export const letterIdOf = (letter: DeadLetter): string =>
  `${letter.lead ?? letter.key ?? ''}#${hashOf(JSON.stringify(letter))}`;
