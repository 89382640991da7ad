import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern } from 'aws-cdk-lib/aws-logs';
import { alarmTiming } from '../lambdas/limits.ts';
import { metricNamespace } from '../lambdas/metricNames.ts';
import type { AlarmRule } from './alarmRules.ts';
import type { PipelineFunction } from './function.ts';
import type { OwnMetrics } from './ownMetrics.ts';

/** What ingest logs of each request that it refuses as a whole (`lambdas/ingest/rejectionLog.ts`). */
const refusedWhole = 'a request was refused as a whole';

interface IngestAlarmsProps {
  /** Begins the names of the metrics. */
  readonly name: string;
  readonly ingest: PipelineFunction;
  readonly own: OwnMetrics;
  readonly period: Duration;
  /** By the name of a source: hours after which its silence rings. */
  readonly sourceSilentHours: Readonly<Record<string, number>>;
}

/** Requests that were refused as a whole: a wrong key, no JSON, one person who crowds the queue. */
const refusals = ({ name, ingest: { logs }, period }: IngestAlarmsProps): IMetric => {
  const metricName = `${name}-IngestRefusals`;
  const filterPattern = FilterPattern.stringValue('$.message', '=', refusedWhole);
  logs.addMetricFilter('Refusals', { filterPattern, metricNamespace, metricName });
  return new Metric({ namespace: metricNamespace, metricName, statistic: 'Sum', period });
};

const sourceMetricName = (name: string): string => `${name}-QueuedBySource`;

/** Events that are safe on the queue, by the source that sent them. */
const queuedBySource = ({ name, ingest: { logs } }: IngestAlarmsProps): void => {
  logs.addMetricFilter('QueuedBySource', {
    filterPattern: FilterPattern.all(
      FilterPattern.stringValue('$.step', '=', 'queued'),
      FilterPattern.exists('$.source'),
    ),
    metricNamespace,
    metricName: sourceMetricName(name),
    dimensions: { source: '$.source' },
  });
};

/** A wrong key at a sender, and a sender that stopped, are told by nobody else: SDKs drop and go on. */
export const ingestRules = (props: IngestAlarmsProps): readonly AlarmRule[] => {
  const { name, ingest, own, period, sourceSilentHours } = props;
  const hour = Duration.hours(1);
  queuedBySource(props);
  return [
    {
      id: 'IngestRefusals',
      says: 'Ingest refuses a good part of what comes: a sender has a wrong key, or sends what is no event.',
      section: 'ingest-refuses-requests',
      metric: new MathExpression({
        // Strangers who try keys are no reason to wake anybody; a tenth of everything is.
        expression: `IF(refused > ${alarmTiming.refusalsLeast} AND refused * ${alarmTiming.refusalsShare} > requests, 1, 0)`,
        usingMetrics: {
          refused: refusals(props),
          requests: ingest.lambda.metricInvocations({ period }),
        },
        period,
      }),
      limit: { over: 0 },
      periods: alarmTiming.refusalsPeriods,
    },
    {
      id: 'IngestSilent',
      says: 'No event has come for a day.',
      section: 'no-events-come',
      metric: own('ingest', 'Queued').with({ period: hour }),
      limit: { under: 1 },
      periods: alarmTiming.ingestSilentHours,
    },
    ...Object.entries(sourceSilentHours).map(([source, hours]) => ({
      id: `SourceSilent-${source}`,
      says: `The source ${source} has sent nothing for ${hours} h.`,
      section: 'a-source-fell-silent',
      metric: new Metric({
        namespace: metricNamespace,
        metricName: sourceMetricName(name),
        dimensionsMap: { source },
        statistic: 'Sum',
        period: hour,
      }),
      limit: { under: 1 },
      periods: hours,
    })),
  ];
};
