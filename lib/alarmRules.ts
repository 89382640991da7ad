import type { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { PipelineFunction } from './function.ts';
import type { OwnMetrics } from './ownMetrics.ts';
import type { Queues } from './queues.ts';
import { alarmTiming } from '../lambdas/limits.ts';

/** When an alarm rings, and what it tells whom it wakes. */
export interface AlarmRule {
  readonly id: string;
  /** What it means, in one sentence. */
  readonly says: string;
  /** The section of docs/operations.md that says how to look and what to do. */
  readonly section: string;
  readonly metric: IMetric;
  /** `over` it rings, and silence is fine; `under` it rings, and silence is what it rings for. */
  readonly limit: { readonly over: number } | { readonly under: number };
  /** For so many periods one after the other; absent: 1. */
  readonly periods?: number;
  /** So many of these periods are enough; absent: all. */
  readonly enough?: number;
}

export const queueRules = (
  { events, eventsDead, ticks }: Queues,
  period: Duration,
): readonly AlarmRule[] => [
  {
    id: 'EventsDead',
    says: 'Events that the worker could not process wait in the dead-letter queue.',
    section: 'events-that-could-not-be-processed',
    metric: eventsDead.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' }),
    limit: { over: 0 },
  },
  {
    id: 'EventsOldest',
    says: 'Events wait too long to be absorbed.',
    section: 'events-wait-too-long',
    metric: events.metricApproximateAgeOfOldestMessage({ period }),
    limit: { over: alarmTiming.eventsOldestSeconds },
  },
  {
    id: 'TicksOldest',
    says: 'Ticks wait too long to be looked at: sync does not run, or cannot keep up.',
    section: 'ticks-wait-too-long',
    metric: ticks.metricApproximateAgeOfOldestMessage({ period }),
    limit: { over: alarmTiming.ticksOldestSeconds },
  },
  {
    id: 'EventsBacklog',
    says: 'The events queue is nearly as long as SQS looks through for groups: soon nobody further back is seen.',
    section: 'the-events-queue-is-long',
    metric: events.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' }),
    limit: { over: alarmTiming.backlogMessages },
  },
];

export const functionRules = (
  name: string,
  { lambda }: PipelineFunction,
  period: Duration,
): readonly AlarmRule[] => [
  {
    id: `${name}Errors`,
    says: `${name} failed.`,
    section: 'a-function-fails',
    metric: lambda.metricErrors({ period }),
    limit: { over: 0 },
  },
  {
    id: `${name}Throttles`,
    says: `${name} was throttled.`,
    section: 'a-function-is-throttled',
    metric: lambda.metricThrottles({ period }),
    limit: { over: 0 },
  },
];

/** What sync says of Marketo, and that it says anything at all. */
export const marketoRules = (
  own: OwnMetrics,
  sync: PipelineFunction,
  period: Duration,
): readonly AlarmRule[] => [
  {
    id: 'SyncSilent',
    says: 'Sync has not run for a quarter of an hour, although a tick comes once a minute.',
    section: 'sync-is-silent',
    metric: sync.lambda.metricInvocations({ period }),
    limit: { under: 1 },
    periods: alarmTiming.silentPeriods,
  },
  {
    id: 'MarketoUnavailable',
    says: 'Marketo has been unavailable for half an hour; all leads wait, and nothing is lost.',
    section: 'marketo-is-unavailable',
    metric: own('sync', 'UnavailableFor', 'Maximum'),
    limit: { over: alarmTiming.unavailableMs },
    periods: alarmTiming.unavailablePeriods,
    enough: 1,
  },
  {
    id: 'QuotaUsedUp',
    says: 'The day’s calls to Marketo are used up; all leads wait for midnight US Central.',
    section: 'the-quota-is-used-up',
    metric: new MathExpression({
      expression: 'IF(used >= limit, 1, 0)',
      usingMetrics: {
        used: own('sync', 'CallsUsed', 'Maximum'),
        limit: own('sync', 'CallsLimit', 'Maximum'),
      },
      period,
    }),
    limit: { over: 0 },
  },
  {
    id: 'BudgetWaits',
    says: 'For most of an hour leads found no call in the budget: more comes in than may go out.',
    section: 'leads-wait-for-the-budget',
    metric: own('sync', 'BudgetWaits'),
    limit: { over: 0 },
    periods: alarmTiming.budgetWaitPeriods,
    enough: alarmTiming.budgetWaitLeast,
  },
  {
    id: 'DueOldest',
    says: 'The lead that waits longest has been due for over an hour.',
    section: 'leads-are-due-for-long',
    metric: own('sync', 'OldestDue', 'Maximum'),
    limit: { over: alarmTiming.dueOldestMs },
    periods: alarmTiming.dueOldestPeriods,
  },
  {
    id: 'FreshnessOld',
    says: 'The middle event that reaches Marketo is more than an hour old.',
    section: 'events-reach-marketo-late',
    metric: own('sync', 'Freshness', 'p50'),
    limit: { over: alarmTiming.freshnessMs },
    periods: alarmTiming.freshnessPeriods,
  },
];
