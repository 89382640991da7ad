import { Metrics as Powertools } from '@aws-lambda-powertools/metrics';
import { type CountName, metricNamespace, valueUnits } from './metricNames.ts';
import type { Metrics } from './metricNames.ts';

/** Metrics that are gathered until they are written. */
interface GatheredMetrics extends Metrics {
  /** Writes down what was gathered since the last time; nothing where there is nothing. */
  flush(): void;
}

/**
 * Metrics in CloudWatch's embedded metric format: what an invocation gathered is one JSON line on
 * standard output (a further one after 100 values of one name, which is all that a line can hold).
 * `service` names the function, `stack` its stack: two stacks in one account share no numbers.
 */
export const createMetrics = (service: string, stack: string): GatheredMetrics => {
  const powertools = new Powertools({
    namespace: metricNamespace,
    serviceName: service,
    defaultDimensions: { stack },
  });
  let counts = new Map<CountName, number>();
  return {
    count: (name, amount = 1) => {
      counts.set(name, (counts.get(name) ?? 0) + amount);
    },
    record: (name, value) => {
      powertools.addMetric(name, valueUnits[name], value);
    },
    flush: () => {
      for (const [name, amount] of counts) powertools.addMetric(name, 'Count', amount);
      counts = new Map();
      // Without any metric it would write a warning.
      if (powertools.hasStoredMetrics()) powertools.publishStoredMetrics();
    },
  };
};
