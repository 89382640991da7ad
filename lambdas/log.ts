import { Logger as Powertools } from '@aws-lambda-powertools/logger';
import type { Logger } from './delivery.ts';

/** Structured JSON lines on standard output; `service` names the function. */
export const createLogger = (service: string): Logger => {
  const powertools = new Powertools({ serviceName: service });
  return {
    delivery: (line) => {
      powertools.info('delivery', { ...line });
    },
    warn: (message, facts = {}) => {
      powertools.warn(message, facts);
    },
    error: (message, facts = {}) => {
      powertools.error(message, facts);
    },
  };
};
