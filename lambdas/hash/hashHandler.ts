import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { hashTiming } from '../limits.ts';
import { createSecret } from '../aws/secrets.ts';
import { variable } from '../aws/variable.ts';
import { createObserver } from '../observer.ts';
import { epochMs } from '../segment/time.ts';
import { handedSettings } from '../settings/handed.ts';
import { createHashApi } from './hash.ts';
import { hashSecretSchema } from './hashSecret.ts';

const clock = { now: () => epochMs(Date.now()) };
const { logger, each } = createObserver('hash');

const secret = createSecret({
  client: new SecretsManagerClient(),
  arn: variable('HASH_SECRET_ARN'),
  schema: hashSecretSchema,
  maxAgeSeconds: hashTiming.secretMaxAgeSeconds,
  clock,
  logger,
});

const hash = createHashApi({
  ...handedSettings('hash', process.env).hash,
  clock,
  secret,
  logger,
});

export const handler = each(hash);
