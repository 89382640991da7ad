import type { Logger } from '../delivery.ts';
import { nextAtOf } from '../lead/schedule.ts';
import type { LeadVerdict, Settled } from '../lead/settle.ts';
import type { Incoming, LeadId } from '../lead/leadTypes.ts';
import { messageHashOf } from '../segment/order.ts';
import { reasonOf } from './partReason.ts';

const about = (relations: readonly Incoming[]) => ({
  messages: [...new Set(relations.map(({ order }) => messageHashOf(order)))],
  fields: relations.map(({ name }) => name),
});

/**
 * Delivery lines about the relations of a call, by the names of their registers. Returns those that
 * Marketo has by now.
 */
export const createRelationReports =
  (logger: Logger) =>
  (
    lead: { readonly lead: LeadId; readonly call?: string },
    sent: readonly Incoming[],
    verdict: LeadVerdict,
    { mailbox, dead, unwanted, refused = [] }: Settled,
  ): readonly Incoming[] => {
    if (sent.length === 0) return [];
    const names = new Set(sent.map(({ name }) => name));
    const deadLetters = refused.filter(({ fields }) => fields.length > 0);
    for (const deadLetter of deadLetters)
      logger.delivery({
        step: 'dead',
        ...lead,
        ...about(deadLetter.fields),
        because: deadLetter.because,
      });
    const ended = new Set(
      [...deadLetters, ...(dead ? [dead] : []), ...(unwanted ? [unwanted] : [])]
        .flatMap(({ fields }) => fields)
        .filter(({ name }) => names.has(name))
        .map(({ name }) => name),
    );
    const added = sent.filter((_, index) => isTaken(verdict, index));
    const ends = added.map((one) => ({ one, because: whyNothing(verdict, sent.indexOf(one)) }));
    for (const [because, of] of Map.groupBy(ends, (each) => each.because)) {
      const what = about(of.map(({ one }) => one));
      logger.delivery(
        because === undefined
          ? { step: 'synced', ...lead, ...what }
          : { step: 'unchanged', ...lead, ...what, because },
      );
    }
    const waiting = sent.flatMap((one, index) => {
      const isOver = ended.has(one.name) || isTaken(verdict, index);
      const isPending = mailbox.fields[one.name]?.value !== undefined;
      return isOver || !isPending ? [] : [{ one, because: reasonOf(verdict, 'relations', index) }];
    });
    const until = nextAtOf(mailbox) ?? 0;
    for (const [because, of] of Map.groupBy(waiting, (each) => each.because))
      logger.delivery({
        step: 'waiting',
        ...lead,
        ...about(of.map(({ one }) => one)),
        because,
        until,
      });
    return added;
  };

/** Why Marketo had nothing to do, where it says so: the lead is past that status of a program already. */
const whyNothing = (verdict: LeadVerdict, index: number): string | undefined => {
  const told = verdict.kind === 'synced' ? verdict.relations?.[index] : undefined;
  return told?.kind === 'added' ? told.because : undefined;
};

const isTaken = (verdict: LeadVerdict, index: number): boolean =>
  verdict.kind === 'synced' && verdict.relations?.[index]?.kind === 'added';
