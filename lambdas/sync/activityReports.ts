import type { Logger } from '../delivery.ts';
import { keyOf } from '../lead/activities.ts';
import { messagesIn } from '../lead/deadLetterParts.ts';
import { nextAtOf } from '../lead/schedule.ts';
import type { LeadVerdict, Settled } from '../lead/settle.ts';
import type { Activity, LeadId } from '../lead/leadTypes.ts';
import { reasonOf } from './partReason.ts';

/**
 * Delivery lines about the activities of a call, for the messages that they come from. Returns those
 * that Marketo has by now.
 */
export const createActivityReports =
  (logger: Logger) =>
  (
    about: { readonly lead: LeadId; readonly call?: string },
    sent: readonly Activity[],
    verdict: LeadVerdict,
    { mailbox, dead, unwanted, refused = [] }: Settled,
  ): readonly Activity[] => {
    if (sent.length === 0) return [];
    const pending = mailbox.activities?.pending ?? {};
    const own = refused.filter(({ activities }) => activities !== undefined);
    const deadLetters = [...(dead?.activities ? [{ ...dead, fields: [] }] : []), ...own];
    for (const deadLetter of deadLetters)
      logger.delivery({
        step: 'dead',
        ...about,
        messages: messagesIn(deadLetter),
        because: deadLetter.because,
      });
    const unsent = unwanted?.activities ? [{ ...unwanted, fields: [] }] : [];
    for (const one of unsent)
      logger.delivery({
        step: 'refused',
        ...about,
        messages: messagesIn(one),
        because: one.because,
      });
    const ended = new Set([...deadLetters, ...unsent].flatMap(messagesIn));
    const keys = sent.map(keyOf);
    const added = sent.filter((one) => pending[keyOf(one)] === undefined && !ended.has(keyOf(one)));
    if (added.length > 0) logger.delivery({ step: 'synced', ...about, messages: added.map(keyOf) });
    const waiting = keys.flatMap((key, index) =>
      pending[key] ? [{ key, because: reasonOf(verdict, 'activities', index) }] : [],
    );
    const until = nextAtOf(mailbox) ?? 0;
    for (const [because, of] of Map.groupBy(waiting, (one) => one.because))
      logger.delivery({
        step: 'waiting',
        ...about,
        messages: of.map(({ key }) => key),
        because,
        until,
      });
    return added;
  };
