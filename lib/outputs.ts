import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { version } from '../lambdas/version.ts';
import type { Api } from './api.ts';
import type { BrowserScript } from './browserScript.ts';
import type { ServedConsole } from './console/console.ts';
import type { Dashboard } from './dashboard.ts';
import type { Functions } from './functions.ts';
import type { HistoryTable } from './historyTable.ts';
import type { LeadsTable } from './leadsTable.ts';
import type { Queues } from './queues.ts';
import type { Secrets } from './secrets.ts';
import type { SegmentRole } from './segmentRole.ts';

interface Parts {
  readonly queues: Queues;
  readonly leads: LeadsTable;
  readonly history: HistoryTable | undefined;
  readonly secrets: Secrets;
  readonly functions: Functions;
  readonly api: Api;
  readonly topic: ITopic;
  readonly dashboard: Dashboard;
  readonly segment: SegmentRole | undefined;
  readonly script: BrowserScript | undefined;
  readonly served: ServedConsole | undefined;
  readonly logDays: number;
}

type Output = readonly [description: string, value: string];

/** What a stack says about its destination. People read it, and `operations/deployed` does. */
export const outputsOf = (parts: Parts): Readonly<Record<string, Output>> => {
  const { queues, leads, history, secrets, functions, api, topic, dashboard } = parts;
  const { segment, script, served } = parts;
  return {
    Version: ['Version of marketo-destination', version],
    ApiUrl: ['Point the SDKs here', api.url],
    ...(api.domainTarget !== undefined && {
      ApiDomainTarget: ['Where domain.name has to point (CNAME)', api.domainTarget],
    }),
    IngestSecretName: ['Holds the write key', secrets.names.ingest],
    MarketoSecretName: ['Fill in the credentials of the API that you chose', secrets.names.marketo],
    HashSecretName: ['Fill in munchkinPrivateKey', secrets.names.hash],
    EventsQueueUrl: ['Accepted events', queues.events.queueUrl],
    EventsDeadQueueUrl: ['Events that could not be processed', queues.eventsDead.queueUrl],
    TickQueueUrl: ['Hints to look at what is due', queues.ticks.queueUrl],
    LeadsTableName: ['Mailboxes, aliases and dead letters', leads.table.tableName],
    ...(history && {
      HistoryTableName: ['What became of each event', history.table.tableName],
    }),
    IngestFunctionName: ['Takes events in', functions.ingest.lambda.functionName],
    AbsorbFunctionName: ['Merges events into mailboxes', functions.absorb.lambda.functionName],
    SyncFunctionName: ['Brings leads to Marketo', functions.sync.lambda.functionName],
    HashFunctionName: ['Signs e-mails for Munchkin', functions.hash.lambda.functionName],
    AlarmTopicArn: ['Where every alarm is told', topic.topicArn],
    DashboardName: ['The dashboard in CloudWatch', dashboard.name],
    LogDays: ['How many days the logs are kept', String(parts.logDays)],
    ...(segment && {
      SegmentRoleArn: ['Role Address of the AWS Lambda destination in Segment', segment.roleArn],
      IngestFunctionArn: [
        'Lambda of the AWS Lambda destination in Segment',
        functions.ingest.lambda.functionArn,
      ],
    }),
    ...(served && {
      ConsoleUrl: ['The console, behind its sign-in', served.url],
      ConsoleUserPoolId: ['Where users of the console are invited', served.userPoolId],
      ConsoleDomainName: ['Where console.domain has to point (CNAME)', served.distributionDomain],
    }),
    ...(script && {
      BrowserScriptUrl: ['Never changes its content; goes with the integrity', script.versionedUrl],
      BrowserScriptIntegrity: [
        'The integrity attribute of a script tag with that URL',
        script.integrity,
      ],
      BrowserScriptLatestUrl: ['Has a new version within minutes', script.latestUrl],
      BrowserScriptDomainName: [
        'Where browserScript.domain has to point (CNAME)',
        script.distributionDomain,
      ],
    }),
  };
};
