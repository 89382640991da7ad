import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openJournal } from '../../../local/sqs/journal.ts';
import { Queues } from '../../../local/sqs/queues.ts';
import { serveSqs } from '../../../local/sqs/server.ts';
import { clientOf, fifo } from './twin.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sqs-kill-'));
  path = join(folder, 'queues.jsonl');
});

const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

const serveChild = async (): Promise<{ url: string; child: ChildProcess }> => {
  const script = join(import.meta.dirname, 'serve-child.ts');
  const child = spawn(process.execPath, [script, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const [url] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { url, child };
};

test('what was acknowledged before kill -9 is there after it', async () => {
  const one = await serveChild();
  const client = clientOf(one.url);
  const { QueueUrl } = await client.send(
    new CreateQueueCommand({ QueueName: 'q.fifo', Attributes: fifo }),
  );
  let acknowledged = 0;
  const sending = (async () => {
    for (;;) {
      const from = acknowledged;
      const Entries = Array.from({ length: 10 }, (_, index) => ({
        Id: String(index),
        MessageBody: String(from + index),
        MessageGroupId: 'a',
        MessageDeduplicationId: String(from + index),
      }));
      await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
      acknowledged += 10;
      if (acknowledged === 100) one.child.kill('SIGKILL');
    }
  })();
  await expect(sending).rejects.toThrow();
  client.destroy();

  const two = await serveChild();
  const again = clientOf(two.url);
  const { Messages = [] } = await again.send(
    new ReceiveMessageCommand({
      QueueUrl: `${two.url}/000000000000/q.fifo`,
      MaxNumberOfMessages: 10,
    }),
  );
  expect(Messages.map(({ Body }) => Body)).toEqual(Array.from({ length: 10 }, (_, i) => String(i)));
  again.destroy();
  two.child.kill('SIGKILL');
  const now = Date.now();
  const queues = new Queues({ now: () => now });
  queues.restore(openJournal(path, now).stored);
  const { visible, inFlight } = queues.get('q.fifo').counts();
  expect(inFlight).toBe(10);
  expect(visible + inFlight).toBeGreaterThanOrEqual(acknowledged);
});

test('a second start on a taken port leaves the journal of the first alone', async () => {
  const one = await serveSqs({ port: 0, journalPath: path });
  const port = Number(new URL(one.url).port);
  await expect(serveSqs({ port, journalPath: path })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  one.queues.create('q').send({ body: 'x' });
  await one.close();
  const two = await serveSqs({ port: 0, journalPath: path });
  expect(two.queues.get('q').receive(1)).toMatchObject([{ body: 'x' }]);
  await two.close();
});

test('messages in flight are visible at once where their receivers died with the queues', async () => {
  const one = await serveSqs({ port: 0, journalPath: path });
  const queue = one.queues.create('r', { VisibilityTimeout: '600' });
  queue.send({ body: 'taken' });
  queue.receive(1);
  await one.close();
  const patient = await serveSqs({ port: 0, journalPath: path });
  expect(patient.queues.get('r').receive(1)).toEqual([]);
  await patient.close();
  const two = await serveSqs({ port: 0, journalPath: path, receiversDied: true });
  expect(two.queues.get('r').receive(1)).toMatchObject([{ body: 'taken', receives: 2 }]);
  await two.close();
});
