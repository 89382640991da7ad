import { visitPrefix } from '../digest.ts';
import { newerIn } from '../lead/forget.ts';
import type { LeadId, Mailbox } from '../lead/types.ts';
import type { Clock, DeadVisit, LeadsTable } from '../ports.ts';
import type { Order } from '../segment/order.ts';
import { epochMs } from '../segment/time.ts';
import type { LeadTiming } from '../limits.ts';
import type { Bury } from '../store/bury.ts';
import type { Found } from './forgetPlan.ts';

interface SealPorts {
  readonly table: LeadsTable;
  readonly clock: Clock;
  readonly timing: LeadTiming;
  readonly bury: Bury;
}

/**
 * Empties the dead letters of a user who is deleted; resolves to how many there were. What came into
 * one since the deletion goes on as a dead letter of its own. `isAgain`: the items were written since
 * the first time, and calls in flight know that.
 */
export const createSealLetters = ({ table, clock, timing, bury }: SealPorts) => {
  const seal = async (ids: readonly string[]): Promise<void> => {
    // A call in flight may yet write its dead letter, until its lease ends.
    const until = epochMs(clock.now() + timing.leaseMs);
    await Promise.all(ids.map((id) => table.seal(id, until)));
  };

  return async ({ leads, keys }: Found, order: Order, isAgain = false): Promise<number> => {
    const calls = [...leads].filter(([, { state }]) => isNews(state, order));
    if (!isAgain)
      await seal(calls.flatMap(([lead, { state }]) => lettersOfCall(lead, state?.owner)));
    const items = [...leads.values(), ...keys.values()];
    const tokens = items.flatMap(({ state }) => Object.keys(state?.cookies ?? {}));
    const owners = [...leads.keys(), ...keys.keys()].map((id) => `${id}#`);
    const ids = new Set([
      ...(await table.buried([...owners, ...tokens.map(visitPrefix)])),
      // The index may not know yet of those that the last call left.
      ...calls.flatMap(([lead, { state }]) => lettersOfCall(lead, state?.lastOwner)),
    ]);
    const older = [...(await table.letters([...ids]))].flatMap(([id, letter]) => {
      if ('visit' in letter) return isSince(letter, order) ? [] : [{ id, newer: undefined }];
      const newer = newerIn(letter, order);
      return newer === letter ? [] : [{ id, newer }];
    });
    for (const { newer } of older) if (newer) await bury(newer);
    await seal(older.map(({ id }) => id));
    return older.length;
  };
};

const isSince = ({ visit: { whose } }: DeadVisit, order: Order): boolean =>
  whose !== undefined && whose.order >= order;

/** A call that began after this deletion of its lead is none of its business. */
const isNews = (state: Mailbox | undefined, order: Order): boolean =>
  state !== undefined && (state.deleted === undefined || state.deleted < order);

/** A call's dead letter has at most so many parts: what it carried fits into one mailbox. */
const partsOfCall = [0, 1, 2] as const;

const lettersOfCall = (lead: LeadId, owner: string | undefined): readonly string[] =>
  owner === undefined ? [] : partsOfCall.map((part) => `${lead}#${owner}#${part}`);
