import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import dynalite from 'dynalite';
import { closeServer, listen } from '../local/listen.ts';
import { clientOf } from '../test/aws/scripted.ts';
import { createHistoryTable, historyTableName } from '../test/aws/historyOnDynamo.ts';

interface Put {
  readonly type: 'put';
  readonly key: string;
  readonly value: unknown;
}

interface Store {
  batch(puts: readonly Put[]): Promise<void>;
  close(): Promise<void>;
}

/** Items of one write into the store. */
const itemsAtOnce = 5_000;

// Of the emulator itself: another version might lay its folder out otherwise.
const require = createRequire(createRequire(import.meta.url).resolve('dynalite'));
const { Level } = require('level') as {
  Level: new (path: string, options: { readonly valueEncoding: 'json' }) => Store;
};
const { createKey } = require('./db') as {
  createKey: (item: Record<string, unknown>, table: unknown) => string;
};

const opened = async (path: string) => {
  const server = dynalite({ path, createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });
  const url = await listen(server);
  const client = new DynamoDBClient(clientOf(url));
  return {
    client,
    close: async (): Promise<void> => {
      client.destroy();
      await closeServer(server);
    },
  };
};

/** Lays the items into the emulator's folder while it does not run: its own writes take a hundred times as long. */
const fill = async (
  path: string,
  table: unknown,
  items: Iterable<Record<string, unknown>>,
): Promise<void> => {
  const store = new Level(path, { valueEncoding: 'json' });
  let puts: Put[] = [];
  const flush = async (): Promise<void> => {
    await store.batch(puts);
    puts = [];
  };
  for (const item of items) {
    const value = marshall(item, { removeUndefinedValues: true });
    // As it comes over the wire.
    const wired = Object.fromEntries(
      Object.entries(value).map(([name, one]) => [
        name,
        one.B === undefined ? one : { B: Buffer.from(one.B).toString('base64') },
      ]),
    );
    const key = `item-${historyTableName}~${createKey(wired, table)}`;
    puts.push({ type: 'put', key, value: wired });
    if (puts.length === itemsAtOnce) await flush();
  }
  await flush();
  await store.close();
};

/** DynamoDB's emulator with a history table that holds these items. */
export const serveFilled = async (items: Iterable<Record<string, unknown>>) => {
  const path = await mkdtemp(join(tmpdir(), 'history-'));
  const empty = await opened(path);
  await createHistoryTable(empty.client);
  const { Table } = await empty.client.send(
    new DescribeTableCommand({ TableName: historyTableName }),
  );
  await empty.close();
  await fill(path, Table, items);
  const served = await opened(path);
  return {
    client: served.client,
    close: async (): Promise<void> => {
      await served.close();
      await rm(path, { recursive: true });
    },
  };
};
