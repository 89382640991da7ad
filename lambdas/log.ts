import { Logger as Powertools } from '@aws-lambda-powertools/logger';
import type { CallLine, DeliveryLine, Facts, Logger } from './delivery.ts';
import { shortHashOf } from './digest.ts';
import { mayBeLogged, scrubbedName, scrubbedText } from './scrub.ts';

/**
 * A delivery line as it may be written. Names of fields and reasons may come from outside. A
 * messageId is the sender's to choose; one that may name somebody stays out of the log. Its short
 * hash is there in any case: by it all lines of an event are found.
 */
export const scrubbedDelivery = ({ messageId, ...line }: DeliveryLine): DeliveryLine => {
  const hash = messageId !== undefined && !line.messages && [shortHashOf(messageId)];
  return {
    ...line,
    ...(hash && { messages: hash }),
    ...(messageId !== undefined && mayBeLogged(messageId) && { messageId }),
    ...(line.fields && { fields: line.fields.map(scrubbedName) }),
    ...(line.because !== undefined && { because: scrubbedText(line.because) }),
  };
};

export const scrubbedCall = (line: CallLine): CallLine =>
  line.because === undefined ? line : { ...line, because: scrubbedText(line.because) };

export const scrubbedFacts = (facts: Facts): Facts =>
  Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [
      name,
      typeof value === 'string' ? scrubbedText(value) : value,
    ]),
  );

/** Structured JSON lines on standard output; `service` names the function. */
export const createLogger = (service: string): Logger => {
  const powertools = new Powertools({ serviceName: service });
  return {
    delivery: (line) => {
      powertools.info('delivery', { ...scrubbedDelivery(line) });
    },
    call: (line) => {
      powertools.info('call', { ...scrubbedCall(line) });
    },
    warn: (message, facts = {}) => {
      powertools.warn(message, scrubbedFacts(facts));
    },
    error: (message, facts = {}) => {
      powertools.error(message, scrubbedFacts(facts));
    },
  };
};
