import { readyActivities } from '../lead/activities.ts';
import { isById } from '../lead/lock.ts';
import { pendingCookie } from '../lead/mailbox.ts';
import { partedPartition } from '../lead/partition.ts';
import { readyRelations } from '../lead/relationsReady.ts';
import { leadFieldsIn } from '../lead/relations.ts';
import { valuesOf } from '../lead/registers.ts';
import type { LeadId, Mailbox } from '../lead/leadTypes.ts';
import { without } from '../lead/without.ts';
import { tickTiming } from '../limits.ts';
import type { Update } from '../marketo/marketoTypes.ts';
import type { MarketoLeads } from '../marketo/marketoPorts.ts';
import type { EpochMs } from '../segment/time.ts';
import type { Loaded } from '../store/leadStore.ts';

/** A lead that may go into a call now, as it was read. */
export interface ReadyLead {
  readonly lead: LeadId;
  readonly loaded: Loaded<Mailbox> & { readonly state: Mailbox };
}

/** What may go now. */
export interface Ready {
  readonly ready: readonly ReadyLead[];
  /** Lanes in which more leads are ready. */
  readonly hasMore: Readonly<Record<'fields' | 'rest', boolean>>;
}

/** A call that may go next. */
export interface PlannedCall {
  readonly updates: readonly Update[];
  readonly bringsFields: boolean;
  /** More of its kind is ready than it carries: gathering would not make it carry more. */
  readonly isFull: boolean;
}

/**
 * The next call that brings fields and the next that brings none, each the first of its kind: while
 * the one waits for a permit, the other may have one. Fields go first, unless the rest has waited for
 * so much longer.
 */
export const planNext = (
  marketo: Pick<MarketoLeads, 'plan'>,
  { ready, hasMore }: Ready,
  now: EpochMs,
): readonly PlannedCall[] => {
  const calls = marketo.plan(ready.map((one) => updateOf(one, now)));
  const kinds = Map.groupBy(calls, (updates) => !updates.every(bringsNoFields));
  const nextAt = new Map(ready.map(({ lead, loaded }) => [lead, loaded.entry?.nextAt ?? now]));
  const rank = ({ updates, bringsFields }: PlannedCall): number =>
    Math.min(...updates.map(({ lead }) => nextAt.get(lead) ?? now)) +
    (bringsFields ? 0 : tickTiming.restPatienceMs);
  return [...kinds]
    .flatMap(([bringsFields, [updates, ...others]]): PlannedCall[] => {
      if (updates === undefined) return [];
      const isFull = others.length > 0 || hasMore[bringsFields ? 'fields' : 'rest'];
      return [{ updates, bringsFields, isFull }];
    })
    .sort((a, b) => rank(a) - rank(b));
};

/** Only cookies, activities or relations of a lead that Marketo has. */
const bringsNoFields = ({ fields, marketoId, company }: Update): boolean =>
  fields.length === 0 && (marketoId ?? company) !== undefined;

/** The same with its relations and nothing else. */
export const relationsOf = (one: ReadyLead, now: EpochMs): Update =>
  without(updateOf(one, now), 'cookie', 'activities');

/** What a lead has to say, for the plan of calls. */
const updateOf = ({ lead, loaded: { state } }: ReadyLead, now: EpochMs): Update => {
  const cookie = pendingCookie(state);
  const { ready, most: max } = readyActivities(state, now);
  const relations = readyRelations(state, now);
  const { marketoId, callMost } = state;
  return {
    lead,
    email: state.address.text,
    ...partedPartition(valuesOf(leadFieldsIn(state.fields))),
    ...(state.formerEmails && { formerEmails: state.formerEmails }),
    ...(state.company !== undefined && { company: state.company }),
    ...(state.lookup && { lookupValue: state.lookup.text }),
    ...(cookie !== undefined && { cookie }),
    ...(ready.length > 0 && { activities: ready }),
    ...(relations.length > 0 && { relations }),
    ...(marketoId !== undefined && { marketoId }),
    ...(isById(state) && { byId: true as const }),
    ...(callMost !== undefined && { callMost }),
    ...(max !== undefined && { maxActivitiesPerRequest: max }),
    ...(state.pause?.most !== undefined && { maxRelationsPerRequest: state.pause.most }),
  };
};
