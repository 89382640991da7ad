import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { noEmail } from '../../lambdas/lead/keys.ts';
import { exampleSettings, ofType, only, templateOf } from './support.ts';

interface AlarmProperties {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly AlarmActions: readonly unknown[];
  readonly OKActions: readonly unknown[];
  readonly MetricName?: string;
  readonly Namespace?: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: unknown }[];
  readonly Metrics?: readonly { readonly Expression?: string }[];
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm?: number;
  readonly Threshold: number;
  readonly Statistic?: string;
  readonly ExtendedStatistic?: string;
  readonly TreatMissingData: string;
  readonly ComparisonOperator: string;
}

const topicArn = 'arn:aws:sns:eu-west-1:123456789012:ops';
const template = templateOf(exampleSettings({ ALARM_TOPIC_ARN: topicArn }));
const alarms = ofType(template, 'AWS::CloudWatch::Alarm').map(
  ([, { Properties }]) => Properties as AlarmProperties,
);
const named = (name: string): AlarmProperties => {
  const found = alarms.find(({ AlarmName }) => AlarmName === `marketo-destination-${name}`);
  if (!found) throw new Error(`there is no alarm ${name}`);
  return found;
};
const ringOn = (metric: string, of: unknown): boolean =>
  alarms.some(
    ({ MetricName, Dimensions }) =>
      MetricName === metric &&
      JSON.stringify(Dimensions?.map(({ Value }) => Value)) === JSON.stringify([of]),
  );

