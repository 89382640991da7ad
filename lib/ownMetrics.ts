import type { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { type CountName, metricNamespace, type ValueName } from '../lambdas/metricNames.ts';
import type { FunctionName } from '../lambdas/settings/functionSettings.ts';

/** The metrics that the functions of this destination write themselves, by function and name. */
export const ownMetrics =
  (destination: string, period: Duration) =>
  (service: FunctionName, metricName: CountName | ValueName, statistic = 'Sum', label?: string) =>
    new Metric({
      namespace: metricNamespace,
      metricName,
      dimensionsMap: { service, stack: destination },
      statistic,
      period,
      ...(label !== undefined && { label }),
    });

export type OwnMetrics = ReturnType<typeof ownMetrics>;
