import { Construct } from 'constructs';
import { environmentOf, mappingOf } from '../lambdas/settings.ts';
import type { DestinationContext } from './context.ts';
import { type Grant, PipelineFunction } from './function.ts';
import { readSecret, useKey } from './grants.ts';
import type { HistoryTable } from './historyTable.ts';
import type { LeadsTable } from './leadsTable.ts';
import type { Queues } from './queues.ts';
import type { Secrets } from './secrets.ts';
import { absorbTiming, hashTiming, ingestTiming, syncTiming } from '../lambdas/limits.ts';

interface FunctionsProps {
  readonly context: DestinationContext;
  readonly queues: Queues;
  readonly leads: LeadsTable;
  /** Absent: no history is kept. */
  readonly history: HistoryTable | undefined;
  readonly secrets: Secrets;
}

const consume = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
const send = ['sqs:SendMessage'];
const countCalls = ['dynamodb:GetItem', 'dynamodb:UpdateItem'];
const listHistory = ['dynamodb:PutItem'];
const writeHistory = [...listHistory, 'dynamodb:DeleteItem', 'dynamodb:UpdateItem'];
/** To find what a deletion of a user reaches, and to delete it. */
const eraseHistory = ['dynamodb:BatchWriteItem', 'dynamodb:Query'];
/** To see what has been summed up. */
const sumUpHistory = ['dynamodb:GetItem'];
const useTable = ['dynamodb:BatchGetItem', 'dynamodb:PutItem'];

/** The four functions. */
export class Functions extends Construct {
  readonly ingest: PipelineFunction;
  readonly absorb: PipelineFunction;
  readonly sync: PipelineFunction;
  readonly hash: PipelineFunction;

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id);
    const { context, queues, leads, history, secrets } = props;
    const { settings } = context;
    const common = { context };
    const mapping = mappingOf(settings);
    const { keys } = context;
    const { events, ticks } = queues;
    const ticksAndTable = { TICK_QUEUE_URL: ticks.queueUrl, LEADS_TABLE: leads.table.tableName };
    const historyName: Record<string, string> = history
      ? { HISTORY_TABLE: history.table.tableName }
      : {};
    const inHistory = (actions: readonly string[]): readonly Grant[] =>
      history
        ? [
            { actions, resources: [history.table.tableArn] },
            ...(history.key === keys.table ? [] : useKey(history.key)),
          ]
        : [];
    const both: readonly Grant[] = [
      { actions: useTable, resources: [leads.table.tableArn] },
      { actions: send, resources: [ticks.queueArn] },
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
        ...historyName,
      },
      grants: [
        { actions: [...send, 'sqs:GetQueueAttributes'], resources: [events.queueArn] },
        ...useKey(keys.queues),
        ...inHistory(listHistory),
        ...(history && history.key === keys.table ? useKey(keys.table) : []),
        ...readSecret(secrets.ingest),
      ],
    });
    this.absorb = new PipelineFunction(this, 'Absorb', {
      ...common,
      bundle: 'absorb',
      handler: 'index.handler',
      description: 'Merges events into the mailboxes of their leads and sends visits',
      memoryMegabytes: 512,
      timeoutSeconds: absorbTiming.functionTimeoutSeconds,
      environment: { ...environmentOf(settings, 'absorb'), ...ticksAndTable, ...historyName },
      mapping,
      grants: [
        { actions: consume, resources: [events.queueArn] },
        // Dead letters are found there when their user is deleted.
        { actions: ['dynamodb:Query'], resources: [leads.wakeIndexArn] },
        ...inHistory([...writeHistory, ...eraseHistory]),
        ...both,
      ],
    });
    this.sync = new PipelineFunction(this, 'Sync', {
      ...common,
      bundle: 'sync',
      handler: 'index.handler',
      description: 'Brings the leads that are due to Marketo',
      memoryMegabytes: 1_024,
      timeoutSeconds: syncTiming.functionTimeoutSeconds,
      environment: {
        ...environmentOf(settings, 'sync'),
        ...ticksAndTable,
        ...historyName,
        MARKETO_SECRET_ARN: secrets.marketo.secretArn,
      },
      mapping,
      grants: [
        { actions: consume, resources: [ticks.queueArn] },
        { actions: ['dynamodb:Query'], resources: [leads.wakeIndexArn] },
        { actions: countCalls, resources: [leads.table.tableArn] },
        ...inHistory([...writeHistory, ...eraseHistory, ...sumUpHistory]),
        ...readSecret(secrets.marketo),
        ...both,
      ],
      // Sync sends itself the next tick by design; Lambda would take that for a runaway loop and drop
      // it after 16 rounds.
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
