import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SQSClient } from '@aws-sdk/client-sqs';
import { expect, onTestFinished, test, vi } from 'vitest';
import { deployFunctions } from '../../local/functions/deploy.ts';
import { routesOf } from '../../local/http/connect.ts';
import { createQueues } from '../../local/queues.ts';
import { createSecrets } from '../../local/secrets.ts';
import { connectSources } from '../../local/sources/connect.ts';
import { serveSqs } from '../../local/sqs/server.ts';
import { localCredentials } from '../../local/tables.ts';
import type { Physicals, Template } from '../../local/template.ts';
import { temporaryFolder } from './support.ts';

const templateOf = (
  resources: Record<string, [type: string, properties: Record<string, unknown>]>,
): Template => ({
  Resources: Object.fromEntries(
    Object.entries(resources).map(([id, [Type, Properties]]) => [id, { Type, Properties }]),
  ),
});

const lambda = {
  Runtime: 'nodejs24.x',
  Handler: 'index.absorb',
  Timeout: 3,
  MemorySize: 128,
  Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
  Code: { S3Key: 'abc.zip' },
  Environment: { Variables: { URL: { Ref: 'Queue' } } },
};

/** An assembly with one asset, `abc.zip`, whose code answers its environment. */
const assetsFile = (): string => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'asset.abc'));
  writeFileSync(
    join(folder, 'asset.abc', 'index.cjs'),
    'exports.absorb = async () => process.env;',
  );
  const assets = join(folder, 'Stack.assets.json');
  const destinations = { here: { objectKey: 'abc.zip' } };
  const files = { abc: { source: { path: 'asset.abc' }, destinations } };
  writeFileSync(assets, JSON.stringify({ files }));
  return assets;
};

const deploy = (properties: object, physicals: Physicals = new Map()) => {
  physicals.set('Queue', { ref: 'http://queue', attributes: { Arn: 'arn:aws:sqs:r:0:queue' } });
  const functions = deployFunctions(
    templateOf({
      FunctionsAbsorbFunction4F3804E3: ['AWS::Lambda::Function', { ...lambda, ...properties }],
    }),
    physicals,
    { assets: assetsFile(), variables: { SHARED: 'yes' }, most: 1, log: () => undefined },
  );
  onTestFinished(async () => {
    for (const fn of functions.values()) await fn.close();
  });
  return functions;
};

test('a function runs the code of its asset with the environment of its template', async () => {
  const outcome = await deploy({}).get('absorb')?.invoke({});
  expect(JSON.parse(outcome && 'result' in outcome ? (outcome.result ?? '') : '')).toMatchObject({
    URL: 'http://queue',
    SHARED: 'yes',
    AWS_LAMBDA_FUNCTION_NAME: 'absorb',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
  });
});

test.each([
  ['another runtime', { Runtime: 'python3.13' }, /Runtime/],
  ['layers', { Layers: ['arn'] }, /Layers/],
  ['code that is no asset', { Code: { S3Key: 'other.zip' } }, /no asset other\.zip/],
  ['a module that is not there', { Handler: 'main.absorb' }, /no file for the module main/],
])('a function with %s is refused when it is deployed', (_name, properties, message) => {
  expect(() => deploy(properties)).toThrow(message);
});

test('queues are made with the attributes of the template, dead letters first, and made again', async () => {
  const sqs = await serveSqs({ port: 0 });
  const client = new SQSClient({
    endpoint: sqs.url,
    region: 'us-east-1',
    credentials: localCredentials,
  });
  onTestFinished(async () => {
    client.destroy();
    await sqs.close();
  });
  const withVisibility = (VisibilityTimeout: number): Template =>
    templateOf({
      Events: [
        'AWS::SQS::Queue',
        {
          FifoQueue: true,
          VisibilityTimeout,
          RedrivePolicy: {
            deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] },
            maxReceiveCount: 100,
          },
        },
      ],
      Dead: ['AWS::SQS::Queue', { FifoQueue: true, QueueName: 'dead.fifo', Tags: [] }],
    });
  const physicals: Physicals = new Map();
  const urls = await createQueues(withVisibility(180), physicals, client);
  expect([...urls.keys()]).toEqual(['dead.fifo', 'Events.fifo']);
  expect(physicals.get('Events')).toMatchObject({
    ref: `${sqs.url}/000000000000/Events.fifo`,
    attributes: { Arn: 'arn:aws:sqs:us-east-1:000000000000:Events.fifo' },
  });
  await createQueues(withVisibility(60), new Map(), client);
  expect(sqs.queues.get('Events.fifo').rules).toMatchObject({
    fifo: true,
    visibilitySeconds: 60,
    redrive: { maxReceiveCount: 100 },
  });
});

