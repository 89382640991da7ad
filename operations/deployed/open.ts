import type { Clock } from '../../lambdas/ports.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import type { Operations } from '../ports.ts';
import { createClients, type Clients } from './clients.ts';
import { readFunction } from './functions.ts';
import { createMapping } from './mapping.ts';
import { readOutputs, type Outputs } from './outputs.ts';
import { createKeys } from './secrets.ts';
import { createStackOperations } from './stack.ts';

interface OpenOptions {
  readonly stackName: string;
  /** Absent: the user's, as every AWS tool finds it. */
  readonly region?: string;
}

interface OpenedStack {
  readonly operations: Operations;
  /** Where senders point their SDK. */
  readonly ingestUrl: string;
  /** A write key that is good now. */
  readonly writeKey: () => Promise<string>;
  /** A write key with which users may be deleted, too. */
  readonly deleteKey: () => Promise<string>;
  readonly close: () => void;
}

const clock: Clock = { now: () => epochMs(Date.now()) };

const operationsOf = async (
  clients: Clients,
  outputs: Outputs,
  stackName: string,
): Promise<Operations> => {
  const { lambda } = clients;
  const [ingest, absorb, sync, hash] = await Promise.all([
    readFunction(lambda, 'ingest', outputs.IngestFunctionName),
    readFunction(lambda, 'absorb', outputs.AbsorbFunctionName),
    readFunction(lambda, 'sync', outputs.SyncFunctionName),
    readFunction(lambda, 'hash', outputs.HashFunctionName),
  ]);
  return createStackOperations({
    clients,
    places: {
      name: sync.name ?? stackName,
      ingestUrl: outputs.ApiUrl,
      tableName: outputs.LeadsTableName,
      queueUrls: {
        events: outputs.EventsQueueUrl,
        ticks: outputs.TickQueueUrl,
        deadEvents: outputs.EventsDeadQueueUrl,
      },
      secrets: {
        ingest: outputs.IngestSecretName,
        marketo: outputs.MarketoSecretName,
        hash: outputs.HashSecretName,
      },
      historyTable: outputs.HistoryTableName,
    },
    // Each function's own: what is really in force.
    settings: { ...ingest.settings, ...absorb.settings, ...hash.settings, ...sync.settings },
    mapping: createMapping(lambda, outputs.AbsorbFunctionName),
    clock,
  });
};

/**
 * A deployed stack through the user's own AWS credentials. What it consists of is read from the
 * stack and its functions, so that nothing on this machine can contradict what is deployed.
 * @throws OperationsError where there is no such stack, or the user may not look at it
 */
export const openDeployed = async ({ stackName, region }: OpenOptions): Promise<OpenedStack> => {
  const clients = await createClients(region);
  try {
    const outputs = await readOutputs(clients.cloudFormation, stackName, clients.region);
    return {
      operations: await operationsOf(clients, outputs, stackName),
      ingestUrl: outputs.ApiUrl,
      ...createKeys(clients.secrets, outputs.IngestSecretName),
      close: clients.destroy,
    };
  } catch (error) {
    clients.destroy();
    throw error;
  }
};
