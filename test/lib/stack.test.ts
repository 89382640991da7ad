import { describe, expect, it } from 'vitest';
import { environmentOf } from '../../lambdas/settings.ts';
import { exampleSettings, ofType, only, templateOf } from './support.ts';

const settings = exampleSettings({
  MARKETO_WORKSPACE: 'EMEA',
  ALARM_TOPIC_ARN: 'arn:aws:sns:eu-west-1:123456789012:ops',
});
const template = templateOf(settings);

const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const queue = (name: string) => only(template, 'AWS::SQS::Queue', `Queues${name}`);
const events = ofType(template, 'AWS::SQS::Queue').find(([, { Properties }]) =>
  (Properties as { QueueName: string }).QueueName.endsWith('-events.fifo'),
)?.[0];
/** All but the one that CDK brings along for the deployment itself. */
const functions = ofType(template, 'AWS::Lambda::Function').filter(([id]) =>
  id.startsWith('Functions'),
);
const fn = (name: string) => only(template, 'AWS::Lambda::Function', `Functions${name}`);

describe('the queues', () => {
  it('events.fifo keeps events 14 days, in high throughput, and gives up after 100 receives', () => {
    expect(template.Resources[events ?? '']?.Properties).toMatchObject({
      QueueName: 'marketo-destination-events.fifo',
      FifoQueue: true,
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
      MessageRetentionPeriod: 1_209_600,
      VisibilityTimeout: 180,
      RedrivePolicy: {
        deadLetterTargetArn: arnOf(queue('EventsDead').id),
        maxReceiveCount: 480,
      },
    });
  });

  it('its dead-letter queue is FIFO too and keeps 14 days', () => {
    expect(queue('EventsDead').Properties).toMatchObject({
      QueueName: 'marketo-destination-events-dead.fifo',
      FifoQueue: true,
      MessageRetentionPeriod: 1_209_600,
    });
  });

  it('the tick queue is a standard queue that never gives a message up', () => {
    const { Properties } = queue('Due') as { Properties: Record<string, unknown> };
    expect(Properties).toMatchObject({
      MessageRetentionPeriod: 1_209_600,
      VisibilityTimeout: 1_080,
    });
    expect(Properties).not.toHaveProperty('RedrivePolicy');
    expect(Properties).not.toHaveProperty('FifoQueue');
  });
});

describe('the leads table', () => {
  const table = only(template, 'AWS::DynamoDB::GlobalTable', 'Leads');

  it('is on demand, expires its items, and outlives the stack', () => {
    expect(table.DeletionPolicy).toBe('Retain');
    expect(table.Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      Replicas: [
        {
          DeletionProtectionEnabled: true,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        },
      ],
    });
  });

  it('has one sparse index, of keys only, of what is due', () => {
    expect(table.Properties).toMatchObject({
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'shard', AttributeType: 'S' },
        { AttributeName: 'wakeAt', AttributeType: 'N' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'wake',
          KeySchema: [
            { AttributeName: 'shard', KeyType: 'HASH' },
            { AttributeName: 'wakeAt', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    });
  });
});

describe('the history table', () => {
  const tableOf = (env: Record<string, string>) =>
    ofType(templateOf(exampleSettings(env)), 'AWS::DynamoDB::GlobalTable').find(([id]) =>
      id.startsWith('History'),
    )?.[1];

  it('is on demand, ends its items, has no backup, and outlives the stack', () => {
    const table = only(template, 'AWS::DynamoDB::GlobalTable', 'History');
    expect(table.DeletionPolicy).toBe('Retain');
    expect(table.Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      Replicas: [{ DeletionProtectionEnabled: true }],
    });
    expect(JSON.stringify(table)).not.toContain('PointInTimeRecovery');
  });

  it('is not there without days, and nothing of it is left in any function', () => {
    const without = templateOf(exampleSettings({ HISTORY_DAYS: '0' }));
    expect(tableOf({ HISTORY_DAYS: '0' })).toBeUndefined();
    expect(JSON.stringify(without)).not.toContain('HISTORY_TABLE');
    expect(without.Outputs).not.toHaveProperty('HistoryTableName');
  });

  it('has a key of its own where it has bodies', () => {
    expect(JSON.stringify(tableOf({ HISTORY_PAYLOADS: 'true' }))).toContain('HistoryKey');
    expect(JSON.stringify(tableOf({}))).not.toContain('HistoryKey');
  });
});

