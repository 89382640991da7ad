import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceInUseException,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { mkdir } from 'node:fs/promises';
import { closeServer, listen } from './listen.ts';
import {
  accountId,
  region,
  type Physicals,
  resolve,
  resourcesOf,
  type Template,
} from './template.ts';

/** Credentials for services on this machine, which do not look at them. */
export const localCredentials = { accessKeyId: 'local', secretAccessKey: 'local' } as const;

interface LocalTables {
  /** The DynamoDB endpoint. */
  readonly url: string;
  /** Table names. */
  readonly names: readonly string[];
  close(): Promise<void>;
}

const named = ({ KeySchema = [], GlobalSecondaryIndexes = [] }: Partial<CreateTableCommandInput>) =>
  JSON.stringify([
    KeySchema.map((key) => [key.AttributeName, key.KeyType]),
    GlobalSecondaryIndexes.map(({ IndexName, KeySchema: keys = [], Projection }) => [
      IndexName,
      keys.map((key) => [key.AttributeName, key.KeyType]),
      Projection?.ProjectionType,
    ]).sort(),
  ]);

/** A slow machine has the table a moment after it has accepted it. */
const secondsToCreate = 60;

const create = async (client: DynamoDBClient, input: CreateTableCommandInput): Promise<void> => {
  try {
    await client.send(new CreateTableCommand(input));
    const { TableName } = input;
    await waitUntilTableExists(
      { client, maxWaitTime: secondsToCreate, minDelay: 1, maxDelay: 1 },
      { TableName },
    );
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
    const { Table } = await client.send(new DescribeTableCommand({ TableName: input.TableName }));
    if (named(Table as Partial<CreateTableCommandInput>) !== named(input)) {
      throw new Error(
        `the table ${String(input.TableName)} in DATA_DIR has other keys than the stack's; delete that folder to start anew`,
        { cause: error },
      );
    }
  }
};

const emulate = async (folder?: string) => {
  if (folder !== undefined) await mkdir(folder, { recursive: true });
  const server = dynalite({
    ...(folder !== undefined && { path: folder }),
    createTableMs: 0,
    deleteTableMs: 0,
    updateTableMs: 0,
  });
  return { url: await listen(server), close: () => closeServer(server) };
};

/**
 * Serves DynamoDB, or takes the one at `url`, and creates the template's tables. Their names and ARNs go into
 * `physicals`.
 * With a folder they survive a killed process; without one they live in memory.
 * @throws where another process uses the folder, or its tables have other keys
 */
export const serveTables = async (
  template: Template,
  physicals: Physicals,
  {
    folder,
    url: given,
  }: { readonly folder?: string | undefined; readonly url?: string | undefined } = {},
): Promise<LocalTables> => {
  const served =
    given === undefined ? await emulate(folder) : { url: given, close: () => Promise.resolve() };
  const { url } = served;
  const client = new DynamoDBClient({ endpoint: url, region, credentials: localCredentials });
  const names: string[] = [];
  try {
    for (const [id, properties] of resourcesOf(template, 'AWS::DynamoDB::GlobalTable')) {
      const part = (key: string): unknown => resolve(properties[key], physicals, `${id}.${key}`);
      const TableName = (part('TableName') as string | undefined) ?? id;
      const indexes = part('GlobalSecondaryIndexes');
      await create(client, {
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: part('KeySchema') as CreateTableCommandInput['KeySchema'],
        AttributeDefinitions: part(
          'AttributeDefinitions',
        ) as CreateTableCommandInput['AttributeDefinitions'],
        ...(indexes !== undefined && {
          GlobalSecondaryIndexes: indexes as NonNullable<
            CreateTableCommandInput['GlobalSecondaryIndexes']
          >,
        }),
      });
      physicals.set(id, {
        ref: TableName,
        attributes: { Arn: `arn:aws:dynamodb:${region}:${accountId}:table/${TableName}` },
      });
      names.push(TableName);
    }
  } catch (error) {
    await served.close();
    throw error;
  } finally {
    client.destroy();
  }
  return { url, names, close: served.close };
};
