import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { hashTiming } from '../../lib/timing.ts';
import { createSecret } from '../aws/secrets.ts';
import { variable } from '../aws/variable.ts';
import { createLogger } from '../log.ts';
import { epochMs } from '../segment/time.ts';
import { lambdaSettings } from '../settings.ts';
import { createHashApi } from './hash.ts';

const logger = createLogger('hash');

const secret = createSecret({
  client: new SecretsManagerClient(),
  arn: variable('HASH_SECRET_ARN'),
  schema: z.object({ munchkinPrivateKey: z.string().check(z.minLength(1)) }),
  maxAgeSeconds: hashTiming.secretMaxAgeSeconds,
  clock: { now: () => epochMs(Date.now()) },
  logger,
});

export const handler = createHashApi({
  ...lambdaSettings('hash', process.env).hash,
  privateKey: async () => (await secret()).munchkinPrivateKey,
  logger,
});
