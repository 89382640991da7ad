import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { DynamoHistoryWriter } from '../../../lambdas/aws/historyWriter.ts';
import { createLeadsTable } from '../../../lambdas/aws/dynamoLeadsTable.ts';
import { leadIdOf, shortHashOf } from '../../../lambdas/digest.ts';
import { epochMs } from '../../../lambdas/segment/time.ts';
import { indexLimits } from '../../../lambdas/limits.ts';
import { serveSimulator } from '../../../simulator/server.ts';
import { openDeployed } from '../../../operations/deployed/open.ts';
import { scriptedService } from '../../aws/scripted.ts';
import { exampleSettings, templateOf, type Template } from '../../lib/support.ts';
import { openIngest } from '../../sdks/door.ts';
import { order } from '../../support/mailboxes.ts';
import { deployed } from './stack.ts';

const secrets = {
  ingest: JSON.stringify({ writeKey: 'key-1, key-2', deleteKey: 'key-3' }),
  marketo: '{}',
  hash: undefined,
};
const stackName = 'marketo-destination';
let template: Template;

beforeAll(() => {
  template = templateOf(exampleSettings());
}, 60_000);

const opened = async (options: { stackName: string; region?: string } = { stackName }) => {
  const stack = await openDeployed(options);
  onTestFinished(() => {
    stack.close();
  });
  return stack;
};

describe('a deployed stack', () => {
  it('is opened by its name, with the keys for senders', async () => {
    const { outputs } = await deployed(template, { secrets });
    const stack = await opened();
    expect(stack.ingestUrl).toBe(outputs['ApiUrl']);
    expect(await stack.writeKey()).toBe('key-1');
    expect(await stack.deleteKey()).toBe('key-3');
  });

  it('gives out a server key where there is one, since what an operator sends is no stranger’s', async () => {
    const ingest = JSON.stringify({ writeKey: 'key-1', deleteKey: 'key-3', serverKey: 'key-4' });
    await deployed(template, { secrets: { ...secrets, ingest } });
    expect(await (await opened()).writeKey()).toBe('key-4');
  });

  it('shows its queues, history and what is pending', async () => {
    const { queueClient, tableClient, outputs } = await deployed(template, { secrets });
    await queueClient.send(
      new SendMessageCommand({
        QueueUrl: outputs['TickQueueUrl'],
        MessageBody: '{}',
        DelaySeconds: 60,
      }),
    );
    const writer = new DynamoHistoryWriter({
      client: tableClient,
      tableName: outputs['HistoryTableName'] ?? '',
      keepMs: 30 * 86_400_000,
    });
    const at = epochMs(Date.now() - 1_000);
    const step = { kind: 'step', at, service: 'absorb', step: 'absorbed' } as const;
    const update = {
      message: shortHashOf('one'),
      owner: 'a-lead',
      at,
      outcome: 'waiting',
    } as const;
    const call = { kind: 'call', at, service: 'sync', call: 'c-1', api: 'rest' } as const;
    await writer.write(
      {
        updates: [{ ...update, steps: [step] }],
        calls: [{ ...call, about: 'leads', leads: 1, requests: 1, tookMs: 5, verdicts: {} }],
        troubles: [],
      },
      AbortSignal.timeout(60_000),
    );
    const { operations } = await opened();
    const flow = await operations.flow();
    expect(flow.ticks).toEqual({ waiting: 0, delayed: 1, inFlight: 0 });
    expect(flow.events).toEqual({ waiting: 0, delayed: 0, inFlight: 0 });
    expect(flow.latest).toMatchObject([{ step: 'absorbed' }, { kind: 'call' }]);
    expect(flow.historyDays).toBe(30);
    expect(flow.tallies.reduce((sum, { steps }) => sum + (steps.absorbed ?? 0), 0)).toBe(1);
    expect(flow.pending).toEqual({ count: 0, isAll: true });
    expect(await operations.event({ messageId: 'one' })).toMatchObject({
      message: shortHashOf('one'),
    });
  });

  it('is looked at with the settings that it was deployed with', async () => {
    const paced = templateOf(exampleSettings({ MARKETO_DAILY_CALLS: '1234' }));
    await deployed(paced, { secrets });
    const { operations } = await opened();
    expect(await operations.budget()).toMatchObject({ api: 'rest', dailyCalls: 1_234, used: 0 });
  });
});

