import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished, expect, it, vi } from 'vitest';
import { exampleSettings, templateOf, temporaryFolder } from '../lib/support.ts';
import { command } from './cli/support.ts';
import { serveAws } from './deployed/aws/serve.ts';

const today = templateOf(exampleSettings());
const template = join(temporaryFolder(), 'marketo-destination.template.json');
writeFileSync(template, JSON.stringify(today));
const old = readFileSync(join(import.meta.dirname, '../lib/fixtures/template-0.1.0.json'), 'utf8');

const json = (body: unknown, status = 200) => ({
  status,
  type: 'application/x-amz-json-1.1',
  body: JSON.stringify(body),
});

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** An AWS account with what a deleted stack of 0.1 has left, and with its template. */
const account = async (isLeft: boolean): Promise<void> => {
  const table = Object.keys(today.Resources).find((id) => id.startsWith('LeadsTable')) ?? '';
  const { url, close } = await serveAws(({ headers, body }) => {
    const target = String(headers['x-amz-target'] ?? new URLSearchParams(body).get('Action'));
    const asked = (body.startsWith('{') ? JSON.parse(body) : {}) as Record<string, string>;
    if (target.endsWith('.GetQueueUrl'))
      return isLeft
        ? json({ QueueUrl: `https://sqs/123456789012/${asked['QueueName'] ?? ''}` })
        : json({ __type: 'com.amazonaws.sqs#QueueDoesNotExist', message: 'none' }, 400);
    if (target.endsWith('.DescribeSecret'))
      return isLeft
        ? json({ ARN: `arn:secret:${asked['SecretId'] ?? ''}` })
        : json({ __type: 'ResourceNotFoundException', Message: 'none' }, 400);
    if (target.endsWith('.ListTables'))
      return json({
        TableNames: isLeft ? ['other', `marketo-destination-${table}-1ABC`] : ['other'],
      });
    return {
      type: 'text/xml',
      body: `<GetTemplateResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><GetTemplateResult><TemplateBody>${escaped(old)}</TemplateBody></GetTemplateResult></GetTemplateResponse>`,
    };
  });
  const variables = {
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_REGION: 'eu-west-1',
    AWS_MAX_ATTEMPTS: '1',
    AWS_ENDPOINT_URL: url,
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await close();
  });
};

const run = (name: string, ...more: readonly string[]) =>
  command([name, '--stack', 'marketo-destination', '--template', template, ...more]);

it('adopt writes down what CloudFormation can import', async () => {
  await account(true);
  const { exit, out, err } = await run('adopt');
  expect({ exit, err }).toEqual({ exit: 0, err: '' });
  const mapping = JSON.parse(out) as Record<string, Record<string, string>>;
  expect(Object.values(mapping)).toEqual(
    expect.arrayContaining([
      { QueueUrl: 'https://sqs/123456789012/marketo-destination-events.fifo' },
      { Id: 'arn:secret:marketo-destination/marketo' },
      { TableName: expect.stringMatching(/-1ABC$/) as string },
    ]),
  );
});

it('adopt says what is not there, and ends with 1', async () => {
  await account(false);
  const { exit, out, err } = await run('adopt');
  expect(exit).toBe(1);
  expect(JSON.parse(out)).toEqual({});
  expect(err).toMatch(/There is no queue marketo-destination-events\.fifo\./);
  expect(err).toMatch(/There is no table whose name begins with marketo-destination-LeadsTable/);
});

it('upgrade-check compares what is deployed with what was synthesized', async () => {
  await account(true);
  const { exit, out } = await run('upgrade-check');
  expect(out).toMatch(/^From 0\.1\.0 to /);
  expect(out).toMatch(/No queue, table, secret, key, bucket or address is replaced or removed\./);
  expect(exit).toBe(0);
});

it('upgrade-check ends with 1 where data would be lost, and says what', async () => {
  await account(true);
  const Resources = Object.fromEntries(
    Object.entries(today.Resources).filter(([id]) => !id.startsWith('LeadsTable')),
  );
  writeFileSync(template, JSON.stringify({ ...today, Resources }));
  const { exit, out } = await run('upgrade-check', '--json');
  writeFileSync(template, JSON.stringify(today));
  expect(exit).toBe(1);
  expect(JSON.parse(out)).toMatchObject({
    from: '0.1.0',
    findings: [{ type: 'AWS::DynamoDB::GlobalTable', what: 'removed' }],
  });
});

it('both want to know the stack, and the template', async () => {
  expect((await command(['adopt'])).err).toMatch(/--stack/);
  await account(true);
  const gone = await run('upgrade-check', '--template', 'nowhere.json');
  expect(gone).toMatchObject({ exit: 2 });
  expect(gone.err).toMatch(/cdk synth/);
});
