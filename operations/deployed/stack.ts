import { createCounters } from '../../lambdas/aws/dynamoCounters.ts';
import { createTickQueue } from '../../lambdas/aws/sqsTickQueue.ts';
import { createLeadsTable } from '../../lambdas/aws/dynamoLeadsTable.ts';
import { indexLimits, leadLimits, leadTiming } from '../../lambdas/limits.ts';
import type { Mapping } from '../../lambdas/marketo/mapping/mapping.ts';
import type { Clock } from '../../lambdas/ports.ts';
import type { SettingsOf } from '../../lambdas/settings.ts';
import { createCheck } from '../check/check.ts';
import { createDead } from '../dead/dead.ts';
import { flushed } from '../dead/flushed.ts';
import { createDeadEvents } from '../dead/events.ts';
import { createDeadLetterStore } from '../dead/deadLetterStore.ts';
import { openHistory } from '../history/open.ts';
import { createGauges } from '../gauges.ts';
import { createHistoryViews } from '../historyViews.ts';
import { createImportRequest } from '../importRequest.ts';
import { createOperations } from '../operations.ts';
import { createPendingCount } from '../pending.ts';
import type { Operations } from '../ports.ts';
import { createPreviewView } from '../preview/view.ts';
import { createSender } from '../sender.ts';
import { silentLogger } from '../silent.ts';
import { createAlarms } from './alarms.ts';
import type { Clients } from './clients.ts';
import { createKeys, readSecret } from './secrets.ts';

/** Where the parts of a stack are. */
interface StackPlaces {
  /** Begins the names of the alarms. */
  readonly name: string;
  /** Where senders point their SDK. */
  readonly ingestUrl: string;
  readonly tableName: string;
  readonly queueUrls: Readonly<Record<'events' | 'ticks' | 'deadEvents', string>>;
  /** Names or ARNs. */
  readonly secrets: Readonly<Record<'ingest' | 'marketo' | 'hash', string>>;
  /** Absent: no history is kept. */
  readonly historyTable: string | undefined;
}

interface StackParts {
  readonly clients: Pick<Clients, 'cloudWatch' | 'dynamo' | 'secrets' | 'sqs'>;
  readonly places: StackPlaces;
  /** What is really in force. */
  readonly settings: Omit<SettingsOf<'console'>, 'console'>;
  readonly mapping: () => Promise<Mapping>;
  readonly clock: Clock;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** The operations of a deployed stack, from wherever they are asked. */
export const createStackOperations = (parts: StackParts): Operations => {
  const { clients, places, settings, mapping, clock } = parts;
  const { cloudWatch, dynamo, secrets, sqs } = clients;
  const { ingestUrl, tableName, queueUrls, historyTable } = places;
  const { shards, pageItems } = indexLimits;
  const secret = (name: string) => ({ name, read: () => readSecret(secrets, name) });
  const history = openHistory({
    client: dynamo,
    tableName: historyTable,
    days: settings.history.days,
    clock,
    logger: silentLogger,
  });
  const shared = {
    ...history,
    clock,
    table: createLeadsTable({ client: dynamo, tableName, shards, pageItems }),
    counters: createCounters({ client: dynamo, tableName }),
    queues: createGauges(sqs, queueUrls),
    alarms: createAlarms(cloudWatch, places.name),
    settings,
    holdMs: settings.holdDays * dayMs,
  };
  const letters = createDead({
    ...shared,
    letters: createDeadLetterStore({ client: dynamo, tableName }),
    events: createDeadEvents({
      client: sqs,
      eventsUrl: queueUrls.events,
      deadUrl: queueUrls.deadEvents,
    }),
    tickQueue: createTickQueue({ client: sqs, queueUrl: queueUrls.ticks }),
    timing: leadTiming,
    limits: leadLimits,
    emailChange: settings.emailChange,
    resendUnchangedAfterMs: settings.resendUnchangedAfterHours * hourMs,
  });
  const dead = flushed(letters, history.flush);
  const check = createCheck({
    ...shared,
    mapping,
    dead: (after) => letters.dead(after),
    ingestUrl,
    secrets: {
      ingest: secret(places.secrets.ingest),
      marketo: secret(places.secrets.marketo),
      hash: secret(places.secrets.hash),
    },
  });
  const itemsPending = createPendingCount(shared.table, shards);
  return {
    ...createOperations({ ...shared, dead, check, itemsPending }),
    ...createHistoryViews({ ...shared, reader: history.history }),
    ...createImportRequest(shared),
    ...createSender({ ingestUrl, ...createKeys(secrets, places.secrets.ingest) }),
    preview: createPreviewView({ settings, mapping, clock }),
  };
};
