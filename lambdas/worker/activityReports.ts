import type { Logger } from '../delivery.ts';
import { keyOf } from '../lead/activities.ts';
import { messagesIn } from '../lead/deadLetters.ts';
import { needAt } from '../lead/mailbox.ts';
import type { LeadVerdict, Settled } from '../lead/settle.ts';
import type { Activity, LeadId } from '../lead/types.ts';

/** Why an activity waits on, when the lead's answer was about its record. */
const becauseOf = (verdict: LeadVerdict, index: number): string => {
  if (verdict.kind !== 'synced') return verdict.because;
  const told = verdict.activities?.[index];
  return told && 'because' in told ? told.because : 'Marketo did not answer for it';
};

/** Delivery lines about the activities of a call, for the messages that they come from. */
export const createActivityReports =
  (logger: Logger) =>
  (
    lead: LeadId,
    sent: readonly Activity[],
    verdict: LeadVerdict,
    { mailbox, dead, refused = [] }: Settled,
  ): void => {
    if (sent.length === 0) return;
    const pending = mailbox.activities?.pending ?? {};
    const letters = [...(dead?.activities ? [{ ...dead, fields: [] }] : []), ...refused];
    for (const letter of letters)
      logger.delivery({
        step: 'dead',
        lead,
        messages: messagesIn(letter),
        because: letter.because,
      });
    const ended = new Set(letters.flatMap(messagesIn));
    const keys = sent.map(keyOf);
    const added = keys.filter((key) => pending[key] === undefined && !ended.has(key));
    if (added.length > 0) logger.delivery({ step: 'synced', lead, messages: added });
    const waiting = keys.flatMap((key, index) =>
      pending[key] ? [{ key, because: becauseOf(verdict, index) }] : [],
    );
    const until = needAt(mailbox) ?? 0;
    for (const [because, of] of Map.groupBy(waiting, (one) => one.because))
      logger.delivery({
        step: 'waiting',
        lead,
        messages: of.map(({ key }) => key),
        because,
        until,
      });
  };
