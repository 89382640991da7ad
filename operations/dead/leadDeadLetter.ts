import { digestOf, leadIdOf, shortHashOf } from '../../lambdas/digest.ts';
import { restore, unlessBlank } from '../../lambdas/lead/tombstone.ts';
import { newerPart, userDeleted } from '../../lambdas/lead/erasure.ts';
import { tooMuch } from '../../lambdas/lead/itemSize.ts';
import { emptyMailbox } from '../../lambdas/lead/mailbox.ts';
import { redrive } from '../../lambdas/lead/redrive.ts';
import type { DeadLetter, LeadId, Mailbox } from '../../lambdas/lead/leadTypes.ts';
import { withoutConsent } from '../../lambdas/segment/consent.ts';
import type { Clock } from '../../lambdas/ports.ts';
import type { EpochMs } from '../../lambdas/segment/time.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import type { Store } from '../../lambdas/store/leadStore.ts';
import type { LeadLimits } from '../../lambdas/limits.ts';
import type { ActionResult } from './actionResult.ts';
import { busy, inMarketo, kept, maxRaces, overruled } from './actionResult.ts';
import type { FieldDoubt } from './fields.ts';
import type { StoredDeadLetter } from './deadLetterStore.ts';
import type { ActionLog } from './actionLog.ts';

interface LeadLetterPorts {
  readonly store: Pick<Store, 'leads' | 'saveLead'>;
  readonly clock: Clock;
  readonly limits: LeadLimits;
  readonly resendUnchangedAfterMs: number;
  readonly tell: ActionLog;
}

const inFlight = 'the call to Marketo that it comes of is not over; try again in a few minutes';
const noAddress =
  'the e-mail of this lead is not known any more; resend it after the next event that names it';

/**
 * Takes a lead's dead letter back into its mailbox and makes it due. Done again
 * after a crash it changes nothing. Rejects where the table fails.
 */
export const createRedriveLead =
  ({ store, clock, limits, resendUnchangedAfterMs, tell: log }: LeadLetterPorts) =>
  async (
    { id, at }: StoredDeadLetter,
    deadLetter: DeadLetter & { readonly lead: LeadId },
    doubt: FieldDoubt,
  ): Promise<ActionResult> => {
    const { lead } = deadLetter;
    const mark = shortHashOf(`${id}@${at}`);
    for (let race = 0; race < maxRaces; race += 1) {
      const loaded = (await store.leads([lead])).get(lead) ?? {};
      const { state } = loaded;
      // It is written before the mailbox gives up its content: until then there is nothing to redrive.
      if (state?.owner !== undefined && id.startsWith(`${lead}#${state.owner}#`))
        return kept(inFlight);
      const { part: mine, because: why } = partSince(deadLetter, state);
      if (mine === undefined) return { outcome: 'superseded', because: why, isSettled: true };
      const home = homeOf(state, mine);
      if (home === undefined) return kept(noAddress);
      const context = { now: clock.now(), resendUnchangedAfterMs, digestOf, limits };
      const revival = redrive(home, mine, mark, context);
      if (revival === undefined) return kept(tooMuch);
      const { back, backActivities, superseded, isAgain } = revival;
      const until = back.length > 0 ? await doubt({ fields: back }) : clock.now();
      const next = waitingUntil(revival.mailbox, until, clock.now());
      if (!(await store.saveLead(lead, loaded, next))) continue;
      if (isAgain) return { outcome: 'resent', because: 'it was resent before', isSettled: true };
      if (back.length + backActivities.length === 0) {
        log.overruled(lead, mine);
        const because = superseded.length > 0 ? overruled : inMarketo;
        return { outcome: 'superseded', because, isSettled: true };
      }
      log.resent(lead, { fields: back, activities: backActivities });
      const because = reasonOf(revival, until > context.now);
      return { outcome: 'resent', ...(because !== '' && { because }), isSettled: true };
    }
    return kept(busy);
  };

/** What of a letter came after the deletion of its lead and after consent was last refused, and why no more. */
const partSince = (
  deadLetter: DeadLetter,
  { deleted, withdrawn }: Pick<Mailbox, 'deleted' | 'withdrawn'> = {},
): { readonly part: DeadLetter | undefined; readonly because: string } => {
  const isRefusal = withdrawn !== undefined && withdrawn > (deleted ?? '');
  const order = isRefusal ? withdrawn : deleted;
  return {
    part: order === undefined ? deadLetter : newerPart(deadLetter, order),
    because: isRefusal ? withoutConsent : userDeleted,
  };
};

/** The mailbox that a letter goes back into; one that has expired is made again of its e-mail. */
const homeOf = (state: Mailbox | undefined, { lead, fields }: DeadLetter): Mailbox | undefined => {
  const there = unlessBlank(state);
  if (there) return there;
  const named = fields.find(
    ({ name, value }) => name === 'Email' && typeof value === 'string' && leadIdOf(value) === lead,
  );
  return named && restore(state, emptyMailbox(String(named.value), named.order));
};

const waitingUntil = (mailbox: Mailbox, until: EpochMs, now: EpochMs): Mailbox =>
  until > now ? { ...mailbox, retryAt: epochMs(Math.max(until, mailbox.retryAt ?? 0)) } : mailbox;

const reasonOf = (
  { superseded, known }: { readonly superseded: readonly unknown[]; readonly known: number },
  isAsked: boolean,
): string =>
  [
    ...(isAsked ? ['it goes within minutes: Marketo is asked for its fields first'] : []),
    ...(superseded.length > 0 ? [`of ${superseded.length} of its values ${overruled}`] : []),
    ...(known > 0 ? [`${known} of its values and activities Marketo has by now`] : []),
  ].join('; ');
