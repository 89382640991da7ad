import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import {
  absorbTiming,
  callLimits,
  leadLimits,
  leadTiming,
  sweepTiming,
  syncTiming,
} from '../limits.ts';
import { createDynamoClient, createSqsClient } from '../aws/clients.ts';
import { createCounters } from '../aws/counters.ts';
import { createDueQueue } from '../aws/dueQueue.ts';
import { createLeadsTable } from '../aws/leadsTable.ts';
import { createSecret } from '../aws/secrets.ts';
import { variable } from '../aws/variable.ts';
import { createMunchkin } from '../marketo/munchkin/client.ts';
import { createObserver } from '../observer.ts';
import type { Clock } from '../ports.ts';
import { epochMs } from '../segment/time.ts';
import { lambdaSettings } from '../settings.ts';
import type { SettingsOf } from '../settings.ts';
import type { WorkerPorts } from './compose.ts';
import { composeAbsorb, composeSync } from './compose.ts';
import { credentialsSchema, marketoOf } from '../sync/marketo.ts';

const hourMs = 3_600_000;
const clock: Clock = { now: () => epochMs(Date.now()) };

const portsOf = (
  { logger, metrics }: Pick<WorkerPorts, 'logger' | 'metrics'>,
  settings: SettingsOf<'absorb'> | SettingsOf<'sync'>,
  client: DynamoDBClient,
): WorkerPorts => {
  const { munchkinId, munchkinEndpoint } = settings.marketo;
  return {
    table: createLeadsTable({
      client,
      tableName: variable('LEADS_TABLE'),
      shards: sweepTiming.shards,
      pageItems: sweepTiming.pageItems,
    }),
    due: createDueQueue({ client: createSqsClient(), queueUrl: variable('DUE_QUEUE_URL') }),
    munchkin: createMunchkin({
      endpoint: munchkinEndpoint ?? `https://${munchkinId}.mktoresp.com`,
      munchkinId,
    }),
    clock,
    random: Math.random,
    logger,
    metrics,
    timing: leadTiming,
    limits: leadLimits,
    visitTimeoutMs: absorbTiming.visitTimeoutMs,
    holdMs: settings.holdDays * 24 * hourMs,
    resendUnchangedAfterMs: settings.resendUnchangedAfterHours * hourMs,
    fieldPolicies: settings.fieldPolicies,
  };
};

const composedAbsorb = () => {
  const settings = lambdaSettings('absorb', process.env);
  const observer = createObserver('absorb');
  return observer.each(composeAbsorb(portsOf(observer, settings, createDynamoClient()), settings));
};

const composedSync = () => {
  const settings = lambdaSettings('sync', process.env);
  const { api, dailyCalls } = settings.marketo;
  const client = createDynamoClient();
  const observer = createObserver('sync');
  const ports = portsOf(observer, settings, client);
  const secret = createSecret({
    client: new SecretsManagerClient(),
    arn: variable('MARKETO_SECRET_ARN'),
    schema: credentialsSchema,
    maxAgeSeconds: syncTiming.secretMaxAgeSeconds,
    clock,
    logger: observer.logger,
  });
  const limits = callLimits[api];
  const { sync, sweep } = composeSync({
    ...ports,
    api,
    marketo: marketoOf(settings, secret, clock),
    counters: createCounters({ client, tableName: variable('LEADS_TABLE') }),
    unknownFields: settings.unknownFields,
    callLimits: { ...limits, dailyCalls: dailyCalls ?? limits.dailyCalls },
    shards: sweepTiming.shards,
  });
  return { sync: observer.each(sync), sweep: observer.each(sweep) };
};

/** Composed by the first invocation: the bundle serves two functions, each with its own settings. */
const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
};

const absorbOnce = once(composedAbsorb);
const syncOnce = once(composedSync);

const answer = (failed: readonly string[]): SQSBatchResponse => ({
  batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })),
});

/** When this invocation ends, by our clock. */
const endOf = (context: Context, reserveMs: number) =>
  epochMs(clock.now() + context.getRemainingTimeInMillis() - reserveMs);

/** Lambda on `events.fifo`: reports the messages that are not safe yet. */
export const absorb = middy<SQSEvent, SQSBatchResponse>().handler(
  async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    const records = event.Records.map(({ messageId, body, attributes }) => ({
      id: messageId,
      group: attributes.MessageGroupId ?? messageId,
      body,
    }));
    return answer(await absorbOnce()(records, endOf(context, absorbTiming.visitReserveMs)));
  },
);

/** Lambda on the due queue, and once a minute the sweep (`{"sweep": true}`). */
export const sync = middy<SQSEvent | { readonly sweep: true }, SQSBatchResponse>().handler(
  async (
    event: SQSEvent | { readonly sweep: true },
    context: Context,
  ): Promise<SQSBatchResponse> => {
    if ('sweep' in event) {
      await syncOnce().sweep(endOf(context, leadTiming.settleMarginMs));
      return answer([]);
    }
    const records = event.Records.map(({ messageId, body }) => ({ id: messageId, body }));
    return answer(await syncOnce().sync(records, endOf(context, 0)));
  },
);
