import type { NormalizedEvent } from '../lead/absorb.ts';
import { userDeleted } from '../lead/erasure.ts';
import { withoutConsent } from '../segment/consent.ts';
import type { LeadId } from '../lead/leadTypes.ts';
import type { OwnedVisit, VisitOwner } from '../store/leadsTable.ts';
import type { SequenceKey } from '../segment/order.ts';
import type { Store } from '../store/leadStore.ts';

/** Whose the visit of an event is, which was found to be this lead's, or nobody's yet. */
export const ownersOf = (
  { order, keys }: NormalizedEvent,
  lead: LeadId | undefined,
): VisitOwner => {
  const { userId, cookie, anonymousId } = keys;
  // A device may be somebody else's, so where a lead is known it decides.
  const named = lead === undefined ? [userId, cookie, anonymousId] : [userId];
  return {
    order,
    keys: named.filter((key) => key !== undefined),
    seenWith: [userId, cookie, anonymousId].filter((key) => key !== undefined),
    ...(lead !== undefined && { lead }),
  };
};

/** Why a visit that waits goes nowhere any more. */
export type VisitEnd = typeof userDeleted | typeof withoutConsent;

/**
 * Finds those of some visits whose users were deleted, or refused consent, since they happened, and says
 * which. Rejects when the table fails.
 */
export const createEndsOf =
  ({ keys, leads }: Pick<Store, 'keys' | 'leads'>) =>
  async (visits: readonly OwnedVisit[]): Promise<ReadonlyMap<OwnedVisit, VisitEnd>> => {
    const whose = visits.flatMap((visit) => visit.whose ?? []);
    const [byKey, byLead] = await Promise.all([
      keys(whose.flatMap((one) => [...one.keys, ...(one.seenWith ?? [])])),
      leads(whose.flatMap(({ lead }) => lead ?? [])),
    ]);
    const isDeleted = ({ order, lead, keys: named }: VisitOwner): boolean => {
      const deletions: readonly (SequenceKey | undefined)[] = [
        lead && byLead.get(lead)?.state?.deleted,
        ...named.map((key) => byKey.get(key)?.state?.deleted),
      ];
      return deletions.some((deleted) => deleted !== undefined && order < deleted);
    };
    const isWithdrawn = ({ order, lead, keys: named, seenWith = named }: VisitOwner): boolean => {
      const refusals: readonly (SequenceKey | undefined)[] = [
        lead && byLead.get(lead)?.state?.withdrawn,
        ...seenWith.map((key) => byKey.get(key)?.state?.withdrawn),
      ];
      return refusals.some((withdrawn) => withdrawn !== undefined && order < withdrawn);
    };
    return new Map(
      visits.flatMap((visit): readonly (readonly [OwnedVisit, VisitEnd])[] => {
        if (visit.whose === undefined) return [];
        if (isDeleted(visit.whose)) return [[visit, userDeleted]];
        return isWithdrawn(visit.whose) ? [[visit, withoutConsent]] : [];
      }),
    );
  };