describe('the functions', () => {
  const variables = (name: string): Record<string, unknown> =>
    (fn(name) as { Properties: { Environment: { Variables: Record<string, unknown> } } }).Properties
      .Environment.Variables;

  it.each([
    ['Ingest', 'index.handler', 25],
    ['Absorb', 'index.handler', 30],
    ['Sync', 'index.handler', 180],
    ['Hash', 'index.handler', 10],
  ])(
    '%s runs %s on Node 24 for at most %d s, traced, with logs that end',
    (name, handler, timeout) => {
      const { Properties } = fn(name) as {
        Properties: { LoggingConfig: { LogGroup: { Ref: string } } };
      };
      expect(Properties).toMatchObject({
        Handler: handler,
        Timeout: timeout,
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        TracingConfig: { Mode: 'Active' },
        LoggingConfig: { LogFormat: 'JSON' },
      });
      expect(template.Resources[Properties.LoggingConfig.LogGroup.Ref]?.Properties).toMatchObject({
        RetentionInDays: 30,
      });
    },
  );

  it('have a bundle each', () => {
    const keyOf = (name: string): unknown =>
      (fn(name) as { Properties: { Code: { S3Key: unknown } } }).Properties.Code.S3Key;
    expect(functions).toHaveLength(4);
    expect(new Set(['Ingest', 'Absorb', 'Sync', 'Hash'].map(keyOf)).size).toBe(4);
  });

  it('get their own settings and the names of what they use, and nothing else', () => {
    const table = { Ref: only(template, 'AWS::DynamoDB::GlobalTable', 'Leads').id };
    const secret = (name: string) => ({
      Ref: only(template, 'AWS::SecretsManager::Secret', `Secrets${name}`).id,
    });
    const history = { Ref: only(template, 'AWS::DynamoDB::GlobalTable', 'History').id };
    const ticks = { Ref: queue('Due').id };
    expect(variables('Ingest')).toEqual({
      ...environmentOf(settings, 'ingest'),
      EVENTS_QUEUE_URL: { Ref: events },
      INGEST_SECRET_ARN: secret('Ingest'),
      HISTORY_TABLE: history,
      STACK_NAME: 'marketo-destination',
    });
    expect(variables('Absorb')).toEqual({
      ...environmentOf(settings, 'absorb'),
      STACK_NAME: 'marketo-destination',
      TICK_QUEUE_URL: ticks,
      LEADS_TABLE: table,
      HISTORY_TABLE: history,
    });
    expect(variables('Sync')).toEqual({
      ...environmentOf(settings, 'sync'),
      STACK_NAME: 'marketo-destination',
      TICK_QUEUE_URL: ticks,
      LEADS_TABLE: table,
      HISTORY_TABLE: history,
      MARKETO_SECRET_ARN: secret('Marketo'),
    });
    expect(variables('Hash')).toEqual({
      ...environmentOf(settings, 'hash'),
      STACK_NAME: 'marketo-destination',
      HASH_SECRET_ARN: secret('Hash'),
    });
  });

  it('only sync may go round by messages to itself, because it sends itself the next tick', () => {
    const loops = functions.map(([id, { Properties }]) => [
      id.startsWith('FunctionsSync'),
      (Properties as { RecursiveLoop: string }).RecursiveLoop,
    ]);
    expect(loops.filter(([isSync]) => isSync)).toEqual([[true, 'Allow']]);
    expect(loops.filter(([isSync]) => !isSync).map(([, loop]) => loop)).toEqual(
      Array(3).fill('Terminate'),
    );
  });
});

describe('what invokes absorb and sync', () => {
  it('absorb takes the events in tens and reports what failed', () => {
    expect(only(template, 'AWS::Lambda::EventSourceMapping', 'FunctionsAbsorb').Properties).toEqual(
      {
        EventSourceArn: arnOf(events ?? ''),
        FunctionName: { Ref: fn('Absorb').id },
        BatchSize: 10,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: 100 },
      },
    );
  });

  it('sync takes ticks in tens, at once, with five calls under way', () => {
    expect(only(template, 'AWS::Lambda::EventSourceMapping', 'FunctionsSync').Properties).toEqual({
      EventSourceArn: arnOf(queue('Due').id),
      FunctionName: { Ref: fn('Sync').id },
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 5 },
    });
  });

  it('a tick comes once a minute, through the queue, so that no more calls are under way', () => {
    expect(only(template, 'AWS::Events::Rule').Properties).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      State: 'ENABLED',
      Targets: [{ Arn: arnOf(queue('Due').id), Input: '{"scheduled":true}' }],
    });
  });
});

describe('the secrets', () => {
  // CloudFormation makes a new value whenever this changes, and so erases what the user filled in.
  it.each([
    ['Ingest', '{}', 'writeKey'],
    [
      'Marketo',
      '{"restClientId":"","restClientSecret":"","soapUserId":"","soapEncryptionKey":""}',
      'unused',
    ],
    ['Hash', '{"munchkinPrivateKey":""}', 'unused'],
  ])('%s has the template that it will always have', (name, blank, generated) => {
    expect(
      only(template, 'AWS::SecretsManager::Secret', `Secrets${name}`).Properties,
    ).toMatchObject({
      Name: `marketo-destination/${name.toLowerCase()}`,
      GenerateSecretString: {
        ExcludePunctuation: true,
        GenerateStringKey: generated,
        SecretStringTemplate: blank,
      },
    });
  });
});

it('the outputs say where to send events and which secrets to fill in', () => {
  expect(Object.keys(template.Outputs).sort()).toEqual([
    'AbsorbFunctionName',
    'AlarmTopicArn',
    'ApiUrl',
    'BrowserScriptDomainName',
    'BrowserScriptIntegrity',
    'BrowserScriptLatestUrl',
    'BrowserScriptUrl',
    'DashboardName',
    'EventsDeadQueueUrl',
    'EventsQueueUrl',
    'HashFunctionName',
    'HashSecretName',
    'HistoryTableName',
    'IngestFunctionName',
    'IngestSecretName',
    'LeadsTableName',
    'LogDays',
    'MarketoSecretName',
    'SyncFunctionName',
    'TickQueueUrl',
    'Version',
  ]);
  expect(template.Outputs['MarketoSecretName']?.Value).toBe('marketo-destination/marketo');
});
