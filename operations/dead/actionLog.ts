import type { DeliveryLine, Logger } from '../../lambdas/delivery.ts';
import { messagesIn } from '../../lambdas/lead/deadLetterParts.ts';
import type { DeadLetter, KeyId, LeadId } from '../../lambdas/lead/leadTypes.ts';
import type { DeadView } from '../views.ts';

type Content = Pick<DeadLetter, 'fields' | 'activities'>;

const resent = 'a dead letter was resent';

const lineOf = (lead: LeadId | KeyId, content: Content): Omit<DeliveryLine, 'step'> => ({
  lead,
  messages: messagesIn({ because: resent, ...content }),
  fields: content.fields.map(({ name }) => name),
  because: resent,
});

/** Delivery lines about what an operator did with dead letters: the steps that events take, too. */
export const createActionLog = (logger: Pick<Logger, 'delivery'>) => ({
  resent: (lead: LeadId | KeyId, content: Content): void => {
    logger.delivery({ step: 'absorbed', ...lineOf(lead, content) });
  },
  held: (key: KeyId, content: Content): void => {
    logger.delivery({ step: 'held', ...lineOf(key, content) });
  },
  overruled: (lead: LeadId | KeyId, content: Content): void => {
    logger.delivery({ step: 'superseded', ...lineOf(lead, content) });
  },
  /** A visit or an event that is on its queue again. */
  queued: ({ lead, messages }: Pick<DeadView, 'lead' | 'messages'>): void => {
    if (messages.length === 0) return;
    const at = lead === undefined ? {} : { lead };
    logger.delivery({ step: 'queued', ...at, messages, because: resent });
  },
  dropped: ({
    lead,
    key,
    messages,
    fields,
  }: Pick<DeadView, 'lead' | 'key' | 'messages' | 'fields'>): void => {
    // A message that is no event of ours has no steps.
    if (messages.length === 0) return;
    const owner = lead ?? key;
    logger.delivery({
      step: 'dropped',
      ...(owner !== undefined && { lead: owner }),
      messages,
      ...(fields.length > 0 && { fields: fields.map(({ name }) => name) }),
      because: 'a dead letter was dropped by hand',
    });
  },
});

export type ActionLog = ReturnType<typeof createActionLog>;
