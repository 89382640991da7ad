import type { Logger } from '../lambdas/delivery.ts';
import type { Metrics } from '../lambdas/metricNames.ts';

const nothing = (): void => undefined;

/** For the workers' own parts where a tool uses them: it tells its user itself. */
export const silentLogger: Logger = {
  delivery: nothing,
  call: nothing,
  warn: nothing,
  error: nothing,
};

/** A tool's work is not what dashboards count. */
export const silentMetrics: Metrics = { count: nothing, record: nothing };
