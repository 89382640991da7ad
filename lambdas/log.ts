import { Logger as Powertools } from '@aws-lambda-powertools/logger';
import type { DeliveryLine, Logger } from './delivery.ts';
import { shortHashOf } from './digest.ts';

/**
 * A messageId is the sender's to choose; one that is made of an e-mail stays out of the log. Its
 * short hash is there in any case: by it all lines of an event are found.
 */
const namesNobody = ({ messageId, ...line }: DeliveryLine): DeliveryLine => {
  if (messageId === undefined) return line;
  const hashed = line.messages ? line : { ...line, messages: [shortHashOf(messageId)] };
  return messageId.includes('@') ? hashed : { ...hashed, messageId };
};

/** Structured JSON lines on standard output; `service` names the function. */
export const createLogger = (service: string): Logger => {
  const powertools = new Powertools({ serviceName: service });
  return {
    delivery: (line) => {
      powertools.info('delivery', { ...namesNobody(line) });
    },
    call: (line) => {
      powertools.info('call', { ...line });
    },
    warn: (message, facts = {}) => {
      powertools.warn(message, facts);
    },
    error: (message, facts = {}) => {
      powertools.error(message, facts);
    },
  };
};
