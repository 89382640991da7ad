import type { Logger } from '../../lambdas/delivery.ts';
import { shortHashOf } from '../../lambdas/digest.ts';
import { scrubbedCall, scrubbedDelivery, scrubbedFacts } from '../../lambdas/log.ts';
import type { Clock } from '../../lambdas/ports.ts';

/** Writes the lines that a function would print, for what is done outside of functions. */
export const createLineLogger = (
  service: string,
  clock: Clock,
  write: (line: string) => void,
): Logger => {
  const tell = (level: string, message: string, facts: object): void => {
    const timestamp = new Date(clock.now()).toISOString();
    write(JSON.stringify({ level, message, timestamp, service, ...facts }));
  };
  return {
    // An id is the sender's to choose; its hash is all that is needed here.
    delivery: ({ messageId, ...line }) => {
      const messages = messageId === undefined ? {} : { messages: [shortHashOf(messageId)] };
      tell('INFO', 'delivery', scrubbedDelivery({ ...messages, ...line }));
    },
    call: (line) => {
      tell('INFO', 'call', scrubbedCall(line));
    },
    warn: (message, facts = {}) => {
      tell('WARN', message, scrubbedFacts(facts));
    },
    error: (message, facts = {}) => {
      tell('ERROR', message, scrubbedFacts(facts));
    },
  };
};
