import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { MarketoDestinationStack } from '../../lib/stack.ts';
import { synthesize } from '../../lib/synthesize.ts';
import {
  exampleSettings,
  ofType,
  only,
  standInAssets,
  templateOf,
  temporaryFolder,
} from './support.ts';

const settings = exampleSettings({ HASH_CLASSIC: 'true' });
const template = templateOf(settings);
const folder = temporaryFolder();
const assets = standInAssets(join(folder, 'assets'));

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

const list = <T>(value: T | readonly T[]): readonly T[] =>
  Array.isArray(value) ? (value as readonly T[]) : [value as T];

/** `action → resources`, of every policy of a function's role. */
const permissionsOf = (name: string): Record<string, readonly unknown[]> => {
  const { Role } = only(template, 'AWS::Lambda::Function', `Functions${name}`).Properties as {
    Role: { 'Fn::GetAtt': [string, string] };
  };
  const [role] = Role['Fn::GetAtt'];
  const statements = ofType(template, 'AWS::IAM::Policy')
    .map(
      ([, { Properties }]) =>
        Properties as { Roles: { Ref: string }[]; PolicyDocument: { Statement: Statement[] } },
    )
    .filter(({ Roles }) => Roles.some(({ Ref }) => Ref === role))
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
  const granted: Record<string, readonly unknown[]> = {};
  for (const { Effect, Action, Resource } of statements) {
    expect(Effect).toBe('Allow');
    for (const action of list(Action)) {
      granted[action] = [...(granted[action] ?? []), ...list(Resource)];
    }
  }
  return granted;
};

const arnOf = (type: string, start: string) => ({
  'Fn::GetAtt': [only(template, type, start).id, 'Arn'],
});
const events = {
  'Fn::GetAtt': [
    ofType(template, 'AWS::SQS::Queue').find(([, { Properties }]) =>
      (Properties as { QueueName: string }).QueueName.endsWith('-events.fifo'),
    )?.[0],
    'Arn',
  ],
};
const ticks = arnOf('AWS::SQS::Queue', 'QueuesDue');
const table = arnOf('AWS::DynamoDB::GlobalTable', 'Leads');
const history = arnOf('AWS::DynamoDB::GlobalTable', 'History');
const wakeIndex = { 'Fn::Join': ['', [table, '/index/wake']] };
const secret = (name: string) => ({
  Ref: only(template, 'AWS::SecretsManager::Secret', `Secrets${name}`).id,
});
const always = (name: string) => {
  const logs = arnOf('AWS::Logs::LogGroup', `Functions${name}`);
  return {
    'logs:CreateLogStream': [logs],
    'logs:PutLogEvents': [logs],
    'xray:PutTraceSegments': ['*'],
    'xray:PutTelemetryRecords': ['*'],
  };
};
const consuming = (queue: unknown) => ({
  'sqs:ReceiveMessage': [queue],
  'sqs:DeleteMessage': [queue],
  'sqs:GetQueueAttributes': [queue],
});
const usingTables = {
  'dynamodb:BatchGetItem': [table],
  // Deletions of users reach the history, too.
  'dynamodb:DeleteItem': [history],
  'dynamodb:BatchWriteItem': [history],
  'dynamodb:Query': [wakeIndex, history],
};

describe('least privilege', () => {
  it('ingest may put events on their queue and read the write key', () => {
    expect(permissionsOf('Ingest')).toEqual({
      ...always('Ingest'),
      'sqs:SendMessage': [events],
      'sqs:GetQueueAttributes': [events],
      // What it refuses and drops.
      'dynamodb:PutItem': [history],
      'secretsmanager:GetSecretValue': [secret('Ingest')],
    });
  });

  it('absorb may take events, use the table, find dead letters, and send ticks; it reads no secret', () => {
    expect(permissionsOf('Absorb')).toEqual({
      ...always('Absorb'),
      ...consuming(events),
      ...usingTables,
      'dynamodb:PutItem': [history, table],
      'dynamodb:UpdateItem': [history],
      'sqs:SendMessage': [ticks],
    });
  });

  it('sync may take ticks, use the table and its index, and read Marketo’s credentials', () => {
    expect(permissionsOf('Sync')).toEqual({
      ...always('Sync'),
      ...consuming(ticks),
      ...usingTables,
      'dynamodb:PutItem': [table, history],
      // The counters of the call budget.
      'dynamodb:GetItem': [table, history],
      'dynamodb:UpdateItem': [table, history],
      'sqs:SendMessage': [ticks],
      'secretsmanager:GetSecretValue': [secret('Marketo')],
    });
  });

  it('hash may read Munchkin’s key, and that is all', () => {
    expect(permissionsOf('Hash')).toEqual({
      ...always('Hash'),
      'secretsmanager:GetSecretValue': [secret('Hash')],
    });
  });

  it('every function has a role of its own, without managed policies', () => {
    const roles = ofType(template, 'AWS::IAM::Role').map(
      ([, { Properties }]) => Properties as Record<string, unknown>,
    );
    // Its own and that of what puts the script for browsers into its bucket.
    expect(roles).toHaveLength(5);
    for (const role of roles) {
      expect(role).not.toHaveProperty('ManagedPolicyArns');
      expect(role).not.toHaveProperty('Policies');
    }
  });
});

