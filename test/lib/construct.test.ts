import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template as Assertions, Match } from 'aws-cdk-lib/assertions';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { AwsSolutionsChecks, NIST80053R4Checks, NIST80053R5Checks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { settingsList } from '../../lambdas/settings.ts';
import { MarketoDestination, type MarketoDestinationProps } from '../../lib/destination.ts';
import { MarketoDestinationStack } from '../../lib/stack.ts';
import { standInAssets, temporaryFolder } from './support.ts';

const folder = temporaryFolder();
const assets = standInAssets(join(folder, 'assets'));
const settings = { marketo: { api: 'rest', munchkinId: '561-HYG-937' } } as const;
const env = { account: '123456789012', region: 'eu-west-1' };

let apps = 0;
const newApp = (): App => {
  apps += 1;
  return new App({ outdir: join(folder, `out${apps}`), treeMetadata: false });
};

/** A stack of a user's own, with a destination in it. */
const inAStack = (props: (stack: Stack) => Partial<MarketoDestinationProps> = () => ({})) => {
  const app = newApp();
  const stack = new Stack(app, 'Mine', { env });
  const destination = new MarketoDestination(stack, 'Marketo', {
    settings,
    assets,
    ...props(stack),
  });
  return { app, stack, destination, template: () => Assertions.fromStack(stack) };
};

const everything = (stack: Stack): Partial<MarketoDestinationProps> => {
  const key = new Key(stack, 'Key', { enableKeyRotation: true });
  return {
    name: 'acme',
    encryptionKeys: { table: key, queues: key, secrets: key, logs: key, topic: key },
    syncNetwork: {
      vpc: Vpc.fromVpcAttributes(stack, 'Vpc', {
        vpcId: 'vpc-0123456789abcdef0',
        availabilityZones: ['eu-west-1a'],
        privateSubnetIds: ['subnet-0123456789abcdef0'],
        privateSubnetRouteTableIds: ['rtb-0123456789abcdef0'],
      }),
    },
    permissionsBoundary: ManagedPolicy.fromManagedPolicyName(stack, 'Boundary', 'boundary'),
    tags: { team: 'growth' },
    logRetention: RetentionDays.TWO_WEEKS,
    domain: {
      name: 'events.example.com',
      hostedZone: HostedZone.fromHostedZoneAttributes(stack, 'Zone', {
        hostedZoneId: 'Z1',
        zoneName: 'example.com',
      }),
    },
    settings: { ...settings, lambdaDestination: { externalIds: ['abcd'] } },
  };
};

describe('a destination in a stack of the user’s', () => {
  it('begins its physical names with the stack’s name, or with one of the user’s', () => {
    const names = (props?: () => Partial<MarketoDestinationProps>): unknown[] =>
      Object.values(inAStack(props).template().findResources('AWS::SQS::Queue'))
        .map(({ Properties }) => (Properties as { QueueName: string }).QueueName)
        .sort();
    expect(names()).toEqual(['Mine-due', 'Mine-events-dead.fifo', 'Mine-events.fifo']);
    expect(names(() => ({ name: 'acme' }))).toEqual([
      'acme-due',
      'acme-events-dead.fifo',
      'acme-events.fifo',
    ]);
  });

  it('stands twice in one stack, if the second one has a name and no outputs', () => {
    const { stack, template } = inAStack();
    new MarketoDestination(stack, 'Other', { settings, assets, name: 'other', outputs: false });
    template().resourceCountIs('AWS::SQS::Queue', 6);
    expect(Object.keys(template().findOutputs('*'))).toContain('LeadsTableName');
  });

  it('has outputs under the names by which the command line looks for them', () => {
    const { template } = inAStack();
    template().hasOutput('IngestSecretName', { Value: 'Mine/ingest' });
    template().hasOutput('LogDays', { Value: '30' });
  });

  it('refuses settings that are wrong, and says which', () => {
    const wrong = { ...settings, holdDays: 0 };
    expect(() => inAStack(() => ({ settings: wrong }))).toThrow(
      /holdDays \(HOLD_DAYS\) in the settings has a wrong value/,
    );
  });

  it('refuses a name that is none for a queue', () => {
    expect(() => inAStack(() => ({ name: 'a b' }))).toThrow(/"a b" cannot begin/);
  });

  it('refuses to be created without its bundles', () => {
    const stack = new Stack(newApp(), 'Mine');
    const there = () =>
      new MarketoDestination(stack, 'Marketo', { settings, assets: join(folder, 'nowhere') });
    expect(there).toThrow(/nowhere/);
  });
});

describe('customer-managed keys', () => {
  const { template } = inAStack(everything);
  const key = { 'Fn::GetAtt': [Match.stringLikeRegexp('^Key'), 'Arn'] };

  it('encrypt table, queues, secrets, logs and topic', () => {
    template().hasResourceProperties('AWS::DynamoDB::GlobalTable', {
      Replicas: [Match.objectLike({ SSESpecification: { KMSMasterKeyId: key } })],
    });
    template().allResourcesProperties('AWS::SQS::Queue', { KmsMasterKeyId: key });
    template().allResourcesProperties('AWS::SecretsManager::Secret', { KmsKeyId: key });
    template().allResourcesProperties('AWS::Logs::LogGroup', { KmsKeyId: key });
    template().allResourcesProperties('AWS::SNS::Topic', { KmsMasterKeyId: key });
    template().resourceCountIs('AWS::KMS::Key', 1);
  });

  it('may be used by the functions that need them, and by CloudWatch', () => {
    const use = ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'];
    const policyOf = (name: string): string =>
      JSON.stringify(
        Object.entries(template().findResources('AWS::IAM::Policy')).filter(([id]) =>
          id.startsWith(`MarketoFunctions${name}Policy`),
        ),
      );
    for (const name of ['Ingest', 'Absorb', 'Sync'])
      for (const action of use) expect(policyOf(name)).toContain(action);
    expect(policyOf('Hash')).toContain('kms:Decrypt');
    template().hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({ Principal: { Service: 'logs.eu-west-1.amazonaws.com' } }),
          Match.objectLike({ Principal: { Service: 'cloudwatch.amazonaws.com' } }),
        ]),
      },
    });
  });
});

