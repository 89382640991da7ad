import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { createCounters } from '../../lambdas/aws/dynamoCounters.ts';
import type { Item } from '../../lambdas/aws/item.ts';
import { indexLimits } from '../../lambdas/limits.ts';
import { serveLeads, tableName } from '../aws/leadsOnDynamo.ts';
import type { Api } from '../support/world.ts';
import { createWorld } from '../support/world.ts';
import { createOldWorker } from './oldWorker.ts';

type WorldOptions = NonNullable<Parameters<typeof createWorld>[0]>;

const activities = {
  'Order Completed': { typeId: 100_001, primary: 'order.id', attributes: {} },
} as const;

/** The steps that docs/upgrading.md tells; `test/delivery/goingBack.test.ts` runs its commands. */
const createSteps = (client: DynamoDBClient) => {
  const documents = DynamoDBDocumentClient.from(client);
  const items = async (): Promise<readonly Item[]> => {
    const { Items = [] } = await documents.send(new ScanCommand({ TableName: tableName }));
    return Items as Item[];
  };
  const setEntry = (pk: string, shard: string, wakeAt?: number) =>
    documents.send(
      new UpdateCommand({
        TableName: tableName,
        Key: { pk },
        UpdateExpression: `SET #shard = :shard${wakeAt === undefined ? '' : ', wakeAt = :at'}`,
        ExpressionAttributeNames: { '#shard': 'shard' },
        ExpressionAttributeValues: { ':shard': shard, ...(wakeAt && { ':at': wakeAt }) },
      }),
    );
  return {
    items,
    /** Gives the entries of leads and keys names that version 0.1 knows. */
    back: async (): Promise<void> => {
      for (const { pk, shard = '' } of await items())
        if (/^[frk]\d$/.test(shard) && /^(lead|key)#/.test(pk)) await setEntry(pk, shard.slice(1));
    },
    /** Has this version look at what waits in items that version 0.1 has written meanwhile. */
    forth: async (): Promise<void> => {
      for (const { pk, writtenBy, shard, state } of await items())
        if (/^(lead|key)#/.test(pk) && !writtenBy && !shard && state.includes('"relations":'))
          await setEntry(pk, '0', 1);
    },
  };
};

/** Today's pipeline over a table in the emulator, and the worker of version 0.1 beside it. */
export const createBackAndForth = async (
  api: Api,
  {
    unknownFields = 'skip',
    ...options
  }: WorldOptions & { readonly unknownFields?: 'skip' | 'fail' } = {},
) => {
  const served = await serveLeads({ shards: indexLimits.shards });
  const { client, table } = served;
  const world = await createWorld({
    api,
    fieldMap: { userId: false },
    activities,
    storage: { table, counters: createCounters({ client, tableName }) },
    ...options,
  });
  return {
    world,
    old: createOldWorker(world, { client, tableName, unknownFields }),
    ...createSteps(client),
    close: async (): Promise<void> => {
      await world.close();
      await served.close();
    },
  };
};

export type BackAndForth = Awaited<ReturnType<typeof createBackAndForth>>;
