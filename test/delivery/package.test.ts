import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { install, pack } from './packed.ts';

const folder = mkdtempSync(join(tmpdir(), 'packed-'));
const packed = await pack(folder);
const app = await install(join(folder, packed.filename));
afterAll(() => {
  app.remove();
  rmSync(folder, { recursive: true, force: true });
});

const paths = packed.files.map(({ path }) => path);
const inPackage = (path: string): string =>
  readFileSync(join(app.folder, 'node_modules', 'marketo-destination', path), 'utf8');

describe('the packed package', () => {
  it('has nothing of tests, of this machine, and no TypeScript but types', () => {
    expect(paths.filter((path) => /(?:^|\/)(?:test|bench|local|scripts)\//.test(path))).toEqual([]);
    expect(paths.filter((path) => /(?<!\.d)\.m?tsx?$/.test(path))).toEqual([]);
    const texts = paths.filter((path) => /\.(?:js|mjs|cjs|map|json|ts)$/.test(path));
    const here = join(import.meta.dirname, '..', '..');
    expect(texts.filter((path) => inPackage(path).includes(here))).toEqual([]);
  });

  it('has types and a source map beside each module', () => {
    const modules = paths.filter((path) =>
      /^built\/(?:lib|lambdas|operations)\/.*\.js$/.test(path),
    );
    const compiled = modules.filter((path) => !path.includes('/console/client/'));
    expect(compiled.length).toBeGreaterThan(100);
    for (const path of compiled) {
      expect(paths).toContain(`${path}.map`);
      expect(paths).toContain(path.replace(/\.js$/, '.d.ts'));
    }
  });

  it('has the function bundles, the browser script, the console and the licenses of what they contain', () => {
    expect(paths).toEqual(
      expect.arrayContaining([
        'built/dist/ingest/index.cjs',
        'built/dist/absorb/index.cjs',
        'built/dist/sync/index.cjs',
        'built/dist/hash/index.cjs',
        'built/dist/browser/marketo.js',
        'built/operations/console/client/main.js',
        'LICENSE',
        'CHANGELOG.md',
      ]),
    );
    const notices = inPackage('built/THIRD-PARTY-NOTICES.txt');
    for (const name of ['soap', 'zod', '@aws-sdk/client-sqs', '@middy/core'])
      expect(notices).toMatch(new RegExp(`^${name} [\\d.]+ \\(`, 'm'));
  });

  it('weighs less than 2.7 MB, and 9.5 MB unpacked, the console included', () => {
    expect(packed.size).toBeLessThan(2_700_000);
    expect(packed.files.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(9_500_000);
  });

  it('brings no dependency that only tests or bundles need', () => {
    expect(Object.keys(manifest.dependencies).filter((name) => !/^@aws-sdk\//.test(name))).toEqual([
      'commander',
      'csv-parse',
      'csv-stringify',
      'fast-xml-parser',
      'fflate',
      'soap',
      'zod',
    ]);
    for (const name of ['vitest', 'esbuild', '@middy/core', 'aws-cdk', 'dynalite'])
      expect(existsSync(join(app.folder, 'node_modules', name))).toBe(false);
  });
});

/** What `cdk init` gives: an app, and a stack in it. */
const body = `
const app = new App({ outdir: process.argv[2], analyticsReporting: false });
const settings = { marketo: { api: 'rest', munchkinId: '561-HYG-937' } } as const;
new MarketoDestinationStack(app, 'Whole', { settings, tags: { team: 'growth' } });
const mine = new Stack(app, 'Mine');
const marketo = new MarketoDestination(mine, 'Marketo', { settings, name: 'acme' });
new CfnOutput(mine, 'Url', { value: marketo.url });
app.synth();
`;
const javascript = body.replace(' as const', '');

describe.each([
  [
    'JavaScript modules',
    'app.mjs',
    `import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { MarketoDestination, MarketoDestinationStack } from 'marketo-destination';
${javascript}`,
  ],
  [
    'CommonJS',
    'app.cjs',
    `const { App, CfnOutput, Stack } = require('aws-cdk-lib');
const { MarketoDestination, MarketoDestinationStack } = require('marketo-destination');
${javascript}`,
  ],
  [
    'TypeScript',
    'app.mts',
    `import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { MarketoDestination, MarketoDestinationStack } from 'marketo-destination';
${body}`,
  ],
])('an empty CDK app in %s', (_language, name, code) => {
  it('synthesizes the stack, and the construct in a stack of its own', async () => {
    app.write({ [name]: code });
    await app.node(name, `out-${name}`);
    const template = (stack: string) =>
      JSON.parse(
        readFileSync(join(app.folder, `out-${name}`, `${stack}.template.json`), 'utf8'),
      ) as { Resources: Record<string, { Type: string; Properties: { QueueName?: string } }> };
    const queues = (stack: string) =>
      Object.values(template(stack).Resources)
        .filter(({ Type }) => Type === 'AWS::SQS::Queue')
        .map(({ Properties }) => Properties.QueueName);
    expect(queues('Whole')).toContain('Whole-events.fifo');
    expect(queues('Mine')).toContain('acme-events.fifo');
  });
});

describe('the example of two environments', () => {
  const example = join(import.meta.dirname, '../../examples/environments');

  it('synthesizes both, each with its settings, and its own test passes', async () => {
    cpSync(example, join(app.folder, 'environments'), { recursive: true });
    const node = (...args: readonly string[]) =>
      promisify(execFile)(process.execPath, args, {
        cwd: join(app.folder, 'environments'),
        env: { ...process.env, CDK_OUTDIR: 'cdk.out', CDK_DEFAULT_ACCOUNT: '123456789012' },
      });
    await node('app.js');
    await node('--test');
    const text = (name: string): string =>
      readFileSync(join(app.folder, 'environments', 'cdk.out', name), 'utf8');
    expect(text('marketo-staging.template.json')).toContain('"RetentionInDays": 7');
    expect(text('marketo-production.template.json')).toContain('events.example.com');
    expect(text('manifest.json')).toContain('aws://123456789012/eu-central-1');
  });
});

describe('types', () => {
  const check = (moduleKind: string, resolution: string) =>
    app.node(
      'node_modules/typescript/bin/tsc',
      ...['--noEmit', '--strict', '--target', 'es2022'],
      ...['--module', moduleKind, '--moduleResolution', resolution, '--types', 'node', 'check.mts'],
    );

  it.each([
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ])('hold what settings and props may be, under %s', async (moduleKind, resolution) => {
    app.write({
      'check.mts': `import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { MarketoDestination, MarketoDestinationStack } from 'marketo-destination';
import { type MappingInput, readSettings, type SettingsInput } from 'marketo-destination/settings';
import { hashToken } from 'marketo-destination/hash-token';
import { marketo as plugin } from 'marketo-destination/plugin';
${body}
// @ts-expect-error there is no such API
const wrong: SettingsInput = { marketo: { api: 'graphql', munchkinId: '' } };
const mapping: MappingInput = { fieldMap: { plan: 'Plan_Tier' }, events: 'mapped' };
// @ts-expect-error there is no such choice
const wrongMapping: MappingInput = { events: 'some' };
// @ts-expect-error there is no such prop
new MarketoDestination(mine, 'Other', { settings, regoin: 'eu-west-1' });
const days: number = readSettings({ env: {} }).holdDays;
// @ts-expect-error a number is no text
const text: string = days;
export { mapping, wrongMapping, wrong, text, hashToken, plugin };
`,
    });
    await expect(check(moduleKind, resolution)).resolves.toBe('');
  });
});

describe('the command line', () => {
  const cli = (...args: readonly string[]) =>
    promisify(execFile)(join(app.folder, 'node_modules', '.bin', 'marketo-destination'), args, {
      cwd: app.folder,
      env: { ...process.env, PATH: `${join(process.execPath, '..')}:${process.env['PATH'] ?? ''}` },
    });

  it('runs, and knows its version', async () => {
    expect((await cli('--version')).stdout.trim()).toBe(manifest.version);
    await expect(cli('lead', 'jane@example.com', '--url', 'http://127.0.0.1:9')).rejects.toThrow(
      /nothing answers at http/,
    );
  });
});

it('the other parts are where `exports` says', async () => {
  app.write({
    'parts.mjs': `import { createRequire } from 'node:module';
import * as hash from 'marketo-destination/hash-token';
import * as plugin from 'marketo-destination/plugin';
import { serveSimulator } from 'marketo-destination/simulator';
import openApi from 'marketo-destination/openapi.json' with { type: 'json' };
import { readSettings } from 'marketo-destination/settings';
const require = createRequire(import.meta.url);
const served = await serveSimulator({
  port: 0, clock: Date, munchkinId: '561-HYG-937', credentials: { userId: 'u', encryptionKey: 'k' },
});
const script = async (path) => (await fetch(new URL(path, served.munchkinEndpoint))).text();
const scripts = [await script('/munchkin.js'), await script('/164/munchkin.js')];
await served.close();
console.log(JSON.stringify({
  scripts: scripts.map((text) => /Munchkin/.test(text)),
  paths: Object.keys(openApi.paths),
  hash: Object.keys(hash),
  plugin: Object.keys(plugin),
  settings: typeof readSettings,
  simulator: typeof serveSimulator,
  openApi: openApi.openapi,
  destinationFunction: require.resolve('marketo-destination/destination-function'),
}));`,
  });
  const parts = JSON.parse(await app.node('parts.mjs')) as Record<string, unknown>;
  expect(parts).toMatchObject({ settings: 'function', simulator: 'function', openApi: '3.1.0' });
  // The simulated Marketo answers, with the scripts that it brings.
  expect(parts['scripts']).toEqual([true, true]);
  expect(parts['paths']).toEqual(expect.arrayContaining(['/v1/batch', '/v1/hash']));
  expect(parts['hash']).toEqual(expect.arrayContaining([expect.any(String)]));
  expect(parts['plugin']).toEqual(expect.arrayContaining([expect.any(String)]));
  expect(parts['destinationFunction']).toMatch(/segment[/\\]destination-function\.js$/);
});
