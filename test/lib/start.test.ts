import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { synthesize } from '../../lib/synthesize.ts';
import { build, buildConsole } from '../../scripts/build.ts';
import { exampleSettings, only, temporaryFolder, type Template } from './support.ts';

// The real bundles, in the place where the assembly says that they are.
const folder = temporaryFolder();
const outDir = join(folder, 'out');
const bundles = join(folder, 'bundles');
await build(bundles);
await buildConsole(bundles);
const assembly = synthesize({
  settings: exampleSettings({ CONSOLE_SERVE: 'true' }),
  outDir,
  assets: bundles,
  checks: false,
});
const template = JSON.parse(readFileSync(assembly.template, 'utf8')) as Template;
const { files } = JSON.parse(readFileSync(assembly.assets, 'utf8')) as {
  files: Record<string, { source: { path: string; packaging: string } }>;
};

interface FunctionProperties {
  readonly Handler: string;
  readonly Code: { readonly S3Key: string };
  readonly Environment: { readonly Variables: Record<string, string | { Ref?: string }> };
}

/** Calls the handler with no records, in an environment of nothing but what the stack sets. */
const script = `
  const [path, name, event] = process.argv.slice(1);
  const context = { getRemainingTimeInMillis: () => 20000 };
  const answer = require(path)[name];
  if (event === undefined) console.log(typeof answer);
  else answer(JSON.parse(event), context).then((value) => console.log(JSON.stringify(value)));
`;

const start = async (name: string, event?: unknown): Promise<string> => {
  const { Properties } = only(template, 'AWS::Lambda::Function', name) as {
    Properties: FunctionProperties;
  };
  const [file = '', handler = ''] = Properties.Handler.split('.');
  const code = files[Properties.Code.S3Key.replace('.zip', '')]?.source.path ?? '';
  const variables = Object.entries(Properties.Environment.Variables).map(([key, value]) => [
    key,
    // Addresses are put together by CloudFormation.
    typeof value === 'string' ? value : (value.Ref ?? 'https://example.com'),
  ]);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      '-e',
      script,
      join(outDir, code, `${file}.cjs`),
      handler,
      ...(event === undefined ? [] : [JSON.stringify(event)]),
    ],
    {
      // A closed port instead of AWS, should a handler want more than its settings.
      env: {
        ...(Object.fromEntries(variables) as Record<string, string>),
        AWS_REGION: 'eu-west-1',
        AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
        LAMBDA_TASK_ROOT: join(outDir, code),
      },
      timeout: 15_000,
    },
  );
  return stdout.trim();
};

it('ingest and hash start with the environment that the stack gives them', async () => {
  expect(await start('FunctionsIngest')).toBe('function');
  expect(await start('FunctionsHash')).toBe('function');
});

it.each(['Absorb', 'Sync'])(
  '%s starts with the environment that the stack gives it, and acknowledges an empty batch',
  async (name) => {
    const [metrics = '', answer] = (await start(`Functions${name}`, { Records: [] })).split('\n');
    expect(answer).toBe('{"batchItemFailures":[]}');
    expect(JSON.parse(metrics)).toMatchObject({ service: name.toLowerCase(), ColdStarts: 1 });
  },
);

it('the console starts with the environment that the stack gives it, and serves its page', async () => {
  const event = (rawPath: string, method: string) => ({
    rawPath,
    headers: { 'content-type': 'application/json' },
    requestContext: { http: { method } },
    body: '{}',
  });
  const answerTo = async (path: string, method: string) =>
    JSON.parse(await start('ServedConsole', event(path, method))) as {
      readonly statusCode: number;
      readonly body: string;
    };
  const page = await answerTo('/console', 'GET');
  expect(page).toMatchObject({ statusCode: 200 });
  expect(page.body).toContain('<meta name="sign-in"');
  expect((await answerTo('/console/main.js', 'GET')).body.length).toBeGreaterThan(50_000);
  expect((await answerTo('/console/api/flow', 'POST')).statusCode).toBe(401);
});

it('the source maps stay at home', () => {
  // CDK's own function, which puts the script for browsers into its bucket, is no bundle of ours.
  const assets = Object.values(files).filter(
    ({ source }) =>
      source.packaging === 'zip' && existsSync(join(outDir, source.path, 'index.cjs')),
  );
  expect(assets).toHaveLength(5);
  for (const { source } of assets) {
    expect(() => readFileSync(join(outDir, source.path, 'index.cjs.map'))).toThrow('ENOENT');
    expect(readFileSync(join(outDir, source.path, 'index.cjs')).length).toBeGreaterThan(1_000);
  }
});
