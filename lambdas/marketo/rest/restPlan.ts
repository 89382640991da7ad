import { marketoLimits, restLimits } from '../../limits.ts';
import { without } from '../../lead/without.ts';
import type { Update } from '../marketoTypes.ts';
import type { RequestShare } from './planActivities.ts';
import { emptyLoad, hasRoom, loaded, requestShareOf } from './planActivities.ts';
import { groupOf } from './relations/kinds.ts';
import { relationCalls, withWorthwhileRelations } from './planRelations.ts';
import type { LeadRules } from './leadRules.ts';
import { defaultRules } from './leadRules.ts';
import {
  hasOnlyRelations,
  lookupOf,
  needsNoRecord,
  partitionOf,
  recordText,
  requestKeyOf,
  upsertBody,
} from './record.ts';

interface PlanOptions {
  readonly rules?: LeadRules;
  /** How many requests for cookies one call may make, one for activities included; at least 1. */
  readonly cookiesPerCall?: number;
}

interface Waiting {
  readonly update: Update;
  readonly index: number;
  readonly most: number;
  /** Of the record, with the comma before the next. */
  readonly bytes: number;
  /** Without its cookie and activities there would be nothing to send. */
  readonly needsSecondary: boolean;
  /** What its activities take of a request. */
  readonly load: RequestShare;
}

interface OpenCall {
  readonly members: Waiting[];
  readonly most: number;
  bytesLeft: number;
  /** Requests beside the one for records. */
  secondaryLeft: number;
  activities: RequestShare;
}

/** Requests that the call makes more with these activities. */
const requestsFor = ({ activities }: OpenCall, { load }: Waiting): number =>
  load.count > 0 && activities.count === 0 ? 1 : 0;

const secondaryOf = (call: OpenCall, one: Waiting): number =>
  (one.update.cookie === undefined ? 0 : 1) + requestsFor(call, one);

const fits = (call: OpenCall, one: Waiting): boolean =>
  call.members.length < call.most &&
  one.bytes <= call.bytesLeft &&
  (!one.needsSecondary ||
    (secondaryOf(call, one) <= call.secondaryLeft && hasRoom(call.activities, one.load)));

/**
 * First fit, smallest limit first: the lead with the smallest `callMost` opens a call and shares it
 * with those of the next smallest, which no other call could use better.
 */
const pack = (waiting: readonly Waiting[], bytes: number, secondary: number): OpenCall[] => {
  const calls: OpenCall[] = [];
  for (const one of waiting.toSorted((a, b) => a.most - b.most || a.index - b.index)) {
    let call = calls.find((open) => fits(open, one));
    if (!call) {
      const { most: max } = one;
      call = {
        members: [],
        most: max,
        bytesLeft: bytes,
        secondaryLeft: secondary,
        activities: emptyLoad,
      };
      calls.push(call);
    }
    call.members.push(one);
    call.bytesLeft -= one.bytes;
    if (!one.needsSecondary) continue;
    call.secondaryLeft -= secondaryOf(call, one);
    call.activities = loaded(call.activities, one.load);
  }
  return calls;
};

/** The call in the given order; what goes beside records beyond its share waits for another call. */
const closed = (call: OpenCall): readonly Waiting[] => {
  const inOrder = call.members.sort((a, b) => a.index - b.index);
  // One request takes many activities, so they come before cookies.
  const withActivities = inOrder.map((one) => {
    if (one.needsSecondary || one.load.count === 0) return one;
    if (requestsFor(call, one) > call.secondaryLeft || !hasRoom(call.activities, one.load))
      return { ...one, update: without(one.update, 'activities') };
    call.secondaryLeft -= requestsFor(call, one);
    call.activities = loaded(call.activities, one.load);
    return one;
  });
  const related = withWorthwhileRelations(
    withActivities.map(({ update }) => update),
    call.secondaryLeft,
  );
  call.secondaryLeft -= new Set(
    related.flatMap(({ relations = [] }) => relations.map((one) => groupOf(one)?.group)),
  ).size;
  const withRelations = withActivities.map((one, at) => ({
    ...one,
    update: related[at] ?? one.update,
  }));
  return withRelations.map((one) => {
    if (one.needsSecondary || one.update.cookie === undefined) return one;
    if (call.secondaryLeft > 0) {
      call.secondaryLeft -= 1;
      return one;
    }
    return { ...one, update: without(one.update, 'cookie') };
  });
};

/** Nothing of it is written with a record: it is one more request of the call that takes it along. */
const isSecondary = (update: Update): boolean =>
  update.fields.length === 0 && (update.cookie !== undefined || update.activities !== undefined);

/** Fields go first: a backlog of cookies or activities must not delay them. */
const canWait = (call: readonly Waiting[]): number =>
  call.every(({ needsSecondary }) => needsSecondary) ? 1 : 0;

/**
 * Splits updates into few calls and few requests: ≤ 300 leads and ≤ 1 MB a call, no call larger than
 * any of its leads' `callMost`, and ≤ 4 requests for cookies and activities, of which one carries
 * ≤ 300 activities and ≤ 1 MB. Leads that Marketo has and that only have a cookie or activities to
 * tell go in calls of their own, which need no upsert, and so do those that another field finds, and those
 * that only have relations to tell. What has no room in its call waits.
 */
export const planRestCalls = (
  updates: readonly Update[],
  { rules = defaultRules, cookiesPerCall = restLimits.cookiesPerCall }: PlanOptions = {},
): readonly (readonly Update[])[] => {
  const { lookupField } = rules;
  const isAlone = new Set(updates.filter(hasOnlyRelations));
  const packed = updates.filter((one) => !isAlone.has(one));
  const waiting = packed.map((given, index): Waiting => {
    const { update, load } = requestShareOf(given);
    const { callMost = marketoLimits.leadsPerCall } = update;
    return {
      update,
      index,
      most: Math.max(1, Math.min(callMost, marketoLimits.leadsPerCall)),
      bytes: needsNoRecord(update)
        ? 0
        : Buffer.byteLength(recordText(update, lookupOf(update, lookupField))) + 1,
      needsSecondary: isSecondary(update),
      load,
    };
  });
  const partitions = new Set(packed.map((one) => partitionOf(one, rules)));
  const frames = [lookupField, 'email'].flatMap((lookup) =>
    [...partitions, rules.partition].map((partition) =>
      Buffer.byteLength(upsertBody([], { lookup, rules: { ...rules, partition } })),
    ),
  );
  const bytes = restLimits.bodyBytes - Math.max(...frames) + 1;
  // A request names one field to find its leads by, and one partition.
  const kinds = Map.groupBy(waiting, ({ update }) =>
    needsNoRecord(update) ? 'no record' : JSON.stringify(requestKeyOf(update, rules)),
  );
  const calls = [...kinds.values()]
    .flatMap((one) => pack(one, bytes, cookiesPerCall))
    .map(closed)
    .sort((a, b) => canWait(a) - canWait(b) || (a[0]?.index ?? 0) - (b[0]?.index ?? 0))
    .map((call) => call.map(({ update }) => update));
  return [...calls, ...relationCalls([...isAlone], cookiesPerCall)];
};
