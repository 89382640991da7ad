import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { DynamoHistoryReader } from '../../lambdas/aws/historyReader.ts';
import { DynamoHistoryWriter } from '../../lambdas/aws/historyWriter.ts';
import type { Clock } from '../../lambdas/ports.ts';
import { serveDynamo } from '../support/dynamo.ts';
import { clientOf } from './scripted.ts';

export const historyTableName = 'history';
export const keepMs = 30 * 24 * 3_600_000;

/** The history table with the keys that the stack gives it. */
export const createHistoryTable = async (client: DynamoDBClient): Promise<void> => {
  await client.send(
    new CreateTableCommand({
      TableName: historyTableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  );
  await waitUntilTableExists(
    { client, maxWaitTime: 60, minDelay: 0.01 },
    { TableName: historyTableName },
  );
};

/** The history table on DynamoDB's emulator or DynamoDB Local. */
export const serveHistory = async (clock: Clock) => {
  const dynamo = await serveDynamo();
  const client = new DynamoDBClient(clientOf(dynamo.url));
  await createHistoryTable(client);
  const options = { client, tableName: historyTableName, keepMs };
  return {
    client,
    writer: new DynamoHistoryWriter(options),
    reader: () => new DynamoHistoryReader({ ...options, clock }),
    close: async () => {
      client.destroy();
      await dynamo.close();
    },
  };
};
