import { variable } from './aws/variable.ts';
import { createCountedLogger } from './countedLogger.ts';
import type { HistoryWriter } from './history/historyPorts.ts';
import { HistoryRecorder } from './history/recorder.ts';
import { createLogger } from './log.ts';
import { createMetrics } from './metrics.ts';
import { systemClock } from './systemClock.ts';

/** Where an invocation's history goes, and how. */
interface ObservedHistory {
  readonly writer: Pick<HistoryWriter, 'write'>;
  readonly writeMs: number;
  readonly payloads: boolean;
}

/**
 * What a function tells the world: a logger whose lines are counted, metrics, and `each`, which
 * writes the metrics and the history down at the end of each invocation, a failed one, too. An invocation that Lambda
 * kills takes its counts along; its lines are out by then. Throws where the stack has no name.
 */
export const createObserver = (
  service: 'ingest' | 'absorb' | 'sync' | 'hash',
  history?: ObservedHistory,
) => {
  const metrics = createMetrics(service, variable('STACK_NAME'));
  const counted = createCountedLogger(createLogger(service), metrics);
  const recorder =
    history &&
    new HistoryRecorder({ ...history, logger: counted, metrics, service, clock: systemClock });
  let isWarm = false;
  return {
    metrics,
    logger: recorder?.logger ?? counted,
    notes: recorder,
    each:
      <Input extends readonly unknown[], Output>(handler: (...input: Input) => Promise<Output>) =>
      async (...input: Input): Promise<Output> => {
        if (!isWarm) metrics.count('ColdStarts');
        isWarm = true;
        try {
          return await handler(...input);
        } finally {
          await recorder?.flush();
          metrics.flush();
        }
      },
  };
};
