import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  Billing,
  ProjectionType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import type { DestinationContext } from './context.ts';

/** Name of the sparse index of what is due: items with `shard` and `wakeAt`. */
const wakeIndex = 'wake';

/** Mailboxes, aliases, dead letters and the call budget. Outlives the stack unless told otherwise. */
export class LeadsTable extends Construct {
  readonly table: TableV2;
  /** ARN of the wake index alone: queries go nowhere else. */
  readonly wakeIndexArn: string;

  constructor(scope: Construct, id: string, { keys, dataRemoval }: DestinationContext) {
    super(scope, id);
    this.table = new TableV2(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      billing: Billing.onDemand(),
      timeToLiveAttribute: 'expiresAt',
      encryption: keys.table
        ? TableEncryptionV2.customerManagedKey(keys.table)
        : TableEncryptionV2.awsManagedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: dataRemoval !== RemovalPolicy.DESTROY,
      removalPolicy: dataRemoval,
      globalSecondaryIndexes: [
        {
          indexName: wakeIndex,
          partitionKey: { name: 'shard', type: AttributeType.STRING },
          sortKey: { name: 'wakeAt', type: AttributeType.NUMBER },
          projectionType: ProjectionType.KEYS_ONLY,
        },
      ],
    });
    this.wakeIndexArn = `${this.table.tableArn}/index/${wakeIndex}`;
  }
}
