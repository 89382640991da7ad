import type { Logger } from '../delivery.ts';
import { nextAtOf } from '../lead/schedule.ts';
import type { LeadVerdict, Settled } from '../lead/settle.ts';
import type { Incoming, LeadId } from '../lead/types.ts';
import { messageHashOf } from '../segment/order.ts';

/** Why a relation waits on, when the lead's answer was about its record. */
const becauseOf = (verdict: LeadVerdict, index: number): string => {
  if (verdict.kind !== 'synced') return verdict.because;
  const told = verdict.relations?.[index];
  return told && 'because' in told ? told.because : 'Marketo did not answer for it';
};

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
    const letters = refused.filter(({ fields }) => fields.length > 0);
    for (const letter of letters)
      logger.delivery({ step: 'dead', ...lead, ...about(letter.fields), because: letter.because });
    const ended = new Set(
      [...letters, ...(dead ? [dead] : []), ...(unwanted ? [unwanted] : [])]
        .flatMap(({ fields }) => fields)
        .filter(({ name }) => names.has(name))
        .map(({ name }) => name),
    );
    const added = sent.filter((_, index) => isTaken(verdict, index));
    if (added.length > 0) logger.delivery({ step: 'synced', ...lead, ...about(added) });
    const waiting = sent.flatMap((one, index) => {
      const isOver = ended.has(one.name) || isTaken(verdict, index);
      const isPending = mailbox.fields[one.name]?.value !== undefined;
      return isOver || !isPending ? [] : [{ one, because: becauseOf(verdict, index) }];
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

const isTaken = (verdict: LeadVerdict, index: number): boolean =>
  verdict.kind === 'synced' && verdict.relations?.[index]?.kind === 'added';
