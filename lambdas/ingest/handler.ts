import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { randomUUID } from 'node:crypto';
import { ingestTiming } from '../../lib/timing.ts';
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
    client: new SQSClient(),
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
