import type { RemovalPolicy } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Settings } from '../lambdas/settings.ts';

/** Customer-managed KMS keys. What has none here is encrypted with a key of AWS. */
export interface EncryptionKeys {
  /** The leads table: mailboxes, aliases, dead letters. */
  readonly table?: IKey;
  /** The history. Absent: that of the table; with `history.payloads` the construct creates one. */
  readonly history?: IKey;
  /** The queues of events. */
  readonly queues?: IKey;
  /** The secrets that the construct creates; a secret of your own brings its own key. */
  readonly secrets?: IKey;
  /** The log groups. The construct adds CloudWatch Logs to the policy of a key of the same app. */
  readonly logs?: IKey;
  /** The alarm topic that the construct creates. Absent: it creates a key for it. */
  readonly topic?: IKey;
}

/** The VPC that sync calls Marketo from, so that the calls have a fixed address. */
export interface SyncNetwork {
  readonly vpc: IVpc;
  /** Subnets with a route to Marketo and AWS. Default: the private ones with a NAT gateway. */
  readonly subnets?: SubnetSelection;
  /** Default: a group that allows all outbound traffic. */
  readonly securityGroups?: readonly ISecurityGroup[];
}

/** What each part of the destination is told: settings and props, resolved once. */
export interface DestinationContext {
  /** Begins every physical name. */
  readonly name: string;
  readonly settings: Settings;
  /** Folder of the function bundles and the browser script, as `scripts/build.ts` leaves it. */
  readonly assets: string;
  readonly keys: EncryptionKeys;
  readonly network: SyncNetwork | undefined;
  readonly logRetention: RetentionDays;
  /** Of the queues, the leads table and the secrets. */
  readonly dataRemoval: RemovalPolicy;
}