describe('the alarms', () => {
  it('ring for dead letters and for the oldest message of both queues', () => {
    const queues = ofType(template, 'AWS::SQS::Queue');
    const nameOf = (end: string) => ({
      'Fn::GetAtt': [
        queues.find(([, { Properties }]) =>
          (Properties as { QueueName: string }).QueueName.endsWith(end),
        )?.[0],
        'QueueName',
      ],
    });
    expect(ringOn('ApproximateNumberOfMessagesVisible', nameOf('-events-dead.fifo'))).toBe(true);
    expect(ringOn('ApproximateAgeOfOldestMessage', nameOf('-events.fifo'))).toBe(true);
    expect(ringOn('ApproximateAgeOfOldestMessage', nameOf('-due'))).toBe(true);
  });

  it.each(['Ingest', 'Absorb', 'Sync', 'Hash'])('ring for errors and throttles of %s', (name) => {
    const fn = only(template, 'AWS::Lambda::Function', `Functions${name}`);
    expect(ringOn('Errors', { Ref: fn.id })).toBe(true);
    expect(ringOn('Throttles', { Ref: fn.id })).toBe(true);
  });

  it('ring for leads that were given up and for error lines in the log', () => {
    const filters = ofType(template, 'AWS::Logs::MetricFilter').map(
      ([, { Properties }]) =>
        Properties as {
          FilterPattern: string;
          MetricTransformations: { MetricName: string; MetricNamespace: string }[];
        },
    );
    for (const [pattern, count] of [
      // What ends the hold of an id that anybody may have invented wakes nobody.
      [`{ ($.step = "dead") && ($.because != "${noEmail}") }`, 2],
      ['{ $.level = "ERROR" }', 4],
    ] as const) {
      const names = filters
        .filter(({ FilterPattern }) => FilterPattern === pattern)
        .map(({ MetricTransformations }) => MetricTransformations[0]?.MetricName);
      expect(names).toHaveLength(count);
      for (const name of names) {
        expect(alarms.filter(({ MetricName }) => MetricName === name)).toHaveLength(1);
      }
    }
  });

  it('ring when Marketo is unavailable for half an hour, by what sync of this stack says', () => {
    expect(named('MarketoUnavailable')).toMatchObject({
      Namespace: 'MarketoDestination',
      MetricName: 'UnavailableFor',
      Dimensions: [
        { Name: 'service', Value: 'sync' },
        { Name: 'stack', Value: 'marketo-destination' },
      ],
      Statistic: 'Maximum',
      Threshold: 30 * 60_000,
      // Probes may be a quarter of an hour apart.
      EvaluationPeriods: 4,
      DatapointsToAlarm: 1,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
    });
  });

  it('ring when the day’s calls are used up', () => {
    const { Metrics = [], Threshold } = named('QuotaUsedUp');
    expect(Metrics.flatMap(({ Expression }) => Expression ?? [])).toEqual([
      'IF(used >= limit, 1, 0)',
    ]);
    expect(JSON.stringify(Metrics)).toContain('"MetricName":"CallsUsed"');
    expect(JSON.stringify(Metrics)).toContain('"MetricName":"CallsLimit"');
    expect(Threshold).toBe(0);
  });

  it('ring when leads find no call for most of an hour, and when events are an hour late', () => {
    expect(named('BudgetWaits')).toMatchObject({
      MetricName: 'BudgetWaits',
      EvaluationPeriods: 12,
      DatapointsToAlarm: 9,
      Threshold: 0,
    });
    expect(named('FreshnessOld')).toMatchObject({
      MetricName: 'Freshness',
      ExtendedStatistic: 'p50',
      EvaluationPeriods: 3,
      Threshold: 3_600_000,
    });
  });

  it('ring when one in ten requests is refused, however few events come through', () => {
    const { Metrics = [], EvaluationPeriods, TreatMissingData } = named('IngestRefusals');
    expect(Metrics.flatMap(({ Expression }) => Expression ?? [])).toEqual([
      'IF(refused > 20 AND refused * 10 > requests, 1, 0)',
    ]);
    expect(JSON.stringify(Metrics)).toContain('"MetricName":"marketo-destination-IngestRefusals"');
    expect(JSON.stringify(Metrics)).toContain('"MetricName":"Invocations"');
    expect([EvaluationPeriods, TreatMissingData]).toEqual([3, 'notBreaching']);
    const patterns = ofType(template, 'AWS::Logs::MetricFilter').map(
      ([, { Properties }]) => (Properties as { FilterPattern: string }).FilterPattern,
    );
    // The line that the function writes, word for word.
    expect(patterns).toContain('{ $.message = "a request was refused as a whole" }');
    expect(readFileSync('lambdas/ingest/rejectionLog.ts', 'utf8')).toContain(
      "'a request was refused as a whole'",
    );
  });

  it('ring before the events queue is longer than SQS looks through', () => {
    expect(named('EventsBacklog')).toMatchObject({
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Threshold: 100_000,
    });
  });

  it('ring for a source that is silent for longer than its setting says', () => {
    const silent = templateOf(exampleSettings({ SOURCE_SILENT_HOURS: '{"crm":6}' }));
    const [found] = ofType(silent, 'AWS::CloudWatch::Alarm')
      .map(([, { Properties }]) => Properties as AlarmProperties)
      .filter(({ AlarmName }) => AlarmName.endsWith('SourceSilent-crm'));
    expect(found).toMatchObject({
      MetricName: 'marketo-destination-QueuedBySource',
      Dimensions: [{ Name: 'source', Value: 'crm' }],
      EvaluationPeriods: 6,
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
    });
    const filters = ofType(silent, 'AWS::Logs::MetricFilter');
    expect(JSON.stringify(filters)).toContain('"Dimensions":[{"Key":"source","Value":"$.source"}]');
  });

  it('ring for silence only where a tick should come every minute', () => {
    expect(named('SyncSilent')).toMatchObject({
      MetricName: 'Invocations',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      EvaluationPeriods: 3,
    });
    expect(
      alarms
        .filter(({ TreatMissingData }) => TreatMissingData !== 'notBreaching')
        .map(({ AlarmName }) => AlarmName),
    ).toEqual(['marketo-destination-SyncSilent', 'marketo-destination-IngestSilent']);
  });

  it('notify the topic of the settings, all of them, and again when they are over', () => {
    expect(alarms.length).toBeGreaterThan(20);
    for (const { AlarmActions, OKActions } of alarms) {
      expect(AlarmActions).toEqual([topicArn]);
      expect(OKActions).toEqual([topicArn]);
    }
  });
});

describe('the runbook', () => {
  const page = readFileSync('docs/operations.md', 'utf8');
  const slugOf = (heading: string): string =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-');
  const sections = new Map(
    page
      .split(/^### /m)
      .slice(1)
      .map((section) => [slugOf(section.split('\n', 1)[0] ?? ''), section]),
  );

  it.each(alarms)('has a section for $AlarmName', ({ AlarmName, AlarmDescription }) => {
    const [, anchor = ''] = /docs\/operations\.md#([\w-]+)$/.exec(AlarmDescription) ?? [];
    const section = sections.get(anchor) ?? '';
    for (const part of ['**What it means.**', '**How to look.**', '**What to do.'])
      expect(section.replace('**What to do**', '**What to do.')).toContain(part);
    const name = AlarmName.replace('marketo-destination-', '');
    const row = page
      .split('\n')
      .find((line) => line.startsWith('|') && line.includes(`\`${name}\``));
    expect(row).toContain(`(#${anchor})`);
  });

  it('links only to sections that it has', () => {
    const anchors = [...page.matchAll(/\]\(#([\w-]+)\)/g)].map(([, anchor]) => anchor);
    expect(anchors.length).toBeGreaterThan(10);
    for (const anchor of anchors) expect([...sections.keys()]).toContain(anchor);
  });
});
