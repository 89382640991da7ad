import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { environmentOf } from '../lambdas/settings.ts';
import type { DestinationContext } from './context.ts';
import { type Grant, PipelineFunction } from './function.ts';
import type { LeadsTable } from './leadsTable.ts';
import type { Queues } from './queues.ts';
import type { Secrets } from './secrets.ts';
import { absorbTiming, hashTiming, ingestTiming, syncTiming } from '../lambdas/limits.ts';

interface FunctionsProps {
  readonly context: DestinationContext;
  readonly queues: Queues;
  readonly leads: LeadsTable;
  readonly secrets: Secrets;
}

const consume = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
const send = ['sqs:SendMessage'];
const countCalls = ['dynamodb:GetItem', 'dynamodb:UpdateItem'];
const useTable = ['dynamodb:BatchGetItem', 'dynamodb:PutItem'];

/** To read and write what a customer-managed key encrypts; nothing where AWS's own key does. */
const useKey = (key: IKey | undefined): readonly Grant[] =>
  key === undefined
    ? []
    : [
        {
          actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'],
          resources: [key.keyArn],
        },
      ];

/** Secrets Manager ends an ARN with six characters, which a secret imported by its name lacks. */
const readSecret = ({
  secretArn,
  secretFullArn = `${secretArn}-??????`,
  encryptionKey,
}: ISecret): readonly Grant[] => [
  { actions: ['secretsmanager:GetSecretValue'], resources: [secretFullArn] },
  ...(encryptionKey ? [{ actions: ['kms:Decrypt'], resources: [encryptionKey.keyArn] }] : []),
];

/** The four functions; absorb and sync share the worker's bundle. */
export class Functions extends Construct {
  readonly ingest: PipelineFunction;
  readonly absorb: PipelineFunction;
  readonly sync: PipelineFunction;
  readonly hash: PipelineFunction;

  constructor(scope: Construct, id: string, { context, queues, leads, secrets }: FunctionsProps) {
    super(scope, id);
    const { settings } = context;
    const common = { context };
    const { keys } = context;
    const { events, due } = queues;
    const dueAndTable = { DUE_QUEUE_URL: due.queueUrl, LEADS_TABLE: leads.table.tableName };
    const worker: readonly Grant[] = [
      { actions: useTable, resources: [leads.table.tableArn] },
      { actions: send, resources: [due.queueArn] },
      ...useKey(keys.table),
      ...useKey(keys.queues),
    ];

    this.ingest = new PipelineFunction(this, 'Ingest', {
      ...common,
      bundle: 'ingest',
      handler: 'index.handler',
      description: 'Takes Segment events over HTTP and puts them on the events queue',
      memoryMegabytes: 512,
      timeoutSeconds: ingestTiming.functionTimeoutSeconds,
      environment: {
        ...environmentOf(settings, 'ingest'),
        EVENTS_QUEUE_URL: events.queueUrl,
        INGEST_SECRET_ARN: secrets.ingest.secretArn,
      },
      grants: [
        { actions: [...send, 'sqs:GetQueueAttributes'], resources: [events.queueArn] },
        ...useKey(keys.queues),
        ...readSecret(secrets.ingest),
      ],
    });
    this.absorb = new PipelineFunction(this, 'Absorb', {
      ...common,
      bundle: 'worker',
      handler: 'index.absorb',
      description: 'Merges events into the mailboxes of their leads and sends visits',
      memoryMegabytes: 512,
      timeoutSeconds: absorbTiming.functionTimeoutSeconds,
      environment: { ...environmentOf(settings, 'absorb'), ...dueAndTable },
      grants: [
        { actions: consume, resources: [events.queueArn] },
        // Dead letters are found there when their user is deleted.
        { actions: ['dynamodb:Query'], resources: [leads.wakeIndexArn] },
        ...worker,
      ],
    });
    this.sync = new PipelineFunction(this, 'Sync', {
      ...common,
      bundle: 'worker',
      handler: 'index.sync',
      description: 'Brings due leads to Marketo, and sweeps once a minute',
      memoryMegabytes: 1_024,
      timeoutSeconds: syncTiming.functionTimeoutSeconds,
      environment: {
        ...environmentOf(settings, 'sync'),
        ...dueAndTable,
        MARKETO_SECRET_ARN: secrets.marketo.secretArn,
      },
      grants: [
        { actions: consume, resources: [due.queueArn] },
        { actions: ['dynamodb:Query'], resources: [leads.wakeIndexArn] },
        { actions: countCalls, resources: [leads.table.tableArn] },
        ...readSecret(secrets.marketo),
        ...worker,
      ],
      // A lead that waits goes round sync and the due queue by design; Lambda would take that for
      // a runaway loop and drop the message after 16 rounds.
      goesRound: true,
      network: context.network,
    });
    this.hash = new PipelineFunction(this, 'Hash', {
      ...common,
      bundle: 'hash',
      handler: 'index.handler',
      description: 'Signs e-mail addresses for Munchkin',
      memoryMegabytes: 256,
      timeoutSeconds: hashTiming.functionTimeoutSeconds,
      environment: {
        ...environmentOf(settings, 'hash'),
        HASH_SECRET_ARN: secrets.hash.secretArn,
      },
      grants: readSecret(secrets.hash),
    });
  }
}
