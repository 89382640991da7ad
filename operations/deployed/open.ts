import { createCounters } from '../../lambdas/aws/counters.ts';
import { createTickQueue } from '../../lambdas/aws/tickQueue.ts';
import { createLeadsTable } from '../../lambdas/aws/leadsTable.ts';
import type { Clock } from '../../lambdas/ports.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { indexLimits, leadLimits, leadTiming } from '../../lambdas/limits.ts';
import { createCheck } from '../check/check.ts';
import { createDead } from '../dead/dead.ts';
import { createDeadEvents } from '../dead/events.ts';
import { createLetters } from '../dead/letters.ts';
import { createGauges } from '../gauges.ts';
import { createOperations } from '../operations.ts';
import { createPendingCount } from '../pending.ts';
import { createPreviewView } from '../preview/view.ts';
import { createSender } from '../sender.ts';
import type { Operations } from '../ports.ts';
import { createClients, type Clients } from './clients.ts';
import { readFunction } from './functions.ts';
import { createMapping } from './mapping.ts';
import { createCloudLines } from './lines.ts';
import { readOutputs, type Outputs } from './outputs.ts';
import { createKeys, readSecret } from './secrets.ts';
import { createTold } from './told.ts';

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

type Keys = Pick<OpenedStack, 'writeKey' | 'deleteKey'>;

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const clock: Clock = { now: () => epochMs(Date.now()) };

const operationsOf = async (
  clients: Clients,
  outputs: Outputs,
  keys: Keys,
): Promise<Operations> => {
  const { lambda, logs, secrets, sqs, dynamo } = clients;
  const [ingest, absorb, sync, hash] = await Promise.all([
    readFunction(lambda, 'ingest', outputs.IngestFunctionName),
    readFunction(lambda, 'absorb', outputs.AbsorbFunctionName),
    readFunction(lambda, 'sync', outputs.SyncFunctionName),
    readFunction(lambda, 'hash', outputs.HashFunctionName),
  ]);
  const { shards, pageItems } = indexLimits;
  const tableName = outputs.LeadsTableName;
  const urls = {
    events: outputs.EventsQueueUrl,
    ticks: outputs.TickQueueUrl,
    deadEvents: outputs.EventsDeadQueueUrl,
  };
  const secret = (name: string) => ({ name, read: () => readSecret(secrets, name) });
  const shared = {
    clock,
    lines: createCloudLines({
      client: logs,
      logGroups: [ingest.logGroup, absorb.logGroup, sync.logGroup],
      keptMs: Number(outputs.LogDays) * dayMs,
      clock,
    }),
    table: createLeadsTable({ client: dynamo, tableName, shards, pageItems }),
    counters: createCounters({ client: dynamo, tableName }),
    queues: createGauges(sqs, urls),
    // Each function's own: what is really in force.
    settings: { ...ingest.settings, ...absorb.settings, ...hash.settings, ...sync.settings },
    holdMs: sync.settings.holdDays * dayMs,
  };
  const told = createTold({ client: logs, logGroup: sync.logGroup, clock });
  const letters = createDead({
    ...shared,
    letters: createLetters({ client: dynamo, tableName }),
    events: createDeadEvents({ client: sqs, eventsUrl: urls.events, deadUrl: urls.deadEvents }),
    tickQueue: createTickQueue({ client: sqs, queueUrl: urls.ticks }),
    logger: told.logger,
    timing: leadTiming,
    limits: leadLimits,
    emailChange: sync.settings.emailChange,
    resendUnchangedAfterMs: sync.settings.resendUnchangedAfterHours * hourMs,
  });
  const dead = {
    ...letters,
    resend: (ids: readonly string[]) => letters.resend(ids).finally(told.flush),
    drop: (ids: readonly string[]) => letters.drop(ids).finally(told.flush),
  };
  const mapping = createMapping(lambda, outputs.AbsorbFunctionName);
  const check = createCheck({
    ...shared,
    mapping,
    dead: (after) => letters.dead(after),
    ingestUrl: outputs.ApiUrl,
    secrets: {
      ingest: secret(outputs.IngestSecretName),
      marketo: secret(outputs.MarketoSecretName),
      hash: secret(outputs.HashSecretName),
    },
  });
  const itemsPending = createPendingCount(shared.table, shards);
  return {
    ...createOperations({ ...shared, dead, check, itemsPending }),
    ...createSender({ ingestUrl: outputs.ApiUrl, ...keys }),
    preview: createPreviewView({ ...shared, mapping }),
  };
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
    const keys = createKeys(clients.secrets, outputs.IngestSecretName);
    return {
      operations: await operationsOf(clients, outputs, keys),
      ingestUrl: outputs.ApiUrl,
      ...keys,
      close: clients.destroy,
    };
  } catch (error) {
    clients.destroy();
    throw error;
  }
};
