import { Aws, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { environmentOf, mappingOf } from '../../lambdas/settings.ts';
import type { DestinationContext } from '../context.ts';
import { type Grant, PipelineFunction } from '../function.ts';
import type { HistoryTable } from '../historyTable.ts';
import { readSecret, useKey } from '../grants.ts';
import type { LeadsTable } from '../leadsTable.ts';
import { consoleTiming } from '../limits.ts';
import type { Queues } from '../queues.ts';
import type { Secrets } from '../secrets.ts';
import type { SignIn } from './signIn.ts';

/** What the console looks at. */
export interface ConsoleParts {
  readonly context: DestinationContext;
  readonly queues: Queues;
  readonly leads: LeadsTable;
  /** Absent: no history is kept. */
  readonly history: HistoryTable | undefined;
  readonly secrets: Secrets;
  /** Where senders point their SDK. */
  readonly apiUrl: string;
}

const grantsOf = (parts: ConsoleParts): readonly Grant[] => {
  const { context, queues, leads, history, secrets } = parts;
  const { events, eventsDead, ticks } = queues;
  return [
    // What everybody sees.
    {
      actions: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:Scan'],
      resources: [leads.table.tableArn, leads.wakeIndexArn],
    },
    ...(history
      ? [
          // The last two write down what is resent and dropped.
          {
            actions: [
              'dynamodb:BatchGetItem',
              'dynamodb:GetItem',
              'dynamodb:Query',
              'dynamodb:PutItem',
              'dynamodb:UpdateItem',
            ],
            resources: [history.table.tableArn],
          },
          ...(history.key === context.keys.table ? [] : useKey(history.key)),
        ]
      : []),
    {
      actions: ['sqs:GetQueueAttributes'],
      resources: [events.queueArn, ticks.queueArn, eventsDead.queueArn],
    },
    // The states of alarms: a list by the beginning of their names is allowed for all of them, or for none.
    {
      actions: ['cloudwatch:DescribeAlarms'],
      resources: [`arn:${Aws.PARTITION}:cloudwatch:${Aws.REGION}:${Aws.ACCOUNT_ID}:alarm:*`],
    },
    // Dead letters, which are looked at, resent and dropped.
    {
      actions: ['sqs:ReceiveMessage', 'sqs:ChangeMessageVisibility', 'sqs:DeleteMessage'],
      resources: [eventsDead.queueArn],
    },
    { actions: ['sqs:SendMessage'], resources: [events.queueArn, ticks.queueArn] },
    {
      // The last one counts the call of `check`.
      actions: ['dynamodb:PutItem', 'dynamodb:DeleteItem', 'dynamodb:UpdateItem'],
      resources: [leads.table.tableArn],
    },
    // Keys to send test events and deletions with, and what `check` looks at.
    ...readSecret(secrets.ingest),
    ...readSecret(secrets.marketo),
    ...readSecret(secrets.hash),
    ...useKey(context.keys.table),
    ...useKey(context.keys.queues),
  ];
};

/** The function that answers the console's questions. */
export const consoleFunction = (
  scope: Construct,
  parts: ConsoleParts,
  signIn: SignIn,
): PipelineFunction => {
  const { context, queues, leads, history, secrets, apiUrl } = parts;
  const { settings } = context;
  const fn = new PipelineFunction(scope, 'Console', {
    context,
    bundle: 'console',
    handler: 'index.handler',
    description: 'Answers the questions of the console, and does what its operators ask for',
    memoryMegabytes: 1_024,
    timeoutSeconds: consoleTiming.functionTimeoutSeconds,
    environment: {
      ...environmentOf(settings, 'console'),
      API_URL: apiUrl,
      LEADS_TABLE: leads.table.tableName,
      EVENTS_QUEUE_URL: queues.events.queueUrl,
      EVENTS_DEAD_QUEUE_URL: queues.eventsDead.queueUrl,
      TICK_QUEUE_URL: queues.ticks.queueUrl,
      INGEST_SECRET_ARN: secrets.ingest.secretArn,
      MARKETO_SECRET_ARN: secrets.marketo.secretArn,
      HASH_SECRET_ARN: secrets.hash.secretArn,
      ...(history && { HISTORY_TABLE: history.table.tableName }),
      SIGN_IN_ISSUER: signIn.issuer,
      SIGN_IN_CLIENT_ID: signIn.clientId,
      SIGN_IN_ORIGIN: signIn.origin,
    },
    mapping: mappingOf(settings),
    grants: grantsOf(parts),
  });
  Validations.of(fn).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:cloudwatch:<AWS::Region>:<AWS::AccountId>:alarm:*]',
    reason: 'CloudWatch checks a list of alarms against all alarms. It is read, and names nobody.',
  });
  return fn;
};
