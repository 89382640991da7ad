import { Logger as Powertools } from '@aws-lambda-powertools/logger';
import type { DeliveryLine, Logger } from './delivery.ts';

/** A messageId is the sender's to choose; one that is made of an e-mail stays out of the log. */
const namesNobody = ({ messageId, ...line }: DeliveryLine): DeliveryLine =>
  messageId === undefined || messageId.includes('@') ? line : { ...line, messageId };

/** Structured JSON lines on standard output; `service` names the function. */
export const createLogger = (service: string): Logger => {
  const powertools = new Powertools({ serviceName: service });
  return {
    delivery: (line) => {
      powertools.info('delivery', { ...namesNobody(line) });
    },
    warn: (message, facts = {}) => {
      powertools.warn(message, facts);
    },
    error: (message, facts = {}) => {
      powertools.error(message, facts);
    },
  };
};