test('a secret without a value meant for it is refused by name', () => {
  const template = templateOf({ Own: ['AWS::SecretsManager::Secret', { Name: 'stack/own' }] });
  expect(() => createSecrets(template, new Map(), new Map([['hash', '{}']]))).toThrow(/stack\/own/);
});

const mapping = {
  EventSourceArn: { 'Fn::GetAtt': ['Queue', 'Arn'] },
  FunctionName: { Ref: 'FunctionsAbsorbFunction4F3804E3' },
};
const rule = {
  ScheduleExpression: 'rate(1 minute)',
  Targets: [
    { Arn: { 'Fn::GetAtt': ['FunctionsAbsorbFunction4F3804E3', 'Arn'] }, Id: 'T', Input: '{}' },
  ],
};

test.each([
  ['a filter', 'AWS::Lambda::EventSourceMapping', { ...mapping, FilterCriteria: {} }, /Filter/],
  ['another source', 'AWS::Lambda::EventSourceMapping', { ...mapping, EventSourceArn: 'x' }, /x\./],
  ['no such function', 'AWS::Lambda::EventSourceMapping', { ...mapping, FunctionName: 'f' }, /f/],
  ['a cron schedule', 'AWS::Events::Rule', { ...rule, ScheduleExpression: 'cron(0)' }, /cron/],
  ['an event pattern', 'AWS::Events::Rule', { ...rule, EventPattern: {} }, /EventPattern/],
])(
  '%s, which this machine would not obey, is left out with a warning',
  (_name, type, properties, message) => {
    const physicals: Physicals = new Map();
    const functions = [...deploy({}, physicals).values()];
    const template = templateOf({ Source: [type, properties] });
    const warn = vi.fn<(text: string) => void>();
    connectSources({ template, physicals, functions, warn }, new SQSClient({ region: 'x' }));
    expect(warn.mock.calls).toEqual([
      [expect.stringMatching(`^The local run leaves out Source \\(${type}\\): `)],
    ]);
    expect(warn.mock.calls[0]?.[0]).toMatch(message);
  },
);

test.each([
  ['CORS of the gateway', { CorsConfiguration: {} }, {}, /CorsConfiguration/],
  ['an authorizer', {}, { AuthorizationType: 'JWT' }, /AuthorizationType/],
  ['another target', {}, { Target: 'integrations/Other' }, /integrations\/Other/],
])('an HTTP API with %s is refused', (_name, api, route, message) => {
  const physicals: Physicals = new Map();
  const functions = [...deploy({}, physicals).values()];
  const template = templateOf({
    Api: ['AWS::ApiGatewayV2::Api', { ProtocolType: 'HTTP', ...api }],
    Ingest: [
      'AWS::ApiGatewayV2::Integration',
      {
        ApiId: { Ref: 'Api' },
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: { 'Fn::GetAtt': ['FunctionsAbsorbFunction4F3804E3', 'Arn'] },
        PayloadFormatVersion: '2.0',
      },
    ],
    Route: [
      'AWS::ApiGatewayV2::Route',
      {
        ApiId: { Ref: 'Api' },
        RouteKey: 'POST /v1/identify',
        Target: { 'Fn::Join': ['', ['integrations/', { Ref: 'Ingest' }]] },
        ...route,
      },
    ],
  });
  expect(() => routesOf(template, physicals, functions)).toThrow(message);
});
