import { absorbTiming, indexLimits, leadLimits, leadTiming } from '../limits.ts';
import { createMunchkin } from '../marketo/munchkin/munchkinClient.ts';
import type { Mapping } from '../marketo/mapping/mapping.ts';
import type { SettingsOf } from '../settings.ts';
import type { createDynamoClient } from '../aws/clients.ts';
import { createSqsClient } from '../aws/clients.ts';
import { createLeadsTable } from '../aws/dynamoLeadsTable.ts';
import { createTickQueue } from '../aws/sqsTickQueue.ts';
import { variable } from '../aws/variable.ts';
import { systemClock } from '../systemClock.ts';
import type { PipelinePorts } from './pipeline.ts';

const hourMs = 3_600_000;

/** What absorb and sync are made of on AWS, by their settings, mapping and environment. */
export const pipelinePorts = (
  observer: Pick<PipelinePorts, 'logger' | 'metrics'>,
  settings: (SettingsOf<'absorb'> | SettingsOf<'sync'>) & Pick<Mapping, 'fieldPolicies'>,
  client: ReturnType<typeof createDynamoClient>,
): PipelinePorts => {
  const { munchkinId, munchkinEndpoint } = settings.marketo;
  return {
    ...observer,
    table: createLeadsTable({ client, tableName: variable('LEADS_TABLE'), ...indexLimits }),
    tickQueue: createTickQueue({ client: createSqsClient(), queueUrl: variable('TICK_QUEUE_URL') }),
    munchkin: createMunchkin({
      endpoint: munchkinEndpoint ?? `https://${munchkinId}.mktoresp.com`,
      munchkinId,
    }),
    clock: systemClock,
    random: Math.random,
    timing: leadTiming,
    limits: leadLimits,
    visitTimeoutMs: absorbTiming.visitTimeoutMs,
    holdMs: settings.holdDays * 24 * hourMs,
    emailChange: settings.emailChange,
    deletesLeads: settings.marketo.deleteLeads,
    resendUnchangedAfterMs: settings.resendUnchangedAfterHours * hourMs,
    fieldPolicies: settings.fieldPolicies,
  };
};
