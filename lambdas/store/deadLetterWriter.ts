import { hashOf } from '../digest.ts';
import { partsOf } from '../lead/deadLetterParts.ts';
import type { DeadLetter } from '../lead/leadTypes.ts';
import type { Clock } from '../ports.ts';
import type { LeadsTable } from './leadsTable.ts';
import type { LeadLimits } from '../limits.ts';

interface DeadLetterPorts {
  readonly table: Pick<LeadsTable, 'putDeadLetter'>;
  readonly clock: Clock;
  readonly limits: LeadLimits;
}

export type PutDeadLetter = ReturnType<typeof createDeadLetterWriter>;

/**
 * Writes dead letters, named by their content: the same again is the same one. To be called before the
 * write that gives the content up: should that write lose its race to a deletion, the erasure finds the
 * letter when it looks the second time.
 */
export const createDeadLetterWriter =
  ({ table, clock, limits }: DeadLetterPorts) =>
  async (deadLetter: DeadLetter): Promise<void> => {
    for (const part of partsOf(deadLetter, limits.itemBytes))
      await table.putDeadLetter(deadLetterIdOf(part), part, clock.now());
  };

/** Begins with whose it is, so that it is found when they are deleted. */
export const deadLetterIdOf = (deadLetter: DeadLetter): string =>
  `${deadLetter.lead ?? deadLetter.key ?? ''}#${hashOf(JSON.stringify(deadLetter))}`;
