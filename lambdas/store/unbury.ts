import { partsOf } from '../lead/deadLetters.ts';
import { newerIn } from '../lead/forget.ts';
import type { DeadLetter } from '../lead/types.ts';
import type { Clock, LeadsTable } from '../ports.ts';
import type { Order } from '../segment/order.ts';
import { epochMs } from '../segment/time.ts';
import type { LeadLimits, LeadTiming } from '../limits.ts';
import { letterIdOf } from './bury.ts';
import type { Store } from './leadStore.ts';

interface UnburyPorts {
  readonly table: LeadsTable;
  readonly store: Pick<Store, 'leads' | 'keys'>;
  readonly clock: Clock;
  readonly limits: LeadLimits;
  readonly timing: Pick<LeadTiming, 'leaseMs'>;
}

/**
 * Empties a dead letter whose user was deleted while it was written. To be called where the write
 * that gives its content up lost its race: the deletion may have looked for dead letters right before
 * this one came. What is newer than the deletion is still in the item.
 */
export const createUnbury = ({ table, store, clock, limits, timing }: UnburyPorts) => {
  const deletionOf = async ({ lead, key }: DeadLetter): Promise<Order | undefined> => {
    if (lead !== undefined) return (await store.leads([lead])).get(lead)?.state?.deleted;
    return key && (await store.keys([key])).get(key)?.state?.deleted;
  };

  return async (letter: DeadLetter): Promise<void> => {
    const deleted = await deletionOf(letter);
    if (deleted === undefined || newerIn(letter, deleted) === letter) return;
    const until = epochMs(clock.now() + timing.leaseMs);
    for (const part of partsOf(letter, limits.itemBytes)) await table.seal(letterIdOf(part), until);
  };
};
