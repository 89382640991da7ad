import { Duration, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IAlarmAction,
  type IMetric,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { FilterPattern, type IFilterPattern, type LogGroup } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { metricNamespace } from '../lambdas/metricNames.ts';
import type { Functions } from './functions.ts';
import type { Queues } from './queues.ts';
import { alarmTiming } from './timing.ts';

const period = Duration.seconds(alarmTiming.periodSeconds);

interface AlarmsProps {
  readonly queues: Queues;
  readonly functions: Functions;
  readonly topicArn: string | undefined;
}

/** Rings when something waits for a person; Marketo's locks and retries alone do not. */
export class Alarms extends Construct {
  readonly #actions: readonly IAlarmAction[];

  constructor(scope: Construct, id: string, { queues, functions, topicArn }: AlarmsProps) {
    super(scope, id);
    this.#actions =
      topicArn === undefined ? [] : [new SnsAction(Topic.fromTopicArn(this, 'Topic', topicArn))];

    this.#over(
      'EventsDead',
      'Events that the worker could not process wait in the dead-letter queue.',
      queues.eventsDead.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' }),
      0,
    );
    this.#over(
      'EventsOldest',
      'Events wait too long to be absorbed.',
      queues.events.metricApproximateAgeOfOldestMessage({ period }),
      alarmTiming.eventsOldestSeconds,
    );
    this.#over(
      'DueOldest',
      'Due messages wait too long to be looked at: sync does not run, or cannot keep up.',
      queues.due.metricApproximateAgeOfOldestMessage({ period }),
      alarmTiming.dueOldestSeconds,
    );
    const named = Object.entries({
      Ingest: functions.ingest,
      Absorb: functions.absorb,
      Sync: functions.sync,
      Hash: functions.hash,
    });
    for (const [name, { lambda, logs }] of named) {
      this.#over(`${name}Errors`, `${name} failed.`, lambda.metricErrors({ period }), 0);
      this.#over(
        `${name}Throttles`,
        `${name} was throttled.`,
        lambda.metricThrottles({ period }),
        0,
      );
      this.#over(
        `${name}ErrorLines`,
        `${name} logged an error: credentials, or a neighbour that is down.`,
        this.#lines(`${name}ErrorLines`, logs, FilterPattern.stringValue('$.level', '=', 'ERROR')),
        0,
      );
    }
    for (const [name, { logs }] of named.filter(([one]) => one === 'Absorb' || one === 'Sync')) {
      this.#over(
        `${name}LeadsDead`,
        `${name} gave something up: a dead letter with its reason is in the leads table.`,
        this.#lines(`${name}LeadsDead`, logs, FilterPattern.stringValue('$.step', '=', 'dead')),
        0,
      );
    }
  }

  /** Counts the log lines that fit the pattern. */
  #lines(id: string, logs: LogGroup, filterPattern: IFilterPattern): Metric {
    const metricName = `${Stack.of(this).stackName}-${id}`;
    logs.addMetricFilter(id, { filterPattern, metricNamespace, metricName });
    return new Metric({ namespace: metricNamespace, metricName, statistic: 'Sum', period });
  }

  #over(id: string, alarmDescription: string, metric: IMetric, threshold: number): void {
    const alarm = new Alarm(this, id, {
      alarmDescription,
      metric,
      threshold,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(...this.#actions);
  }
}