describe('encryption', () => {
  const statementsOf = (queueId: string): readonly Statement[] =>
    ofType(template, 'AWS::SQS::QueuePolicy')
      .map(
        ([, policy]) =>
          policy.Properties as {
            Queues: { Ref: string }[];
            PolicyDocument: { Statement: Statement[] };
          },
      )
      .filter(({ Queues }) => Queues.some(({ Ref }) => Ref === queueId))
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
  const denies = (statement: Statement): boolean =>
    (statement as unknown as { Effect: string }).Effect === 'Deny';

  it('only the rule of the scheduled tick may send to a queue from outside, and only to that of ticks', () => {
    const rule = only(template, 'AWS::Events::Rule').id;
    const allowed = ofType(template, 'AWS::SQS::Queue').flatMap(([id]) =>
      statementsOf(id)
        .filter((statement) => !denies(statement))
        .map((statement) => [id, statement]),
    );
    expect(allowed).toEqual([
      [
        only(template, 'AWS::SQS::Queue', 'QueuesDue').id,
        {
          Effect: 'Allow',
          Action: ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:SendMessage'],
          Principal: { Service: 'events.amazonaws.com' },
          Resource: ticks,
          Condition: { ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': [rule, 'Arn'] } } },
        },
      ],
    ]);
  });

  it('every queue is encrypted and refuses requests without TLS', () => {
    const queues = ofType(template, 'AWS::SQS::Queue');
    expect(queues).toHaveLength(3);
    for (const [id, { Properties }] of queues) {
      expect(Properties).toMatchObject({ SqsManagedSseEnabled: true });
      expect(statementsOf(id).filter(denies)).toEqual([
        {
          Effect: 'Deny',
          Action: 'sqs:*',
          Principal: { AWS: '*' },
          Resource: { 'Fn::GetAtt': [id, 'Arn'] },
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ]);
    }
  });

  it('the leads table is encrypted with a key of KMS', () => {
    expect(only(template, 'AWS::DynamoDB::GlobalTable', 'Leads').Properties).toMatchObject({
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
    });
  });

  it('no secret’s value stands in the template', () => {
    for (const [, { Properties }] of ofType(template, 'AWS::SecretsManager::Secret')) {
      expect(Properties).not.toHaveProperty('SecretString');
    }
  });
});

describe('the checks of a synthesis', () => {
  const appWith = (name: string): { app: App; stack: MarketoDestinationStack } => {
    const app = new App({ outdir: join(folder, name), treeMetadata: false });
    return {
      app,
      stack: new MarketoDestinationStack(app, settings.stackName, { settings, assets }),
    };
  };
  const findings = (app: App): readonly string[] =>
    new AwsSolutionsChecks(app).validateScope(app).violations.map(({ ruleName }) => ruleName);

  it('cdk-nag finds nothing, and would', () => {
    const { app, stack } = appWith('nag');
    expect(findings(app)).toEqual([]);
    const policy = stack.node.findAll().find(({ node }) => node.path.endsWith('Due/Policy'));
    policy?.node.tryRemoveChild('Resource');
    expect(findings(app)).toEqual(['AwsSolutions-SQS4']);
  });

  it('cdk-nag and CloudFormation’s schema let the stack pass', { timeout: 60_000 }, () => {
    const outDir = join(folder, 'checked');
    // Throws on a finding.
    expect(synthesize({ settings, assets, outDir }).directory).toBe(outDir);
  });
});