describe('a deployed stack that keeps no history', () => {
  it('says so of events, and shows everything else', async () => {
    await deployed(templateOf(exampleSettings({ HISTORY_DAYS: '0' })), { secrets });
    const { operations } = await opened();
    expect(await operations.flow()).toMatchObject({ historyDays: 0, tallies: [], latest: [] });
    await expect(operations.event({ messageId: 'one' })).rejects.toMatchObject({
      code: 'unusable',
      message: expect.stringContaining('no history is kept (history.days is 0)') as string,
    });
    expect(await operations.dead()).toEqual({ dead: [] });
  });
});

describe('dead letters of a deployed stack', () => {
  const letter = {
    because: 'Marketo refused it',
    lead: leadIdOf('jane@example.com'),
    fields: [{ name: 'Plan', value: 'pro', order: order(1) }],
  };

  const withLetter = async () => {
    const aws = await deployed(template, { secrets });
    const tableName = aws.outputs['LeadsTableName'] ?? '';
    const { shards, pageItems } = indexLimits;
    const table = createLeadsTable({ client: aws.tableClient, tableName, shards, pageItems });
    await table.putDeadLetter(`${letter.lead}#1`, letter, epochMs(Date.now()));
    const { operations } = await opened();
    const { dead } = await operations.dead();
    return { ...aws, operations, dead };
  };

  it('can be dropped, which the history then tells', async () => {
    const { operations, dead } = await withLetter();
    expect(dead).toMatchObject([{ lead: letter.lead, because: letter.because }]);
    const ids = dead.map(({ id }) => id);
    expect(await operations.drop(ids)).toMatchObject([{ id: ids[0], outcome: 'dropped' }]);
    expect(await operations.dead()).toEqual({ dead: [] });
    const { latest } = await operations.flow();
    expect(latest).toMatchObject([{ step: 'dropped', lead: letter.lead }]);
  });
});

describe('check of a deployed stack', () => {
  it('finds all well where it is, and makes no event', async () => {
    const marketo = await serveSimulator({
      port: 0,
      clock: { now: () => Date.now() },
      munchkinId: '561-HYG-937',
      credentials: { userId: '', encryptionKey: '' },
    });
    const settled = templateOf(exampleSettings({ MARKETO_REST_ENDPOINT: marketo.restEndpoint }));
    const door = await openIngest({ template: settled });
    onTestFinished(async () => {
      await door.close();
      await marketo.close();
    });
    await deployed(settled, {
      secrets: {
        ingest: JSON.stringify({ writeKey: door.writeKey }),
        marketo: JSON.stringify({
          restClientId: 'simulated-client-id',
          restClientSecret: 'simulated-client-secret',
          soapUserId: '',
          soapEncryptionKey: '',
        }),
        hash: JSON.stringify({
          munchkinPrivateKey: 'private',
          hashTokenSecret: 'a-token-secret-of-so-many-characters',
        }),
      },
      outputs: { ApiUrl: door.url },
    });
    const { operations } = await opened();
    const checks = await operations.check();
    // Around midnight US Central nobody may call Marketo for some seconds.
    const isChanging = checks.some(({ says }) => says.includes('the day of the quota is changing'));
    if (!isChanging) expect(checks.filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(checks.length).toBeGreaterThanOrEqual(8);
    expect(door.requests.map(({ path, status }) => [path, status])).toEqual([['/v1/batch', 400]]);
    expect(await door.events()).toEqual([]);
  });

  it('says of each part what the user may not do', async () => {
    await deployed(template, { secrets, outputs: { ApiUrl: 'http://127.0.0.1:1' } });
    const denied = { status: 400, body: { __type: 'AccessDeniedException', message: 'no' } };
    vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', await scriptedService(() => denied));
    const { operations } = await opened();
    const todos = (await operations.check()).map(({ todo }) => todo);
    const asked = todos.filter((one) => one?.includes('secretsmanager:GetSecretValue'));
    expect(asked).toHaveLength(3);
  });
});

describe('a stack that cannot be opened says why', () => {
  it('there is none of this name in the region', async () => {
    await deployed(template, { secrets });
    await expect(openDeployed({ stackName: 'other', region: 'eu-west-1' })).rejects.toMatchObject({
      code: 'bad-input',
      message:
        'there is no stack other in eu-west-1: check its name (stackName in the settings) and the region',
    });
  });

  it('it is another one, or older than this tool', async () => {
    const { stacks } = await deployed(template, { secrets });
    stacks.set('other', { BucketName: 'b' });
    await expect(openDeployed({ stackName: 'other' })).rejects.toMatchObject({ code: 'unusable' });
  });

  it('no region is known', async () => {
    await deployed(template, { secrets });
    vi.stubEnv('AWS_REGION', undefined);
    vi.stubEnv('AWS_DEFAULT_REGION', undefined);
    vi.stubEnv('AWS_CONFIG_FILE', '/nowhere/config');
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nowhere/credentials');
    await expect(openDeployed({ stackName })).rejects.toMatchObject({
      code: 'bad-input',
      message: 'no AWS region is known: name the one that the stack is in, or set AWS_REGION',
    });
  });

  it('there are no credentials', async () => {
    await deployed(template, { secrets });
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', undefined);
    vi.stubEnv('AWS_CONFIG_FILE', '/nowhere/config');
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nowhere/credentials');
    await expect(openDeployed({ stackName })).rejects.toMatchObject({
      code: 'denied',
      message: expect.stringContaining('there are no AWS credentials') as string,
    });
  });

  it('the credentials have expired', async () => {
    const { cloudFormation } = await deployed(template, { secrets });
    cloudFormation.fail({ code: 'ExpiredToken', message: 'expired', status: 403 });
    await expect(openDeployed({ stackName })).rejects.toMatchObject({
      code: 'denied',
      message: expect.stringContaining('have expired') as string,
    });
  });

  it('the user may not look at a function', async () => {
    const { lambda } = await deployed(template, { secrets });
    lambda.fail({ code: 'AccessDeniedException', status: 403 });
    await expect(openDeployed({ stackName })).rejects.toMatchObject({
      code: 'denied',
      message: 'your AWS user may not do this: allow it the action lambda:GetFunctionConfiguration',
    });
  });

  it('a function has settings that are not understood', async () => {
    const { functions, outputs } = await deployed(template, { secrets });
    const name = outputs['SyncFunctionName'] ?? '';
    functions.set(name, { variables: { MARKETO_API: 'carrier pigeon' }, logGroup: 'x' });
    await expect(openDeployed({ stackName })).rejects.toMatchObject({
      code: 'unusable',
      message: expect.stringMatching(/^the deployed function sync has settings/) as string,
    });
  });

  it('nobody answers', async () => {
    await deployed(template, { secrets });
    vi.stubEnv('AWS_ENDPOINT_URL_CLOUDFORMATION', 'http://127.0.0.1:1');
    await expect(openDeployed({ stackName })).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('ECONNREFUSED') as string,
    });
  });
});

