import { Duration, Stack } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  AlarmStatusWidget,
  Dashboard as CloudWatchDashboard,
  GraphWidget,
  type IAlarm,
  type IMetric,
  type IWidget,
  MathExpression,
  type Metric,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { CountName } from '../lambdas/metricNames.ts';
import type { FunctionName } from '../lambdas/settings/functionSettings.ts';
import { dashboardText } from './dashboardText.ts';
import type { PipelineFunction } from './function.ts';
import type { Functions } from './functions.ts';
import { ownMetrics } from './ownMetrics.ts';
import type { Queues } from './queues.ts';
import { alarmTiming } from '../lambdas/limits.ts';

const period = Duration.seconds(alarmTiming.periodSeconds);

interface DashboardProps {
  /** Of the dashboard and of the folder of saved queries. */
  readonly name: string;
  readonly functions: Functions;
  readonly queues: Queues;
  readonly api: HttpApi;
  readonly alarms: readonly IAlarm[];
}

const graph = (title: string, left: IMetric[], right: IMetric[] = []): IWidget =>
  new GraphWidget({
    title,
    width: 8,
    height: 6,
    left,
    right,
    leftYAxis: { min: 0 },
    rightYAxis: { min: 0 },
  });

/** What the destination does, on one page. */
export class Dashboard extends Construct {
  readonly name: string;

  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id);
    const { region } = Stack.of(this);
    const insights = `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#logsV2:logs-insights`;
    this.name = props.name;
    new CloudWatchDashboard(this, 'Page', {
      dashboardName: this.name,
      defaultInterval: Duration.hours(12),
      widgets: [
        [
          new TextWidget({ markdown: dashboardText(insights, this.name), width: 12, height: 8 }),
          new AlarmStatusWidget({
            title: 'Alarms',
            alarms: [...props.alarms],
            width: 12,
            height: 8,
          }),
        ],
        ...this.#steps(props),
        ...this.#marketo(props),
        this.#functions(props.functions),
      ],
    });
  }

  /** What became of events. */
  #steps({ api, queues }: DashboardProps): IWidget[][] {
    const own = ownMetrics(this.name, period);
    const count = (service: FunctionName, name: CountName): Metric =>
      own(service, name, 'Sum', `${name} (${service})`);
    const oldest = { period, statistic: 'Maximum' };
    return [
      [
        graph(
          'In',
          [
            count('ingest', 'Queued'),
            count('ingest', 'Dropped'),
            count('absorb', 'Dropped'),
            count('ingest', 'Refused'),
          ],
          [
            api.metricClientError({ period, label: 'HTTP 4xx' }),
            api.metricServerError({ period, label: 'HTTP 5xx' }),
          ],
        ),
        graph('Out', [
          count('sync', 'Synced'),
          count('absorb', 'Visited'),
          count('sync', 'Visited'),
        ]),
        graph('Coalesced', [
          new MathExpression({
            label: 'Events per call',
            expression: 'synced / calls',
            usingMetrics: { synced: own('sync', 'Synced'), calls: own('sync', 'Calls') },
            period,
          }),
          own('sync', 'LeadsPerCall', 'Average', 'Leads per call'),
        ]),
      ],
      [
        graph('No call needed', [
          count('absorb', 'Unchanged'),
          count('absorb', 'Superseded'),
          count('sync', 'Superseded'),
        ]),
        graph('Waiting', [
          count('absorb', 'Held'),
          count('sync', 'Waiting'),
          count('absorb', 'Waiting'),
        ]),
        graph(
          'Gone wrong',
          [
            count('absorb', 'RefusedValues'),
            count('sync', 'RefusedValues'),
            count('sync', 'UnknownFields'),
            count('sync', 'UnknownCodes'),
            count('sync', 'LeadsReplaced'),
            count('absorb', 'DroppedTraits'),
          ],
          [
            count('absorb', 'Dead'),
            count('sync', 'Dead'),
            queues.eventsDead.metricApproximateNumberOfMessagesVisible({
              ...oldest,
              label: 'Events in the dead-letter queue',
            }),
          ],
        ),
      ],
    ];
  }

  /** Calls, their budget, and how late all of it is. */
  #marketo({ queues: { events, ticks } }: DashboardProps): IWidget[][] {
    const own = ownMetrics(this.name, period);
    const oldest = { period, statistic: 'Maximum' };
    return [
      [
        graph('Calls of the day', [
          own('sync', 'CallsUsed', 'Maximum', 'Calls used'),
          own('sync', 'CallsLimit', 'Maximum', 'Limit'),
        ]),
        graph(
          'Calls to Marketo',
          [own('sync', 'Calls', 'Sum', 'Calls'), own('sync', 'Requests', 'Sum', 'Requests')],
          [own('sync', 'CallTime', 'p50', 'p50 (ms)'), own('sync', 'CallTime', 'p99', 'p99 (ms)')],
        ),
        graph(
          'Leads that are due',
          [
            own('sync', 'LeadsDue', 'Maximum', 'Due (at most 100 of a shard are counted)'),
            own('absorb', 'LockWaits', 'Sum', 'Locked'),
            own('sync', 'BudgetWaits', 'Sum', 'Looks without a call in the budget'),
          ],
          [
            own('sync', 'OldestDue', 'Maximum', 'Longest due for (ms)'),
            own('sync', 'UnavailableFor', 'Maximum', 'Marketo unavailable for (ms)'),
          ],
        ),
      ],
      [
        graph('Freshness: received → in Marketo (ms)', [
          own('sync', 'Freshness', 'p50', 'p50'),
          own('sync', 'Freshness', 'p99', 'p99'),
        ]),
        graph('Oldest message (s)', [
          events.metricApproximateAgeOfOldestMessage({ ...oldest, label: 'Events' }),
          ticks.metricApproximateAgeOfOldestMessage({ ...oldest, label: 'Ticks' }),
        ]),
        graph('Cold starts', [
          own('ingest', 'ColdStarts', 'Sum', 'ingest'),
          own('absorb', 'ColdStarts', 'Sum', 'absorb'),
          own('sync', 'ColdStarts', 'Sum', 'sync'),
          own('hash', 'ColdStarts', 'Sum', 'hash'),
        ]),
        graph('Missing in the history (events)', [
          own('ingest', 'HistoryLost', 'Sum', 'ingest'),
          own('absorb', 'HistoryLost', 'Sum', 'absorb'),
          own('sync', 'HistoryLost', 'Sum', 'sync'),
        ]),
      ],
    ];
  }

  #functions({ ingest, absorb, sync, hash }: Functions): IWidget[] {
    const all = Object.entries({ ingest, absorb, sync, hash });
    const each = (metric: (fn: PipelineFunction, label: string) => Metric): Metric[] =>
      all.map(([label, fn]) => metric(fn, label));
    return [
      graph(
        'Errors',
        each(({ lambda }, label) => lambda.metricErrors({ period, label })),
      ),
      graph(
        'Throttles',
        each(({ lambda }, label) => lambda.metricThrottles({ period, label })),
      ),
      graph(
        'Duration, p99 (ms)',
        each(({ lambda }, label) => lambda.metricDuration({ period, label, statistic: 'p99' })),
      ),
    ];
  }
}
