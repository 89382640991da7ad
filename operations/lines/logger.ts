import type { Logger } from '../../lambdas/delivery.ts';
import { shortHashOf } from '../../lambdas/digest.ts';
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
    // The id is the sender's to choose and may name somebody; its hash is all that is needed here.
    delivery: ({ messageId, ...line }) => {
      const messages = messageId === undefined ? [] : [shortHashOf(messageId)];
      tell('INFO', 'delivery', { ...(messages.length > 0 && { messages }), ...line });
    },
    call: (line) => {
      tell('INFO', 'call', line);
    },
    warn: (message, facts = {}) => {
      tell('WARN', message, facts);
    },
    error: (message, facts = {}) => {
      tell('ERROR', message, facts);
    },
  };
};
