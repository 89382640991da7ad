import { epochMs } from '../segment/time.ts';
import { hasActivities, keyOf } from './activities.ts';
import { backoffMs } from './backoff.ts';
import { forgotten } from './carried.ts';
import type { Activity, ActivityBox, DeadLetter, Mailbox } from './types.ts';
import type { ActivityVerdict, SettleContext, Settled } from './verdicts.ts';

/** Why an activity is refused that was mapped for another lead API. */
const noActivities = 'the lead API in use takes no custom activities';

/** What an answer makes of one activity. */
type Fate = 'added' | 'stays' | 'backs off' | 'halves' | { readonly refused: string };

const isShared = (verdict: ActivityVerdict): boolean => 'shared' in verdict && verdict.shared > 1;

const fateOf = ({ attempts = 0 }: Activity, verdict: ActivityVerdict): Fate => {
  if (verdict.kind === 'added') return 'added';
  if (verdict.kind === 'pending') return 'stays';
  if (verdict.kind === 'refused')
    return isShared(verdict) ? 'halves' : { refused: verdict.because };
  if (verdict.attempts === undefined) return 'backs off';
  if (isShared(verdict)) return 'halves';
  return attempts + 1 < verdict.attempts ? 'backs off' : { refused: verdict.because };
};

interface Told {
  readonly activity: Activity;
  readonly verdict: ActivityVerdict;
  readonly fate: Fate;
}

/** Whether the answer was about this activity and no other. */
const isOwn = ({ fate, verdict }: Told): boolean =>
  typeof fate === 'object' || fate === 'added' || (fate === 'backs off' && !isShared(verdict));

/** The activity as it goes on waiting, or nothing when it has found its end. */
const remaining = (told: Told): Activity | undefined => {
  const { activity, fate } = told;
  if (fate === 'added' || typeof fate === 'object') return undefined;
  return isOwn(told) ? { ...activity, attempts: (activity.attempts ?? 0) + 1 } : activity;
};

const pauseAfter = (
  { attempts = 0 }: ActivityBox,
  told: readonly Told[],
  { now, random, timing }: SettleContext,
): Pick<ActivityBox, 'attempts' | 'retryAt'> => {
  if (!told.some(({ fate }) => fate === 'backs off')) return {};
  const limits = { firstMs: timing.backoffFirstMs, longestMs: timing.backoffLongestMs };
  const retryAt = epochMs(now + backoffMs(attempts, random, limits));
  return { attempts: attempts + 1, retryAt };
};

/** Halved, until an answer speaks of a single activity; that ends it. */
const mostAfter = ({ most }: ActivityBox, told: readonly Told[]): Pick<ActivityBox, 'most'> => {
  const shared = told.flatMap(({ fate, verdict }) =>
    fate === 'halves' && 'shared' in verdict ? [verdict.shared ?? 1] : [],
  );
  if (shared.length > 0) return { most: Math.ceil(Math.min(...shared) / 2) };
  return most === undefined || told.some(isOwn) ? {} : { most };
};

const lettersOf = (told: readonly Told[], { lead }: SettleContext): readonly DeadLetter[] => {
  const refused = told.flatMap(({ activity, fate }) =>
    typeof fate === 'object' ? [{ activity, because: fate.refused }] : [],
  );
  return [...Map.groupBy(refused, ({ because }) => because)].map(([because, of]) => ({
    because,
    lead,
    fields: [],
    activities: of.map(({ activity }) => activity),
  }));
};

/**
 * Writes down what became of the activities that a call took along: those that were added or refused
 * wait no more and are remembered, the others go again. Costs the lead's fields nothing. `told` is in
 * the order of `sent`; absent: the lead API takes none.
 */
export const settleActivities = (
  mailbox: Mailbox,
  sent: readonly Activity[],
  told: readonly ActivityVerdict[] | undefined,
  context: SettleContext,
): Pick<Settled, 'mailbox' | 'isAnotherLead'> & Required<Pick<Settled, 'refused'>> => {
  const { activities: box } = mailbox;
  if (box === undefined || sent.length === 0) return { mailbox, refused: [] };
  const unsaid: ActivityVerdict =
    told === undefined
      ? { kind: 'refused', because: noActivities }
      : { kind: 'retry', because: 'Marketo answered for fewer activities than it was asked' };
  const each = sent.flatMap((one, index): Told[] => {
    const activity = box.pending[keyOf(one)];
    const verdict = told?.[index] ?? unsaid;
    return activity ? [{ activity, verdict, fate: fateOf(activity, verdict) }] : [];
  });
  const ended = each.flatMap((one) => (remaining(one) ? [] : [keyOf(one.activity)]));
  const stay = new Map(Object.entries(box.pending));
  for (const one of each) {
    const left = remaining(one);
    if (left) stay.set(keyOf(one.activity), left);
    else stay.delete(keyOf(one.activity));
  }
  const activities: ActivityBox = {
    pending: Object.fromEntries(stay),
    done: [...box.done, ...ended].slice(-context.doneActivities),
    ...pauseAfter(box, each, context),
    ...mostAfter(box, each),
  };
  const isLeadGone = each.some(({ verdict }) => verdict.kind === 'retry' && verdict.isLeadGone);
  const known = isLeadGone ? forgotten(mailbox) : mailbox;
  return {
    mailbox: { ...known, activities },
    refused: lettersOf(each, context),
    ...(isLeadGone && mailbox.marketoId !== undefined && { isAnotherLead: true }),
  };
};

/** Gives up activities of a lead that Marketo refuses and whose id it never told: none can go. */
export const giveUpActivities = (
  mailbox: Mailbox,
  sent: readonly Activity[],
  because: string,
  context: SettleContext,
): { readonly mailbox: Mailbox; readonly activities: readonly Activity[] } => {
  if (mailbox.marketoId !== undefined || !hasActivities(mailbox.activities?.pending))
    return { mailbox, activities: [] };
  const told = sent.map((): ActivityVerdict => ({ kind: 'refused', because }));
  const settled = settleActivities(mailbox, sent, told, context);
  return {
    mailbox: settled.mailbox,
    activities: settled.refused.flatMap(({ activities = [] }) => activities),
  };
};
