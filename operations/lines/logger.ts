import type { Logger } from '../../lambdas/delivery.ts';
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
    // The hash of a messageId is all that is needed here.
    delivery: (given) => {
      const { messageId: _, ...line } = scrubbedDelivery(given);
      tell('INFO', 'delivery', line);
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
