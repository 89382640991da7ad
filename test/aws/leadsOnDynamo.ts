import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { createLeadsTable } from '../../lambdas/aws/dynamoLeadsTable.ts';
import type { LeadsTable } from '../../lambdas/store/leadsTable.ts';
import { serveDynamo } from '../support/dynamo.ts';
import { clientOf } from './scripted.ts';

export const tableName = 'leads';

interface ServedLeads {
  readonly url: string;
  readonly client: DynamoDBClient;
  readonly table: LeadsTable;
  close(): Promise<void>;
}

/** The leads table on DynamoDB's emulator or, in `npm run test:real`, on DynamoDB Local, with the keys and the index that the stack gives it. */
export const serveLeads = async ({ shards = 2, pageItems = 100 } = {}): Promise<ServedLeads> => {
  const dynamo = await serveDynamo();
  const { url } = dynamo;
  const client = new DynamoDBClient(clientOf(url));
  await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'shard', AttributeType: 'S' },
        { AttributeName: 'wakeAt', AttributeType: 'N' },
      ],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'wake',
          KeySchema: [
            { AttributeName: 'shard', KeyType: 'HASH' },
            { AttributeName: 'wakeAt', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    }),
  );
  // The emulator makes it right after its answer.
  await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 0.01 }, { TableName: tableName });
  return {
    url,
    client,
    table: createLeadsTable({ client, tableName, shards, pageItems }),
    close: async () => {
      client.destroy();
      await dynamo.close();
    },
  };
};
