import { type App, CfnOutput, Stack } from 'aws-cdk-lib';
import type { Settings } from '../lambdas/settings.ts';
import { Alarms } from './alarms.ts';
import { AlarmTopic } from './alarmTopic.ts';
import { Api } from './api.ts';
import { BrowserScript } from './browserScript.ts';
import { Dashboard } from './dashboard.ts';
import { Functions } from './functions.ts';
import { LeadsTable } from './leadsTable.ts';
import { Queries } from './queries.ts';
import { Queues } from './queues.ts';
import { Secrets } from './secrets.ts';
import { SegmentRole } from './segmentRole.ts';
import { Sources } from './sources.ts';

interface MarketoDestinationProps {
  readonly settings: Settings;
  /** Folder of the bundles, as `scripts/build.ts` leaves it. */
  readonly assets: string;
}

/** The whole destination. */
export class MarketoDestination extends Stack {
  constructor(app: App, { settings, assets }: MarketoDestinationProps) {
    super(app, settings.stackName, {
      description: 'Marketo destination for Segment events',
    });
    const queues = new Queues(this, 'Queues');
    const leads = new LeadsTable(this, 'Leads');
    const secrets = new Secrets(this, 'Secrets');
    const functions = new Functions(this, 'Functions', {
      settings,
      assets,
      queues,
      leads,
      secrets,
    });
    new Sources(this, 'Sources', { functions, queues });
    const api = new Api(this, 'Api', { settings, functions });
    const { externalIds, principalArn } = settings.lambdaDestination;
    const segment =
      externalIds.length === 0
        ? undefined
        : new SegmentRole(this, 'Segment', {
            externalIds,
            principalArn,
            ingest: functions.ingest,
          });
    const script = settings.browserScript.serve
      ? new BrowserScript(this, 'BrowserScript', { settings, assets })
      : undefined;
    const { topic } = new AlarmTopic(this, 'AlarmTopic', {
      topicArn: settings.alarmTopicArn,
      email: settings.alarmEmail,
    });
    const alarms = new Alarms(this, 'Alarms', { queues, functions, topic });
    new Queries(this, 'Queries', { functions });
    const dashboard = new Dashboard(this, 'Dashboard', {
      functions,
      queues,
      api: api.api,
      alarms: alarms.all,
    });

    const outputs = {
      ApiUrl: ['Point the SDKs here', api.url],
      IngestSecretName: ['Holds the write key', secrets.names.ingest],
      MarketoSecretName: [
        'Fill in the credentials of the API that you chose',
        secrets.names.marketo,
      ],
      HashSecretName: ['Fill in munchkinPrivateKey', secrets.names.hash],
      EventsQueueUrl: ['Accepted events', queues.events.queueUrl],
      EventsDeadQueueUrl: ['Events that could not be processed', queues.eventsDead.queueUrl],
      DueQueueUrl: ['Leads to sync', queues.due.queueUrl],
      LeadsTableName: ['Mailboxes, aliases and dead letters', leads.table.tableName],
      IngestFunctionName: ['Takes events in', functions.ingest.lambda.functionName],
      AbsorbFunctionName: ['Merges events into mailboxes', functions.absorb.lambda.functionName],
      SyncFunctionName: ['Brings leads to Marketo', functions.sync.lambda.functionName],
      HashFunctionName: ['Signs e-mails for Munchkin', functions.hash.lambda.functionName],
      AlarmTopicArn: ['Where every alarm is told', topic.topicArn],
      DashboardName: ['The dashboard in CloudWatch', dashboard.name],
      LogDays: ['How many days the logs are kept', String(settings.logDays)],
      ...(segment && {
        SegmentRoleArn: ['Role Address of the AWS Lambda destination in Segment', segment.roleArn],
        IngestFunctionArn: [
          'Lambda of the AWS Lambda destination in Segment',
          functions.ingest.lambda.functionArn,
        ],
      }),
      ...(script && {
        BrowserScriptUrl: [
          'Never changes its content; goes with the integrity',
          script.versionedUrl,
        ],
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
    } as const;
    for (const [name, [description, value]] of Object.entries(outputs)) {
      new CfnOutput(this, name, { description, value });
    }
  }
}
