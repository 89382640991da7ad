import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { readSettings, type Settings } from '../../lambdas/settings.ts';
import { synthesize } from '../../lib/synthesize.ts';
import { build } from '../../scripts/build.ts';
import { serveAccount } from './aws.ts';

const folder = mkdtempSync(join(tmpdir(), 'deploy-'));
const assets = join(folder, 'bundles');
await build(assets);
const account = await serveAccount();
afterAll(async () => {
  await account.close();
  rmSync(folder, { recursive: true, force: true });
});

const cli = join(
  dirname(
    createRequire(new URL('../../tools/cdk/package.json', import.meta.url)).resolve(
      'aws-cdk/package.json',
    ),
  ),
  'bin',
  'cdk',
);

/** The real command line of CDK, against the account on this machine alone. */
const cdk = async (...args: readonly string[]): Promise<string> => {
  const running = promisify(execFile)(process.execPath, [cli, ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: folder, ...account.environment },
    maxBuffer: 50_000_000,
    timeout: 120_000,
  });
  // Nobody is there to be asked.
  running.child.stdin?.end();
  const { stdout, stderr } = await running;
  return stdout + stderr;
};

const assembly = (name: string, env: Readonly<Record<string, string>> = {}): string => {
  const settings: Settings = readSettings({ file: 'settings.example.json', env });
  return synthesize({ settings, assets, outDir: join(folder, name), checks: false }).directory;
};

const deploy = (directory: string): Promise<string> =>
  cdk('deploy', '--app', directory, '--require-approval', 'never', '--progress', 'events');

const list = (calls: readonly string[]): string => `${calls.join('\n')}\n`;
/** Assets go up side by side: which calls there are is certain, but neither their order nor, with caches, how many. */
const uploads = (calls: readonly string[]): readonly string[] =>
  [...new Set(calls.filter((call) => call.startsWith('s3 ')))].toSorted();
/** How many files of each kind. */
const kinds = (names: readonly string[]): Readonly<Record<string, number>> =>
  Object.fromEntries(
    [...Map.groupBy(names, (name) => extname(name))].map(([kind, all]) => [kind, all.length]),
  );
const others = (calls: readonly string[]): readonly string[] => [
  ...new Set(calls.filter((call) => !call.startsWith('s3 '))),
];

let uploaded: readonly string[] = [];

describe('cdk deploy', () => {
  it('deploys an account’s first stack with these calls', async () => {
    await deploy(assembly('first'));
    const calls = account.takeCalls();
    await expect(list(others(calls))).toMatchFileSnapshot('calls/first.txt');
    await expect(list(uploads(calls))).toMatchFileSnapshot('calls/first-assets.txt');
    uploaded = account.takeUploads();
    expect(new Set(uploaded).size).toBe(uploaded.length);
    // The functions and the browser script, and the template.
    expect(kinds(uploaded)).toEqual({ '.zip': 5, '.json': 1 });
    const stack = account.stacks.get('marketo-destination');
    expect(stack).toMatchObject({ status: 'CREATE_COMPLETE', protected: true });
    expect(JSON.parse(stack?.template ?? '')).toHaveProperty('Resources');
  });

  it('updates it with these, and sends no asset again', async () => {
    await deploy(assembly('update', { LOG_DAYS: '90' }));
    const calls = account.takeCalls();
    await expect(list(others(calls))).toMatchFileSnapshot('calls/update.txt');
    await expect(list(uploads(calls))).toMatchFileSnapshot('calls/update-assets.txt');
    const again = account.takeUploads();
    expect(kinds(again)).toEqual({ '.json': 1 });
    expect(again.filter((name) => uploaded.includes(name))).toEqual([]);
    const stack = account.stacks.get('marketo-destination');
    expect(stack).toMatchObject({ status: 'UPDATE_COMPLETE', protected: true });
    expect(stack?.template).toContain('"RetentionInDays": 90');
  });
});

describe('cdk diff', () => {
  it('between version 0.1 and today replaces and destroys nothing that holds data', async () => {
    const old = join(folder, 'old.json');
    const fixture = join(import.meta.dirname, '../lib/fixtures/template-0.1.0.json');
    writeFileSync(old, readFileSync(fixture));
    const said = await cdk('diff', '--app', assembly('today'), '--template', old, '--no-color');
    const changes = said.split('\n').filter((line) => /^\[[-~+]\]/.test(line.trim()));
    expect(changes.length).toBeGreaterThan(5);
    const held = /AWS::(?:SQS::Queue|DynamoDB|SecretsManager::Secret|S3::Bucket|KMS|SNS::Topic) /;
    const lost = changes.filter(
      (line) => /replace|destroy|orphan/i.test(line) || /^\[-\]/.test(line),
    );
    expect(lost.filter((line) => held.test(line))).toEqual([]);
    expect(said).not.toMatch(/requires replacement/);
    // What goes is the old schedule's rule, what comes in its place sends to the queue that stays.
    const gone = changes.filter((line) => line.startsWith('[-]'));
    expect(gone).toEqual([
      expect.stringMatching(/^\[-\] AWS::Events::Rule SourcesSweep\S+ destroy$/),
      expect.stringMatching(/^\[-\] AWS::Lambda::Permission SourcesSweepAllow\S+ destroy$/),
      expect.stringMatching(/^\[-\] Output DueQueueUrl/),
    ]);
    for (const change of [
      /^\[\+\] AWS::Events::Rule \S*\/ScheduledTick/,
      /^\[\+\] Output \S*TickQueueUrl/,
      /^\[\+\] Output \S*Version/,
      /^\[~\] AWS::SQS::QueuePolicy \S*\/Due\/Policy/,
      /^\[~\] AWS::SQS::Queue \S*\/Due /,
    ])
      expect(changes.some((line) => change.test(line))).toBe(true);
  });
});