describe('what fails later says what is missing', () => {
  it('of the table', async () => {
    await deployed(template, { secrets });
    const denied = { status: 400, body: { __type: 'AccessDeniedException', message: 'no' } };
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', await scriptedService(() => denied));
    const { operations } = await opened();
    await expect(operations.lead({ email: 'jane@example.com' })).rejects.toMatchObject({
      code: 'denied',
      message: 'your AWS user may not do this: allow it the action dynamodb:BatchGetItem',
    });
  });

  it('of the history', async () => {
    await deployed(template, { secrets });
    const denied = { status: 400, body: { __type: 'AccessDeniedException', message: 'no' } };
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', await scriptedService(() => denied));
    const { operations } = await opened();
    await expect(operations.event({ messageId: 'one' })).rejects.toMatchObject({
      code: 'denied',
      message: 'your AWS user may not do this: allow it the action dynamodb:Query',
    });
  });

  const gone = { code: 'ResourceNotFoundException', message: 'Requested resource not found' };

  it('is no answer that nobody is there where the table is gone', async () => {
    await deployed(template, { secrets });
    const missing = { status: 400, body: { __type: gone.code, message: gone.message } };
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', await scriptedService(() => missing));
    const { operations } = await opened();
    await expect(operations.lead({ email: 'jane@example.com' })).rejects.toMatchObject({
      code: 'unusable',
    });
  });

  it('is no answer that there is no event where the history is gone', async () => {
    await deployed(template, { secrets });
    const missing = { status: 400, body: { __type: gone.code, message: gone.message } };
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', await scriptedService(() => missing));
    const { operations } = await opened();
    await expect(operations.event({ messageId: 'one' })).rejects.toMatchObject({
      code: 'unusable',
    });
  });

  it('of a secret that is gone', async () => {
    await deployed(template, { secrets });
    const missing = { status: 400, body: { __type: gone.code, message: 'no such secret' } };
    vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', await scriptedService(() => missing));
    const stack = await opened();
    await expect(stack.writeKey()).rejects.toMatchObject({ code: 'unusable' });
  });

  it('of a write key that nobody put there', async () => {
    await deployed(template, { secrets: { ...secrets, ingest: undefined } });
    const stack = await opened();
    await expect(stack.writeKey()).rejects.toMatchObject({
      code: 'unusable',
      message:
        'the secret marketo-destination/ingest holds no writeKey: store one there, as docs/security.md says',
    });
  });
});
