import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IAlarm,
  type IAlarmAction,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { FilterPattern, type IFilterPattern, type LogGroup } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { noEmail } from '../lambdas/lead/keys.ts';
import { metricNamespace } from '../lambdas/metricNames.ts';
import { type AlarmRule, functionRules, marketoRules, queueRules } from './alarmRules.ts';
import type { PipelineFunction } from './function.ts';
import type { Functions } from './functions.ts';
import { ingestRules } from './ingestAlarms.ts';
import { ownMetrics } from './ownMetrics.ts';
import type { Queues } from './queues.ts';
import { alarmTiming } from '../lambdas/limits.ts';

const period = Duration.seconds(alarmTiming.periodSeconds);

interface AlarmsProps {
  /** Begins the alarms' names. */
  readonly name: string;
  readonly queues: Queues;
  readonly functions: Functions;
  /** The console's function; absent: none is served. */
  readonly console: PipelineFunction | undefined;
  readonly topic: ITopic;
  /** By the name of a source: hours after which its silence rings. */
  readonly sourceSilentHours: Readonly<Record<string, number>>;
}

/** Rings when something waits for a person; Marketo's locks and retries alone do not. */
export class Alarms extends Construct {
  readonly all: readonly IAlarm[];
  readonly #action: IAlarmAction;
  readonly #name: string;

  constructor(
    scope: Construct,
    id: string,
    { name, queues, functions, console, topic, sourceSilentHours }: AlarmsProps,
  ) {
    super(scope, id);
    this.#name = name;
    this.#action = new SnsAction(topic);
    const named = Object.entries({
      Ingest: functions.ingest,
      Absorb: functions.absorb,
      Sync: functions.sync,
      Hash: functions.hash,
      ...(console && { Console: console }),
    });
    const own = ownMetrics(name, period);
    const rules: readonly AlarmRule[] = [
      ...queueRules(queues, period),
      ...marketoRules(own, functions.sync, period),
      ...ingestRules({ name, ingest: functions.ingest, own, period, sourceSilentHours }),
      ...named.flatMap(([fnName, fn]) => [
        ...functionRules(fnName, fn, period),
        this.#errorLines(fnName, fn.logs),
      ]),
      this.#leadsDead('Absorb', functions.absorb.logs),
      this.#leadsDead('Sync', functions.sync.logs),
    ];
    this.all = rules.map((rule) => this.#ring(rule));
  }

  #errorLines(name: string, logs: LogGroup): AlarmRule {
    const id = `${name}ErrorLines`;
    return {
      id,
      says: `${name} logged an error: credentials, or a neighbour that is down.`,
      section: 'a-function-logs-errors',
      metric: this.#lines(id, logs, FilterPattern.stringValue('$.level', '=', 'ERROR')),
      limit: { over: 0 },
    };
  }

  #leadsDead(name: string, logs: LogGroup): AlarmRule {
    const id = `${name}LeadsDead`;
    return {
      id,
      says: `${name} gave something up: a dead letter with its reason is in the leads table.`,
      section: 'something-was-given-up',
      metric: this.#lines(
        id,
        logs,
        FilterPattern.all(
          FilterPattern.stringValue('$.step', '=', 'dead'),
          // Anybody with the browser key can send an id that never gets an e-mail.
          FilterPattern.stringValue('$.because', '!=', noEmail),
        ),
      ),
      limit: { over: 0 },
    };
  }

  /** Counts the log lines that fit the pattern, those of an invocation that was killed, too. */
  #lines(id: string, logs: LogGroup, filterPattern: IFilterPattern): Metric {
    const metricName = `${this.#name}-${id}`;
    logs.addMetricFilter(id, { filterPattern, metricNamespace, metricName });
    return new Metric({ namespace: metricNamespace, metricName, statistic: 'Sum', period });
  }

  #ring({ id, says, section, metric, limit, periods = 1, enough = periods }: AlarmRule): Alarm {
    const isOver = 'over' in limit;
    const alarm = new Alarm(this, id, {
      // The topic's policy knows the stack's alarms by the beginning of their names.
      alarmName: `${this.#name}-${id}`,
      alarmDescription: `${says} What to do: docs/operations.md#${section}`,
      metric,
      threshold: isOver ? limit.over : limit.under,
      evaluationPeriods: periods,
      datapointsToAlarm: enough,
      comparisonOperator: isOver
        ? ComparisonOperator.GREATER_THAN_THRESHOLD
        : ComparisonOperator.LESS_THAN_THRESHOLD,
      treatMissingData: isOver ? TreatMissingData.NOT_BREACHING : TreatMissingData.BREACHING,
    });
    alarm.addAlarmAction(this.#action);
    alarm.addOkAction(this.#action);
    return alarm;
  }
}
