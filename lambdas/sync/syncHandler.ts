import { setTimeout as sleep } from 'node:timers/promises';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { pipelinePorts } from '../absorb/pipelinePorts.ts';
import { createDynamoClient } from '../aws/clients.ts';
import { createCounters } from '../aws/dynamoCounters.ts';
import { bundledMapping } from '../aws/bundledMapping.ts';
import { batchResponse, endOf } from '../aws/invocation.ts';
import { createSecret } from '../aws/secrets.ts';
import { variable } from '../aws/variable.ts';
import { historyOf, sumUpOf } from '../aws/history.ts';
import { callLimits, historyTiming, indexLimits, syncTiming } from '../limits.ts';
import { createObserver } from '../observer.ts';
import { handedSettings } from '../settings/handed.ts';
import { systemClock } from '../systemClock.ts';
import { composeSync } from './composeSync.ts';
import { credentialsSchema, marketoOf } from './marketo.ts';
import type { TickRecord } from './readTicks.ts';

const settings = { ...handedSettings('sync', process.env), ...bundledMapping(process.env) };
const { api, dailyCalls } = settings.marketo;
const client = createDynamoClient();
const history = historyOf(settings.history, client, historyTiming.syncWriteMs);
const observer = createObserver('sync', history);
const secret = createSecret({
  client: new SecretsManagerClient(),
  arn: variable('MARKETO_SECRET_ARN'),
  schema: credentialsSchema,
  maxAgeSeconds: syncTiming.secretMaxAgeSeconds,
  clock: systemClock,
  logger: observer.logger,
});
const composing = marketoOf(settings, secret, systemClock).then((marketo) =>
  composeSync({
    ...pipelinePorts(observer, settings, client),
    ...(history && {
      history: history.writer,
      notes: observer.notes,
      sumUpHistory: sumUpOf(settings.history, client, systemClock),
    }),
    ...(observer.notes && { flushHistory: () => observer.notes?.flush() ?? Promise.resolve() }),
    api,
    marketo,
    counters: createCounters({ client, tableName: variable('LEADS_TABLE') }),
    sleep: (ms) => sleep(ms),
    unknownFields: settings.unknownFields,
    callLimits: { ...callLimits[api], ...(dailyCalls !== undefined && { dailyCalls }) },
    shards: indexLimits.shards,
  }),
);
const run = observer.each(
  async (records: readonly TickRecord[], until: ReturnType<typeof endOf>) => {
    const sync = await composing;
    return sync.run(records, until);
  },
);

/** Lambda on the tick queue. */
export const handler = async (
  { Records }: SQSEvent,
  context: Context,
): Promise<SQSBatchResponse> => {
  const records = Records.map(({ messageId, body }) => ({ id: messageId, body }));
  return batchResponse(await run(records, endOf(context)));
};
