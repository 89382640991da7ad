import { fileURLToPath } from 'node:url';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Annotations, CfnOutput, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { type IManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import {
  movedSettings,
  parseSettings,
  type Settings,
  type SettingsInput,
} from '../lambdas/settings.ts';
import { Alarms } from './alarms.ts';
import { AlarmTopic } from './alarmTopic.ts';
import { Api } from './api.ts';
import { BrowserScript } from './browserScript.ts';
import { ServedConsole } from './console/console.ts';
import type { DestinationContext, EncryptionKeys, SyncNetwork } from './context.ts';
import { Dashboard } from './dashboard.ts';
import { type ApiDomain, domainOf } from './domain.ts';
import { Functions } from './functions.ts';
import { HistoryTable } from './historyTable.ts';
import { LeadsTable } from './leadsTable.ts';
import { allowLogs } from './logs.ts';
import { outputsOf } from './outputs.ts';
import { Queries } from './queries.ts';
import { Queues } from './queues.ts';
import { type ExistingSecrets, Secrets } from './secrets.ts';
import { SegmentRole } from './segmentRole.ts';
import { Sources } from './sources.ts';

/** What can be said of a destination beside its settings. */
export interface MarketoDestinationProps {
  /**
   * As a settings file has them (docs/configuration.md), checked when the construct is created.
   * `stackName` counts only for the command line of the checkout.
   */
  readonly settings: SettingsInput;
  /**
   * Begins the names of queues, secrets, alarms and the dashboard: letters, digits and dashes, at most
   * 50. Keep it: what an old stack left is found by these names. Default: the name of the stack.
   */
  readonly name?: string;
  /** Default: keys of AWS, and one of its own for the alarm topic. */
  readonly encryptionKeys?: EncryptionKeys;
  /** Where sync calls Marketo from. Default: no VPC. */
  readonly syncNetwork?: SyncNetwork;
  /** For every role that the construct creates. */
  readonly permissionsBoundary?: IManagedPolicy;
  /** For every resource that the construct creates. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Default: `logDays` of the settings. */
  readonly logRetention?: RetentionDays;
  /** Secrets that are there already. Default: the construct creates them. */
  readonly secrets?: ExistingSecrets;
  /** Every alarm notifies it. Default: `alarmTopicArn` of the settings, or one is created. */
  readonly alarmTopic?: ITopic;
  /** Default: `domain` of the settings, or the address that AWS gives the API. */
  readonly domain?: ApiDomain;
  /** Whether the stack gets the outputs by which the command line finds the destination. Default: true. */
  readonly outputs?: boolean;
  /** Folder of the function bundles. Default: those of the package. */
  readonly assets?: string;
}

/** The bundles beside this code: in the package, and in a checkout after a build. */
const ownAssets = (): string => {
  const folder = fileURLToPath(new URL('../dist', import.meta.url));
  if (existsSync(join(folder, 'ingest', 'index.cjs'))) return folder;
  throw new Error('The functions are not built: run `npm run build:package` in the checkout.');
};

/** CDK's enumeration of retentions is the number of days of each; a test holds it. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- its members are these numbers
const daysOf = ({ logDays }: Settings): RetentionDays => logDays;

const checkedName = (name: string): string => {
  if (/^[a-zA-Z][a-zA-Z0-9-]{0,49}$/.test(name)) return name;
  throw new Error(
    `"${name}" cannot begin the names of resources: give \`name\` letters, digits and dashes, at most 50, beginning with a letter.`,
  );
};

/** The whole destination, as part of a stack. */
export class MarketoDestination extends Construct {
  /** Where senders point their SDK, without a trailing slash. */
  readonly url: string;
  readonly api: HttpApi;
  readonly queues: Queues;
  readonly leadsTable: TableV2;
  /** Absent where no history is kept (`history.days: 0`). */
  readonly historyTable: TableV2 | undefined;
  readonly secrets: Secrets;
  readonly functions: Functions;
  readonly alarmTopic: ITopic;
  /** Absent where the settings say that the script is served otherwise. */
  readonly browserScript: BrowserScript | undefined;
  /** Absent where the settings do not ask for it. */
  readonly console: ServedConsole | undefined;

  /** @throws SettingsError that lists everything that is wrong with the settings */
  constructor(scope: Construct, id: string, props: MarketoDestinationProps) {
    super(scope, id);
    const settings = parseSettings(props.settings);
    for (const line of movedSettings(settings))
      Annotations.of(this).addWarningV2('marketo-destination:movedSetting', line);
    const context = this.#contextOf(settings, props);
    const { name, keys } = context;
    if (keys.logs) allowLogs(this, keys.logs);
    const queues = new Queues(this, 'Queues', context);
    const leads = new LeadsTable(this, 'Leads', context);
    const secrets = new Secrets(this, 'Secrets', { context, existing: props.secrets ?? {} });
    const history =
      settings.history.days === 0 ? undefined : new HistoryTable(this, 'History', context);
    const functions = new Functions(this, 'Functions', {
      context,
      queues,
      leads,
      history,
      secrets,
    });
    new Sources(this, 'Sources', { functions, queues });
    const domain = props.domain ?? domainOf(this, settings);
    const api = new Api(this, 'Api', { context, functions, domain });
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
      ? new BrowserScript(this, 'BrowserScript', context)
      : undefined;
    const served = settings.console.serve
      ? new ServedConsole(this, 'ServedConsole', {
          context,
          queues,
          leads,
          history,
          secrets,
          apiUrl: api.url,
        })
      : undefined;
    const { topic } = new AlarmTopic(this, 'AlarmTopic', { context, existing: props.alarmTopic });
    const alarms = new Alarms(this, 'Alarms', {
      name,
      queues,
      functions,
      console: served?.fn,
      topic,
      sourceSilentHours: settings.sourceSilentHours,
    });
    new Queries(this, 'Queries', { name, functions });
    const dashboard = new Dashboard(this, 'Dashboard', {
      name,
      functions,
      queues,
      api: api.api,
      alarms: alarms.all,
    });

    this.url = api.url;
    this.api = api.api;
    this.queues = queues;
    this.leadsTable = leads.table;
    this.historyTable = history?.table;
    this.secrets = secrets;
    this.functions = functions;
    this.alarmTopic = topic;
    this.browserScript = script;
    this.console = served;

    if (props.permissionsBoundary) PermissionsBoundary.of(this).apply(props.permissionsBoundary);
    for (const [key, value] of Object.entries(props.tags ?? {})) Tags.of(this).add(key, value);
    if (props.outputs ?? true) {
      const parts = {
        queues,
        leads,
        history,
        secrets,
        functions,
        api,
        topic,
        dashboard,
        segment,
        script,
        served,
      };
      this.#put(outputsOf({ ...parts, logDays: context.logRetention }));
    }
  }

  #contextOf(settings: Settings, props: MarketoDestinationProps): DestinationContext {
    return {
      name: checkedName(props.name ?? Stack.of(this).stackName),
      settings,
      assets: props.assets ?? ownAssets(),
      keys: props.encryptionKeys ?? {},
      network: props.syncNetwork,
      logRetention: props.logRetention ?? daysOf(settings),
      dataRemoval: settings.removal === 'destroy' ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    };
  }

  /** Under their plain names, whichever construct they stand in: tools look them up by these. */
  #put(outputs: ReturnType<typeof outputsOf>): void {
    const scope = new Construct(this, 'Outputs');
    for (const [name, [description, value]] of Object.entries(outputs))
      new CfnOutput(scope, name, { description, value }).overrideLogicalId(name);
  }
}
