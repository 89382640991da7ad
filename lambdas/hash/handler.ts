import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { hashTiming } from '../../lib/timing.ts';
import { createSecret } from '../aws/secrets.ts';
import { variable } from '../aws/variable.ts';
import { createLogger } from '../log.ts';
import { epochMs } from '../segment/time.ts';
import { lambdaSettings } from '../settings.ts';
import { createHashApi } from './hash.ts';
import { hashSecretSchema } from './hashSecret.ts';

const clock = { now: () => epochMs(Date.now()) };
const logger = createLogger('hash');

const secret = createSecret({
  client: new SecretsManagerClient(),
  arn: variable('HASH_SECRET_ARN'),
  schema: hashSecretSchema,
  maxAgeSeconds: hashTiming.secretMaxAgeSeconds,
  clock,
  logger,
});

export const handler = createHashApi({
  ...lambdaSettings('hash', process.env).hash,
  clock,
  secret,
  logger,
});
