import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { randomUUID } from 'node:crypto';
import { ingestTiming, sendTiming } from '../limits.ts';
import { createSqsClient } from '../aws/clients.ts';
import { createEventsQueue } from '../aws/eventsQueue.ts';
import { createSecret } from '../aws/secrets.ts';
import { variable } from '../aws/variable.ts';
import { createObserver } from '../observer.ts';
import { epochMs } from '../segment/time.ts';
import { lambdaSettings } from '../settings.ts';
import { createIngestFunction } from './ingest.ts';
import { ingestSecretSchema } from './ingestSecret.ts';

const clock = { now: () => epochMs(Date.now()) };
const { logger, each } = createObserver('ingest');

const secret = createSecret({
  client: new SecretsManagerClient(),
  arn: variable('INGEST_SECRET_ARN'),
  schema: ingestSecretSchema,
  maxAgeSeconds: ingestTiming.secretMaxAgeSeconds,
  clock,
  logger,
});

const ingest = createIngestFunction({
  ...lambdaSettings('ingest', process.env),
  clock,
  logger,
  newMessageId: randomUUID,
  eventsQueue: createEventsQueue({
    client: createSqsClient(sendTiming.tryTimeoutMs),
    queueUrl: variable('EVENTS_QUEUE_URL'),
    clock,
  }),
  writeKeys: async () => (await secret()).writeKeys,
  deleteKeys: async () => (await secret()).deleteKeys,
  webhookSecrets: async () => (await secret()).webhookSecrets,
});

export const handler = each(ingest);
