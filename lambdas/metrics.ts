import { Metrics as Powertools } from '@aws-lambda-powertools/metrics';
import { metricNamespace } from './metricNames.ts';
import type { Metrics } from './ports.ts';

/**
 * Counts in CloudWatch's embedded metric format: one JSON line on standard output for each count,
 * from which CloudWatch makes the metric. `service` names the function and is the only dimension.
 */
export const createMetrics = (service: string): Metrics => {
  const powertools = new Powertools({
    namespace: metricNamespace,
    serviceName: service,
    // Each count is written at once, so that none waits for the end of an invocation.
    singleMetric: true,
  });
  return {
    count: (name, amount = 1) => {
      powertools.addMetric(name, 'Count', amount);
    },
  };
};
