import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SettingsError } from '../../lambdas/settings.ts';
import { synthesize } from '../../lib/synthesize.ts';
import {
  exampleSettings,
  ofType,
  only,
  standInAssets,
  templateOf,
  temporaryFolder,
} from './support.ts';

const served = { CONSOLE_SERVE: 'true' };
const template = templateOf(exampleSettings(served));
const folder = temporaryFolder();

const userPool = only(template, 'AWS::Cognito::UserPool');
const client = only(template, 'AWS::Cognito::UserPoolClient');
const api = only(template, 'AWS::ApiGatewayV2::Api', 'ServedConsole');
const routes = ofType(template, 'AWS::ApiGatewayV2::Route').filter(([id]) =>
  id.startsWith('ServedConsole'),
);

it('nothing of it is there unless the settings ask for it', () => {
  const plain = templateOf(exampleSettings());
  expect(ofType(plain, 'AWS::Cognito::UserPool')).toEqual([]);
  expect(JSON.stringify(plain)).not.toContain('ServedConsole');
});

describe('the sign-in', () => {
  it('is for those who are invited, with a second factor', () => {
    expect(userPool.Properties).toMatchObject({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      MfaConfiguration: 'ON',
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
      DeletionProtection: 'ACTIVE',
    });
    expect(userPool.DeletionPolicy).toBe('Retain');
    expect(
      ofType(template, 'AWS::Cognito::UserPoolGroup').map(
        ([, { Properties }]) => (Properties as { GroupName: string }).GroupName,
      ),
    ).toEqual(['viewer', 'operator']);
  });

  it('gives the page a code, and no secret or password a way', () => {
    expect(client.Properties).toMatchObject({
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid'],
      GenerateSecret: false,
      ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
      AccessTokenValidity: 60,
      PreventUserExistenceErrors: 'ENABLED',
      SupportedIdentityProviders: ['COGNITO'],
    });
  });

  it('may be another user pool, which the stack then makes nothing in but a client', () => {
    const other = templateOf(
      exampleSettings({
        ...served,
        CONSOLE_USER_POOL_ID: 'eu-west-1_Ab12Cd34E',
        CONSOLE_SIGN_IN_DOMAIN: 'sign-in.example.com',
        CONSOLE_IDENTITY_PROVIDERS: '["Okta"]',
      }),
    );
    expect(ofType(other, 'AWS::Cognito::UserPool')).toEqual([]);
    expect(ofType(other, 'AWS::Cognito::UserPoolGroup')).toEqual([]);
    expect(only(other, 'AWS::Cognito::UserPoolClient').Properties).toMatchObject({
      UserPoolId: 'eu-west-1_Ab12Cd34E',
      SupportedIdentityProviders: ['Okta'],
    });
    const { Environment } = only(other, 'AWS::Lambda::Function', 'ServedConsole').Properties as {
      readonly Environment: { readonly Variables: Readonly<Record<string, unknown>> };
    };
    expect(Environment.Variables).toMatchObject({
      SIGN_IN_ORIGIN: 'https://sign-in.example.com',
      SIGN_IN_ISSUER: {
        'Fn::Join': [
          '',
          ['https://cognito-idp.eu-west-1.', { Ref: 'AWS::URLSuffix' }, '/eu-west-1_Ab12Cd34E'],
        ],
      },
    });
  });

  it('may be one’s own identity provider', () => {
    const saml = templateOf(
      exampleSettings({ ...served, CONSOLE_SAML_METADATA_URL: 'https://id.example.com/saml' }),
    );
    expect(only(saml, 'AWS::Cognito::UserPoolIdentityProvider').Properties).toMatchObject({
      ProviderType: 'SAML',
      ProviderDetails: { MetadataURL: 'https://id.example.com/saml' },
    });
    const oidc = templateOf(
      exampleSettings({
        ...served,
        CONSOLE_OIDC_ISSUER: 'https://id.example.com',
        CONSOLE_OIDC_CLIENT_ID: 'console',
        CONSOLE_OIDC_SECRET_NAME: 'console/oidc',
      }),
    );
    expect(only(oidc, 'AWS::Cognito::UserPoolIdentityProvider').Properties).toMatchObject({
      ProviderType: 'OIDC',
      ProviderDetails: {
        client_secret: '{{resolve:secretsmanager:console/oidc:SecretString:::}}',
      },
    });
    expect(only(oidc, 'AWS::Cognito::UserPoolClient').Properties).toMatchObject({
      SupportedIdentityProviders: [{ Ref: expect.any(String) as string }],
    });
  });
});

describe('the API of the console', () => {
  it('lets no call in without a token of its client', () => {
    const authorizer = only(template, 'AWS::ApiGatewayV2::Authorizer');
    expect(authorizer.Properties).toMatchObject({
      ApiId: { Ref: api.id },
      AuthorizerType: 'JWT',
      JwtConfiguration: { Audience: [{ Ref: client.id }] },
    });
    const byKey = Object.fromEntries(
      routes.map(([, { Properties }]) => {
        const { RouteKey, AuthorizationType } = Properties as {
          readonly RouteKey: string;
          readonly AuthorizationType: string;
        };
        return [RouteKey, AuthorizationType];
      }),
    );
    expect(byKey).toEqual({
      'POST /console/api/{call}': 'JWT',
      'GET /console': 'NONE',
      'GET /console/{file}': 'NONE',
    });
  });

  it('stands behind CloudFront, which keeps the page and never a call', () => {
    const [, distribution] =
      ofType(template, 'AWS::CloudFront::Distribution').find(([id]) =>
        id.startsWith('ServedConsole'),
      ) ?? [];
    expect(distribution?.Properties).toMatchObject({
      DistributionConfig: {
        DefaultRootObject: 'console',
        CacheBehaviors: [
          {
            PathPattern: '/console/api/*',
            // AWS's own policies: CachingDisabled, and AllViewerExceptHostHeader.
            CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
            OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
          },
        ],
      },
    });
  });
});

