import { readFileSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openWorkplace } from './cdk.ts';

const { folder, account, cdk, assembly, deploy, close } = await openWorkplace();
afterAll(close);

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
