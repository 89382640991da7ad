import type { Logger } from '../delivery.ts';
import { messagesIn } from '../lead/deadLetterParts.ts';
import type { Withdrawn } from '../lead/normalizedEvent.ts';
import { withoutConsent } from '../segment/consent.ts';

/** Writes down what goes nowhere because consent was refused after it came. */
export const reportWithdrawn = (
  logger: Pick<Logger, 'delivery'>,
  all: readonly Withdrawn[] = [],
): void => {
  for (const { at, content } of all) {
    const messages = messagesIn({ because: withoutConsent, ...content });
    const fields = content.fields.map(({ name }) => name);
    logger.delivery({
      step: 'dropped',
      lead: at,
      messages,
      ...(fields.length > 0 && { fields }),
      because: withoutConsent,
    });
  }
};
