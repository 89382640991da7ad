import { hasActivities, keyOf } from './activities.ts';
import { withoutMarketoState } from './sentContent.ts';
import type { PartResult } from './partResults.ts';
import {
  answerTo,
  deadLettersOf,
  pauseAfter,
  remaining,
  saysLeadGone,
  partResultOf,
} from './partResults.ts';
import type { Activity, ActivityBox, Mailbox } from './leadTypes.ts';
import type { ActivityVerdict, SettleContext, Settled } from './leadVerdicts.ts';

const activities = {
  parts: 'activities',
  /** Why an activity is refused that was mapped for another lead API. */
  restOnly: 'the lead API in use takes no custom activities',
};

/**
 * Writes down what became of the activities that a call took along: those that were added or refused
 * wait no more and are remembered, the others go again. Costs the lead's fields nothing. `told` is in
 * the order of `sent`; absent: the lead API takes none.
 */
export const settleActivities = (
  mailbox: Mailbox,
  sent: readonly Activity[],
  results: readonly ActivityVerdict[] | undefined,
  context: SettleContext,
): Pick<Settled, 'mailbox' | 'isAnotherLead'> & Required<Pick<Settled, 'refused'>> => {
  const { activities: box } = mailbox;
  if (box === undefined || sent.length === 0) return { mailbox, refused: [] };
  const each = sent.flatMap((one, index): PartResult<Activity>[] => {
    const activity = box.pending[keyOf(one)];
    return activity ? [partResultOf(activity, answerTo(results, index, activities))] : [];
  });
  const ended = each.flatMap((one) => (remaining(one) ? [] : [keyOf(one.part)]));
  const stay = new Map(Object.entries(box.pending));
  for (const one of each) {
    const left = remaining(one);
    if (left) stay.set(keyOf(one.part), left);
    else stay.delete(keyOf(one.part));
  }
  const settled: ActivityBox = {
    pending: Object.fromEntries(stay),
    done: [...box.done, ...ended].slice(-context.doneActivities),
    ...pauseAfter(box, each, context),
  };
  const isLeadGone = saysLeadGone(each);
  const known = isLeadGone ? withoutMarketoState(mailbox) : mailbox;
  return {
    mailbox: { ...known, activities: settled },
    refused: deadLettersOf(each, (parts) => ({
      lead: context.lead,
      fields: [],
      activities: parts,
    })),
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
  const results = sent.map((): ActivityVerdict => ({ kind: 'refused', because }));
  const settled = settleActivities(mailbox, sent, results, context);
  return {
    mailbox: settled.mailbox,
    activities: settled.refused.flatMap(({ activities = [] }) => activities),
  };
};
