import { variable } from './aws/variable.ts';
import { createCountedLogger } from './countedLogger.ts';
import { createLogger } from './log.ts';
import { createMetrics } from './metrics.ts';

/**
 * What a function tells the world: a logger whose lines are counted, metrics, and `each`, which
 * writes the metrics down at the end of each invocation, a failed one, too. An invocation that Lambda
 * kills takes its counts along; its lines are out by then. Throws where the stack has no name.
 */
export const createObserver = (service: 'ingest' | 'absorb' | 'sync' | 'hash') => {
  const metrics = createMetrics(service, variable('STACK_NAME'));
  let isWarm = false;
  return {
    metrics,
    logger: createCountedLogger(createLogger(service), metrics),
    each:
      <Input extends readonly unknown[], Output>(handler: (...input: Input) => Promise<Output>) =>
      async (...input: Input): Promise<Output> => {
        if (!isWarm) metrics.count('ColdStarts');
        isWarm = true;
        try {
          return await handler(...input);
        } finally {
          metrics.flush();
        }
      },
  };
};
