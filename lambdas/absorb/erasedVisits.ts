import type { Arrival } from '../lead/absorb.ts';
import type { LeadId } from '../lead/types.ts';
import type { OwnedVisit, Whose } from '../ports.ts';
import type { Order } from '../segment/order.ts';
import type { Store } from '../store/leadStore.ts';

/** Whose the visit of an event is, which was found to be this lead's, or nobody's yet. */
export const whoseOf = ({ order, keys }: Arrival, lead: LeadId | undefined): Whose => {
  const { userId, cookie, anonymousId } = keys;
  // A device may be somebody else's, so where a lead is known it decides.
  const named = lead === undefined ? [userId, cookie, anonymousId] : [userId];
  return {
    order,
    keys: named.filter((key) => key !== undefined),
    ...(lead !== undefined && { lead }),
  };
};

/** Tells those of some visits apart whose users were deleted since. Rejects when the table fails. */
export const createOfDeleted =
  ({ keys, leads }: Pick<Store, 'keys' | 'leads'>) =>
  async (visits: readonly OwnedVisit[]): Promise<ReadonlySet<OwnedVisit>> => {
    const whose = visits.flatMap((visit) => visit.whose ?? []);
    const [byKey, byLead] = await Promise.all([
      keys(whose.flatMap((one) => one.keys)),
      leads(whose.flatMap(({ lead }) => lead ?? [])),
    ]);
    const isDeleted = ({ order, lead, keys: named }: Whose): boolean => {
      const deletions: readonly (Order | undefined)[] = [
        lead && byLead.get(lead)?.state?.deleted,
        ...named.map((key) => byKey.get(key)?.state?.deleted),
      ];
      return deletions.some((deleted) => deleted !== undefined && order < deleted);
    };
    return new Set(visits.filter((visit) => visit.whose && isDeleted(visit.whose)));
  };
