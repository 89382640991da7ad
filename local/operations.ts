import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { createCounters } from '../lambdas/aws/dynamoCounters.ts';
import { createTickQueue } from '../lambdas/aws/sqsTickQueue.ts';
import { createLeadsTable } from '../lambdas/aws/dynamoLeadsTable.ts';
import type { Clock } from '../lambdas/ports.ts';
import type { Mapping } from '../lambdas/marketo/mapping/mapping.ts';
import type { Settings } from '../lambdas/settings.ts';
import { indexLimits, leadLimits, leadTiming } from '../lambdas/limits.ts';
import { createCheck } from '../operations/check/check.ts';
import { createDead } from '../operations/dead/dead.ts';
import { flushed } from '../operations/dead/flushed.ts';
import { createDeadEvents } from '../operations/dead/events.ts';
import { createDeadLetterStore } from '../operations/dead/deadLetterStore.ts';
import { createGauges } from '../operations/gauges.ts';
import { createHistoryViews } from '../operations/historyViews.ts';
import { createImportRequest } from '../operations/importRequest.ts';
import { createOperations } from '../operations/operations.ts';
import { createPendingCount } from '../operations/pending.ts';
import { openHistory } from '../operations/history/open.ts';
import type { Operations } from '../operations/ports.ts';
import { createPreviewView } from '../operations/preview/view.ts';
import { createSender } from '../operations/sender.ts';
import { createLineLogger } from '../operations/lines/logger.ts';
import type { createSecrets } from './secrets.ts';
import { localCredentials } from './tables.ts';
import { region } from './template.ts';

/** What the operations of a run on this machine are made of. */
export interface LocalParts {
  /** Gets the lines about what is done here, as a function prints them. */
  readonly write: (line: string) => void;
  readonly clock: Clock;
  readonly settings: Settings;
  /** The mapping in force, which may change while the run goes on. */
  readonly mapping: () => Mapping;
  readonly ingestUrl: string;
  readonly writeKey: () => Promise<string>;
  readonly deleteKey: () => Promise<string>;
  readonly sqs: SQSClient;
  /** By the queues' names. */
  readonly queueUrls: ReadonlyMap<string, string>;
  readonly tables: { readonly url: string; readonly names: readonly string[] };
  readonly secrets: ReturnType<typeof createSecrets>;
}

/** What the page of health says in their place. */
const noAlarms =
  'there are no alarms on this machine: CloudWatch watches a deployed stack, and docs/operations.md says for what';

const hourMs = 3_600_000;

const endingIn = <Value>(entries: Iterable<readonly [string, Value]>, end: string): Value => {
  for (const [name, value] of entries) if (name.endsWith(end)) return value;
  throw new Error(`the stack has nothing whose name ends in ${end}`);
};

/**
 * The operations of a run on this machine, over its own queues, tables and secrets.
 * @throws where the stack lacks one of them
 */
export const createLocalOperations = (
  parts: LocalParts,
): { readonly operations: Operations; readonly close: () => void } => {
  const { clock, settings, ingestUrl, sqs, queueUrls, secrets } = parts;
  const tableName = parts.tables.names.find((name) => name.startsWith('Leads'));
  if (tableName === undefined) throw new Error('the stack has no table of leads');
  const client = new DynamoDBClient({
    endpoint: parts.tables.url,
    region,
    credentials: localCredentials,
  });
  const urls = {
    events: endingIn(queueUrls, '-events.fifo'),
    ticks: endingIn(queueUrls, '-due'),
    deadEvents: endingIn(queueUrls, '-events-dead.fifo'),
  };
  const secret = (name: string) => {
    const found = endingIn(
      secrets.map((one) => [one.name, one]),
      `/${name}`,
    );
    return { name: found.name, read: () => Promise.resolve(found.value) };
  };
  const { shards, pageItems } = indexLimits;
  const history = openHistory({
    client,
    tableName: parts.tables.names.find((name) => name.startsWith('History')),
    days: settings.history.days,
    clock,
    logger: createLineLogger('console', clock, parts.write),
  });
  const shared = {
    ...history,
    clock,
    table: createLeadsTable({ client, tableName, shards, pageItems }),
    counters: createCounters({ client, tableName }),
    queues: createGauges(sqs, urls),
    alarms: () => Promise.resolve({ alarms: [], because: noAlarms }),
    settings,
    holdMs: settings.holdDays * 24 * hourMs,
  };
  const letters = createDead({
    ...shared,
    letters: createDeadLetterStore({ client, tableName }),
    events: createDeadEvents({
      client: sqs,
      eventsUrl: urls.events,
      deadUrl: urls.deadEvents,
    }),
    tickQueue: createTickQueue({ client: sqs, queueUrl: urls.ticks }),
    timing: leadTiming,
    limits: leadLimits,
    emailChange: settings.emailChange,
    resendUnchangedAfterMs: settings.resendUnchangedAfterHours * hourMs,
  });
  const dead = flushed(letters, history.flush);
  const mapping = () => Promise.resolve(parts.mapping());
  const check = createCheck({
    ...shared,
    mapping,
    dead: (after) => dead.dead(after),
    ingestUrl,
    secrets: { ingest: secret('ingest'), marketo: secret('marketo'), hash: secret('hash') },
  });
  const itemsPending = createPendingCount(shared.table, shards);
  return {
    operations: {
      ...createOperations({ ...shared, dead, check, itemsPending }),
      ...createSender(parts),
      ...createHistoryViews({ ...shared, reader: history.history }),
      ...createImportRequest(shared),
      preview: createPreviewView({ ...shared, mapping }),
    },
    close: () => {
      client.destroy();
    },
  };
};
