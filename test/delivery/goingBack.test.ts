import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type AttributeValue, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { leadIdOf } from '../../lambdas/digest.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { type ServedSqs, serveSqs } from '../../local/sqs/server.ts';
import { serveLeads, tableName } from '../aws/leadsOnDynamo.ts';
import { clientOf } from '../aws/scripted.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/upgrading.md'), 'utf8');
const [entries = '', visits = '', relations = ''] = [
  ...page.matchAll(/```sh\n(table=[\s\S]*?)```/g),
].map(([, script]) => script);
const hasCli = spawnSync('aws', ['--version']).status === 0;

describe.skipIf(!hasCli)(
  'the way back to 0.1 that docs/upgrading.md tells, by the AWS CLI,',
  () => {
    let served: Awaited<ReturnType<typeof serveLeads>>;
    let sqs: ServedSqs;
    beforeAll(async () => {
      served = await serveLeads({ shards: 4 });
      sqs = await serveSqs({ port: 0 });
    });
    afterAll(() => Promise.all([served.close(), sqs.close()]));

    /** As somebody pastes it into a shell. */
    const run = async (script: string): Promise<void> => {
      const folder = mkdtempSync(join(tmpdir(), 'back-'));
      onTestFinished(() => {
        rmSync(folder, { recursive: true, force: true });
      });
      // The command line has an address of its own for SQS, whatever the environment says.
      const here = `aws() { command aws --endpoint-url "$(test "$1" = sqs && echo ${sqs.url} || echo ${served.url})" "$@"; }`;
      const { stderr } = await promisify(execFile)(
        'bash',
        ['-c', `${here}\n${script.replace('<table>', tableName)}`],
        {
          cwd: folder,
          env: {
            ...process.env,
            ...{
              AWS_DEFAULT_REGION: 'eu-west-1',
              AWS_PAGER: '',
              AWS_EC2_METADATA_DISABLED: 'true',
            },
            ...{ AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' },
            ...{ AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' },
          },
        },
      );
      expect(stderr).toBe('');
    };

    type Lane = 'fields' | 'rest' | 'keys' | 'visits';
    const write = (pk: string, lane?: Lane, state: unknown = {}) =>
      served.table.write(
        pk,
        { version: 1, state, ...(lane && { entry: { lane, nextAt: epochMs(42) } }) },
        undefined,
      );

    const shards = async (): Promise<Readonly<Record<string, string>>> => {
      const { Items = [] } = await served.client.send(new ScanCommand({ TableName: tableName }));
      return Object.fromEntries(Items.map(({ pk, shard }) => [pk?.S ?? '', shard?.S ?? 'none']));
    };

    it('gives every lead and key that waits an entry that 0.1 knows, and touches nothing else', async () => {
      const waiting = Array.from(
        { length: 12 },
        (_, index) => `lead#${leadIdOf(`${index}@example.com`)}`,
      );
      for (const pk of waiting) await write(pk, 'fields');
      await write('lead#rest', 'rest');
      await write('key#held', 'keys');
      await write('visit#one', 'visits');
      await write('erasure#going', 'keys');
      await write('lead#rested');
      const before = await shards();
      await run(entries);
      const after = await shards();
      for (const pk of [...waiting, 'lead#rest', 'key#held']) {
        expect(after[pk]).toMatch(/^[0-3]$/);
        expect([pk, after[pk]]).toEqual([pk, before[pk]?.slice(1)]);
      }
      expect(after['visit#one']).toBe(before['visit#one']);
      expect(after['erasure#going']).toBe(before['erasure#going']);
      expect(after['lead#rested']).toBe('none');
    });

    it('has this version look at lists in items that 0.1 has written, and at nothing else', async () => {
      const state = JSON.stringify({ fields: {}, relations: { 'list:1001': {} } });
      const put = (pk: string, more: Record<string, AttributeValue>) =>
        served.client.send(
          new PutItemCommand({
            TableName: tableName,
            Item: { pk: { S: pk }, version: { N: '1' }, state: { S: state }, ...more },
          }),
        );
      await put('lead#lists', {});
      await put('lead#ours', { writtenBy: { S: '0.2.0' } });
      await put('lead#waits', { shard: { S: '2' }, wakeAt: { N: '42' } });
      await put('lead#none', { state: { S: '{"fields":{}}' } });
      await run(relations);
      expect(await shards()).toMatchObject({
        ...{ 'lead#lists': '0', 'lead#ours': 'none', 'lead#waits': '2', 'lead#none': 'none' },
      });
    });

    it('sends what waits for Munchkin to the queue that 0.1 reads', async () => {
      const visit = {
        messageId: 'm-1',
        url: `https://example.com/?q="é"&r='$HOME'`,
        token: 'id:1',
      };
      await write('visit#two', 'visits', { visit, attempt: 2 });
      const client = new SQSClient(clientOf(sqs.url));
      const { QueueUrl = '' } = await client.send(
        new CreateQueueCommand({ QueueName: 'marketo-destination-due' }),
      );
      await run(visits.replace('<url of that queue>', QueueUrl));
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
      );
      const bodies = Messages.map(({ Body = '' }) => JSON.parse(Body) as unknown);
      expect(bodies).toContainEqual({ visit, attempt: 2 });
      client.destroy();
    });
  },
);