it('the setting logDays takes every retention that CloudWatch has', () => {
  const [leaf] = settingsList().filter(({ path }) => path === 'logDays');
  const offered = Object.values(RetentionDays).filter((one) => typeof one === 'number');
  expect(leaf?.values).toBe(`one of ${offered.join(', ')}`);
});

describe('what a security review asks for', () => {
  const { app, template } = inAStack(everything);

  it('is a permissions boundary on every role', () => {
    template().allResourcesProperties('AWS::IAM::Role', {
      PermissionsBoundary: Match.anyValue(),
    });
  });

  it('are tags on what it creates', () => {
    for (const type of ['AWS::SQS::Queue', 'AWS::SecretsManager::Secret', 'AWS::IAM::Role'])
      template().allResourcesProperties(type, {
        Tags: Match.arrayWith([{ Key: 'team', Value: 'growth' }]),
      });
  });

  it('is a fixed address: sync alone runs in the VPC', () => {
    const inVpc = Object.entries(template().findResources('AWS::Lambda::Function')).filter(
      ([, { Properties }]) => 'VpcConfig' in (Properties as object),
    );
    expect(inVpc.map(([id]) => id)).toEqual([expect.stringMatching(/^MarketoFunctionsSync/)]);
  });

  it('is a retention of the logs of any length', () => {
    template().allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 14 });
  });

  it.each([AwsSolutionsChecks, NIST80053R4Checks, NIST80053R5Checks])(
    'is a clean report of %o',
    (Pack) => {
      const { violations } = new Pack(app).validateScope(app);
      expect(violations.map(({ ruleName }) => ruleName)).toEqual([]);
    },
  );

  it.each([AwsSolutionsChecks, NIST80053R4Checks, NIST80053R5Checks])(
    'is a clean report of %o without any of it',
    (Pack) => {
      const app = newApp();
      new MarketoDestinationStack(app, 'Plain', { settings, assets });
      const { violations } = new Pack(app).validateScope(app);
      expect(violations.map(({ ruleName }) => ruleName)).toEqual([]);
    },
  );
});

describe('what is there already', () => {
  it('is used in the place of what would be created', () => {
    const { template, stack } = inAStack((stack) => ({
      secrets: {
        marketo: Secret.fromSecretNameV2(stack, 'Own', 'acme/marketo'),
        ingest: new Secret(stack, 'Ingest', { secretName: 'mine' }) as ISecret,
      },
      alarmTopic: Topic.fromTopicArn(stack, 'Topic', 'arn:aws:sns:eu-west-1:123456789012:ops'),
    }));
    template().resourceCountIs('AWS::SecretsManager::Secret', 2);
    template().resourceCountIs('AWS::SNS::Topic', 0);
    template().hasOutput('MarketoSecretName', { Value: 'acme/marketo' });
    const [policy] = Object.entries(template().findResources('AWS::IAM::Policy')).filter(([id]) =>
      id.startsWith('MarketoFunctionsSyncPolicy'),
    );
    expect(JSON.stringify(stack.resolve(policy))).toContain(':secret:acme/marketo-??????');
  });
});

