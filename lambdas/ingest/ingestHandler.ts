import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ingestTiming, sendTiming } from '../limits.ts';
import { createSqsClient } from '../aws/clients.ts';
import { createBacklog } from '../aws/backlog.ts';
import { createEventsQueue } from '../aws/sqsEventsQueue.ts';
import { createSecret } from '../aws/secrets.ts';
import { variable } from '../aws/variable.ts';
import { lazyHistory } from '../aws/lazyHistory.ts';
import { createObserver } from '../observer.ts';
import { epochMs } from '../segment/time.ts';
import { handedSettings } from '../settings/handed.ts';
import { createIngestFunction } from './ingest.ts';
import { ingestSecretSchema } from './ingestSecret.ts';

const clock = { now: () => epochMs(Date.now()) };
const { consent, history, lambdaDestination, webhook } = handedSettings('ingest', process.env);
const { logger, each } = createObserver('ingest', lazyHistory(history));

const { kind, mayDelete } = lambdaDestination;

const secret = createSecret({
  client: new SecretsManagerClient(),
  arn: variable('INGEST_SECRET_ARN'),
  schema: ingestSecretSchema,
  maxAgeSeconds: ingestTiming.secretMaxAgeSeconds,
  clock,
  logger,
});

const queue = {
  client: createSqsClient(sendTiming.tryTimeoutMs),
  queueUrl: variable('EVENTS_QUEUE_URL'),
  clock,
};

const ingest = createIngestFunction({
  consent,
  webhookKeyHeader: webhook.keyHeader,
  clock,
  logger,
  eventsQueue: createEventsQueue(queue),
  backlog: createBacklog(queue),
  senders: secret,
  direct: { source: { name: 'lambda', kind }, mayDelete },
});

export const handler = each(ingest);
