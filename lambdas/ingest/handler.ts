import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { randomUUID } from 'node:crypto';
import { ingestTiming, sendTiming } from '../../lib/timing.ts';
import { createSqsClient } from '../aws/clients.ts';
import { createEventsQueue } from '../aws/eventsQueue.ts';
import { createSecret } from '../aws/secrets.ts';
import { variable } from '../aws/variable.ts';
import { createLogger } from '../log.ts';
import { epochMs } from '../segment/time.ts';
import { createIngest } from './ingest.ts';
import { writeKeysSchema } from './writeKeys.ts';

const clock = { now: () => epochMs(Date.now()) };
const logger = createLogger('ingest');

export const handler = createIngest({
  clock,
  logger,
  newMessageId: randomUUID,
  eventsQueue: createEventsQueue({
    client: createSqsClient(sendTiming.tryTimeoutMs),
    queueUrl: variable('EVENTS_QUEUE_URL'),
    clock,
  }),
  writeKeys: createSecret({
    client: new SecretsManagerClient(),
    arn: variable('INGEST_SECRET_ARN'),
    schema: writeKeysSchema,
    maxAgeSeconds: ingestTiming.secretMaxAgeSeconds,
    clock,
    logger,
  }),
});