describe('a domain of the user’s', () => {
  const withDomain = (domain: MarketoDestinationProps['settings']['domain']) =>
    inAStack(() => ({ settings: { ...settings, domain } }));
  const certificateArn = 'arn:aws:acm:eu-west-1:123456789012:certificate/abc';

  it('is regional, speaks TLS 1.2 or newer, and is the address that the outputs name', () => {
    const { template, destination } = withDomain({ name: 'events.example.com', certificateArn });
    template().hasResourceProperties('AWS::ApiGatewayV2::DomainName', {
      DomainName: 'events.example.com',
      DomainNameConfigurations: [
        { CertificateArn: certificateArn, EndpointType: 'REGIONAL', SecurityPolicy: 'TLS_1_2' },
      ],
    });
    template().hasResourceProperties('AWS::ApiGatewayV2::ApiMapping', { Stage: '$default' });
    template().hasOutput('ApiUrl', { Value: 'https://events.example.com' });
    expect(destination.url).toBe('https://events.example.com');
    expect(Object.keys(template().findOutputs('ApiDomainTarget'))).toHaveLength(1);
  });

  it('gets a certificate and its record through the hosted zone', () => {
    const { template } = withDomain({
      name: 'events.example.com',
      hostedZoneId: 'Z0123',
      hostedZoneName: 'example.com',
    });
    template().hasResourceProperties('AWS::CertificateManager::Certificate', {
      DomainName: 'events.example.com',
      ValidationMethod: 'DNS',
    });
    template().hasResourceProperties('AWS::Route53::RecordSet', {
      Name: 'events.example.com.',
      Type: 'A',
      HostedZoneId: 'Z0123',
    });
  });

  it('with mutual TLS closes the address that AWS gives', () => {
    const { template } = withDomain({
      name: 'events.example.com',
      certificateArn,
      truststoreUri: 's3://my-bucket/authorities.pem',
    });
    template().hasResourceProperties('AWS::ApiGatewayV2::DomainName', {
      MutualTlsAuthentication: { TruststoreUri: 's3://my-bucket/authorities.pem' },
    });
    template().hasResourceProperties('AWS::ApiGatewayV2::Api', {
      DisableExecuteApiEndpoint: true,
    });
  });

  it('needs a certificate, or a zone through which one is validated', () => {
    expect(() =>
      inAStack((stack) => ({
        domain: {
          name: 'a.example.com',
          certificate: Certificate.fromCertificateArn(stack, 'C', certificateArn),
        },
      })),
    ).not.toThrow();
    expect(() => inAStack(() => ({ domain: { name: 'a.example.com' } }))).toThrow(/certificate/);
    expect(() => withDomain({ name: 'a.example.com' })).toThrow(/DOMAIN_CERTIFICATE_ARN/);
    expect(() => withDomain({ certificateArn })).toThrow(/without domain.name/);
    expect(() => withDomain({ name: 'a.example.com', hostedZoneId: 'Z1' })).toThrow(/only one/);
    expect(() =>
      withDomain({ name: 'a.example.com', hostedZoneId: 'Z1', hostedZoneName: 'example.org' }),
    ).toThrow(/not a name within/);
  });
});

describe('when the stack is deleted', () => {
  const dataOf = (removal: 'retain' | 'destroy') => {
    const stack = new MarketoDestinationStack(newApp(), 'Mine', {
      settings: { ...settings, removal },
      assets,
    });
    const template = Assertions.fromStack(stack);
    const policies = [
      'AWS::SQS::Queue',
      'AWS::DynamoDB::GlobalTable',
      'AWS::SecretsManager::Secret',
    ].flatMap((type) =>
      Object.values(template.findResources(type)).map((one) => one['DeletionPolicy'] as string),
    );
    return { stack, policies: [...new Set(policies)], template };
  };

  it('queues, table and secrets stay, and the stack is protected from that', () => {
    const { stack, policies } = dataOf('retain');
    expect(policies).toEqual(['Retain']);
    expect(stack.terminationProtection).toBe(true);
  });

  it('they go with it where the settings say so', () => {
    const { stack, policies, template } = dataOf('destroy');
    expect(policies).toEqual(['Delete']);
    expect(stack.terminationProtection).toBe(false);
    template.hasResourceProperties('AWS::DynamoDB::GlobalTable', {
      Replicas: [Match.objectLike({ DeletionProtectionEnabled: false })],
    });
  });

  it('a stack’s own props win over what the settings imply', () => {
    const stack = new MarketoDestinationStack(newApp(), 'Mine', {
      settings,
      assets,
      terminationProtection: false,
      tags: { team: 'growth' },
      env,
    });
    expect(stack.terminationProtection).toBe(false);
    expect(stack.tags.tagValues()).toEqual({ team: 'growth' });
    expect(stack.region).toBe('eu-west-1');
  });
});
