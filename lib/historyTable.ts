import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  Billing,
  type CfnGlobalTable,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { acknowledgeNist } from './acknowledge.ts';
import type { DestinationContext } from './context.ts';

/** What became of each event, with an end. It may be lost without a loss to Marketo. */
export class HistoryTable extends Construct {
  readonly table: TableV2;
  /** The customer-managed key that encrypts it; absent: one of AWS. */
  readonly key: IKey | undefined;

  constructor(
    scope: Construct,
    id: string,
    { name, keys, settings, dataRemoval }: DestinationContext,
  ) {
    super(scope, id);
    this.key =
      keys.history ??
      (settings.history.payloads
        ? new Key(this, 'Key', {
            description: `Encrypts the history of ${name}, with the bodies in it`,
            enableKeyRotation: true,
            removalPolicy: dataRemoval,
          })
        : keys.table);
    this.table = new TableV2(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billing: Billing.onDemand(),
      timeToLiveAttribute: 'expiresAt',
      encryption: TableEncryptionV2.awsManagedKey(),
      deletionProtection: dataRemoval !== RemovalPolicy.DESTROY,
      removalPolicy: dataRemoval,
    });
    // CDK renders a key of its own only where the region is known; CloudFormation needs no region for it.
    if (this.key)
      (this.table.node.defaultChild as CfnGlobalTable).addPropertyOverride(
        'Replicas.0.SSESpecification',
        { KMSMasterKeyId: this.key.keyArn },
      );
    const noBackup =
      'It is an account of what happened, with an end of its own: nothing is lost to Marketo with it, and a backup would keep what a deletion of a user has removed.';
    acknowledgeNist(this, { DynamoDBInBackupPlan: noBackup, DynamoDBPITREnabled: noBackup });
  }
}
