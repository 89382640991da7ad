import { messageHashOf } from '../segment/order.ts';
import type { EpochMs } from '../segment/time.ts';
import type { Activities, Activity, ActivityBox, Mailbox } from './leadTypes.ts';

/** What became of an activity that comes: it waits now, or its message came before and is done. */
export type ActivityOutcome = 'absorbed' | 'unchanged';

interface AbsorbedActivities {
  readonly pending: Activities;
  /** In the order in which they came. */
  readonly outcomes: readonly ActivityOutcome[];
  /** Those that did not wait here before. */
  readonly added: readonly Activity[];
}

export const keyOf = ({ order }: Activity): string => messageHashOf(order);

/** Of two copies of one message, the earlier one says when it happened. */
const earlier = (current: Activity | undefined, incoming: Activity): Activity => {
  if (current === undefined) return incoming;
  if (current.order <= incoming.order) return current;
  return current.attempts === undefined ? incoming : { ...incoming, attempts: current.attempts };
};

/**
 * Adds activities to those that wait. Commutative, associative and idempotent in what waits: one
 * message is one activity, and one that is `done` never waits again.
 */
export const absorbActivities = (
  waiting: Activities,
  incoming: readonly Activity[],
  done: readonly string[] = [],
): AbsorbedActivities => {
  const isDone = new Set(done);
  const next = new Map(Object.entries(waiting));
  const added: Activity[] = [];
  const outcomes = incoming.map((one): ActivityOutcome => {
    const key = keyOf(one);
    if (isDone.has(key)) return 'unchanged';
    const current = next.get(key);
    if (current === undefined) added.push(one);
    next.set(key, earlier(current, one));
    return 'absorbed';
  });
  return { pending: Object.fromEntries(next), outcomes, added };
};

/** The mailbox with these activities waiting; the same where that changes nothing. */
export const withActivities = (mailbox: Mailbox, pending: Activities): Mailbox => {
  const { activities } = mailbox;
  if (activities === undefined && Object.keys(pending).length === 0) return mailbox;
  return { ...mailbox, activities: { done: [], ...activities, pending } };
};

export const hasActivities = (activities: Activities | undefined): boolean =>
  activities !== undefined && Object.keys(activities).length > 0;

/** Activities in the order of their events. */
export const inOrder = (activities: Activities | undefined): readonly Activity[] =>
  Object.values(activities ?? {}).sort((a, b) => (a.order < b.order ? -1 : 1));

/**
 * What a call may take along at this time (absent: when they may go at all), and how many of them at
 * most; nothing while they back off. The earliest go first, but those that failed go last: none
 * stands in the way of the others.
 */
export const readyActivities = (
  { activities }: Mailbox,
  at: EpochMs | undefined,
): { readonly ready: readonly Activity[]; readonly most?: number } => {
  const { pending, retryAt, most }: Partial<ActivityBox> = activities ?? {};
  if ((retryAt ?? 0) > (at ?? Infinity)) return { ready: [] };
  const ready = inOrder(pending).toSorted((a, b) => (a.attempts ?? 0) - (b.attempts ?? 0));
  return { ready, ...(most !== undefined && { most }) };
};