it('the console may do what its users may, and nothing anywhere but tracing', () => {
  const fn = only(template, 'AWS::Lambda::Function', 'ServedConsole');
  const [role] = (fn.Properties as { Role: { 'Fn::GetAtt': [string] } }).Role['Fn::GetAtt'];
  const statements = ofType(template, 'AWS::IAM::Policy')
    .map(
      ([, { Properties }]) =>
        Properties as {
          Roles: { Ref: string }[];
          PolicyDocument: { Statement: { Action: string | string[]; Resource: unknown }[] };
        },
    )
    .filter(({ Roles }) => Roles.some(({ Ref }) => Ref === role))
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
  const actions = statements.flatMap(({ Action }) => Action);
  expect(actions.filter((action) => action.includes('*'))).toEqual([]);
  const anywhere = statements.filter(({ Resource }) => Resource === '*');
  expect(anywhere.flatMap(({ Action }) => Action).toSorted()).toEqual([
    'xray:PutTelemetryRecords',
    'xray:PutTraceSegments',
  ]);
  for (const forbidden of ['iam:', 'lambda:', 'cloudformation:', 'cognito', 's3:'])
    expect(actions.filter((action) => action.startsWith(forbidden))).toEqual([]);
});

/** Logical ids that this value refers to. */
const refersTo = (value: unknown): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap(refersTo);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, within]) => {
    if (key === 'Ref' && typeof within === 'string') return [within];
    if (key === 'Fn::GetAtt' && Array.isArray(within)) return [String(within[0])];
    return refersTo(within);
  });
};

it('can be deployed in one go: nothing in it waits for itself', () => {
  const waitsFor = new Map<string, readonly string[]>(
    Object.entries(template.Resources).map(([id, { DependsOn = [], Properties }]) => [
      id,
      [...DependsOn, ...refersTo(Properties)],
    ]),
  );
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (id: string, path: readonly string[]): void => {
    if (path.includes(id)) circles.push([...path, id].join(' → '));
    if (done.has(id)) return;
    done.add(id);
    for (const next of waitsFor.get(id) ?? []) visit(next, [...path, id]);
  };
  for (const id of waitsFor.keys()) visit(id, []);
  expect(circles).toEqual([]);
});

it('passes the checks of the schema and of cdk-nag', () => {
  const assets = standInAssets(join(folder, 'assets'));
  for (const more of [
    {},
    {
      CONSOLE_DOMAIN: 'console.example.com',
      CONSOLE_CERTIFICATE_ARN: 'arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d',
      CONSOLE_SAML_METADATA_URL: 'https://id.example.com/saml',
    },
  ]) {
    const settings = exampleSettings({ ...served, ...more });
    expect(() =>
      synthesize({ settings, assets, outDir: join(folder, `out${Object.keys(more).length}`) }),
    ).not.toThrow();
  }
}, 60_000);

it.each<readonly [env: Readonly<Record<string, string>>, wrong: RegExp]>([
  [{ CONSOLE_DOMAIN: 'console.example.com' }, /console\.domain is set without console\.cert/],
  [{ CONSOLE_USER_POOL_ID: 'eu-west-1_A' }, /console\.userPoolId is set without console\.signIn/],
  [{ CONSOLE_OIDC_CLIENT_ID: 'x' }, /without console\.oidcIssuer and console\.oidcSecretName/],
  [
    {
      CONSOLE_SAML_METADATA_URL: 'https://id.example.com',
      CONSOLE_USER_POOL_ID: 'eu-west-1_A',
      CONSOLE_SIGN_IN_DOMAIN: 'sign-in.example.com',
    },
    /names a user pool that has its providers already/,
  ],
  [{ CONSOLE_SIGN_IN_PREFIX: 'my-aws-console' }, /CONSOLE_SIGN_IN_PREFIX/],
])('settings that do not go together are told: %j', (env, wrong) => {
  expect(() => exampleSettings({ ...served, ...env })).toThrow(SettingsError);
  expect(() => exampleSettings({ ...served, ...env })).toThrow(wrong);
});

it('rings when its function fails, and its function sees the states of alarms and nothing else of CloudWatch', () => {
  const names = ofType(template, 'AWS::CloudWatch::Alarm').map(
    ([, { Properties }]) => (Properties as { AlarmName: string }).AlarmName,
  );
  for (const alarm of ['ConsoleErrors', 'ConsoleThrottles', 'ConsoleErrorLines'])
    expect(names).toContain(`marketo-destination-${alarm}`);
  const plain = ofType(templateOf(exampleSettings()), 'AWS::CloudWatch::Alarm');
  expect(names).toHaveLength(plain.length + 3);
  expect(JSON.stringify(ofType(template, 'AWS::IAM::Policy')).match(/cloudwatch:\w+/g)).toEqual([
    'cloudwatch:DescribeAlarms',
  ]);
});
