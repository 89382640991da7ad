import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { createCounters } from '../../lambdas/aws/dynamoCounters.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { askFields } from '../check/marketo.ts';
import type { SecretName, SecretStores } from '../secrets/stores.ts';
import { createClients } from './clients.ts';
import { readFunction } from './functions.ts';
import { readOutputs } from './outputs.ts';
import { readSecret } from './secrets.ts';

interface OpenOptions {
  readonly stackName: string;
  /** Absent: the user's, as every AWS tool finds it. */
  readonly region?: string;
}

/**
 * The secrets of a deployed stack, with the user's own AWS credentials.
 * @throws OperationsError where there is no such stack, or the user may not look at it
 */
export const openSecretStores = async ({
  stackName,
  region,
}: OpenOptions): Promise<SecretStores> => {
  const clients = await createClients(region);
  try {
    const outputs = await readOutputs(clients.cloudFormation, stackName, clients.region);
    const sync = await readFunction(clients.lambda, 'sync', outputs.SyncFunctionName);
    const names: Readonly<Record<SecretName, string>> = {
      ingest: outputs.IngestSecretName,
      marketo: outputs.MarketoSecretName,
      hash: outputs.HashSecretName,
    };
    const { settings } = sync;
    return {
      api: settings.marketo.api,
      nameOf: (secret) => names[secret],
      read: (secret) => readSecret(clients.secrets, names[secret]),
      write: async (secret, text) => {
        await clients.secrets.send(
          new PutSecretValueCommand({ SecretId: names[secret], SecretString: text }),
        );
      },
      tryMarketo: async (credentials) => {
        const asked = await askFields(
          {
            settings,
            counters: createCounters({
              client: clients.dynamo,
              tableName: outputs.LeadsTableName,
            }),
            clock: { now: () => epochMs(Date.now()) },
          },
          credentials,
        );
        return 'check' in asked ? asked.check : undefined;
      },
      close: clients.destroy,
    };
  } catch (error) {
    clients.destroy();
    throw error;
  }
};
