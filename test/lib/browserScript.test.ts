import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SettingsError } from '../../lambdas/settings.ts';
import { browserFiles, browserScriptPath } from '../../lib/browserFiles.ts';
import { synthesize } from '../../lib/synthesize.ts';
import {
  exampleSettings,
  ofType,
  only,
  standInAssets,
  standInScript,
  templateOf,
  temporaryFolder,
  type Template,
} from './support.ts';

const template = templateOf(exampleSettings());
const bucket = only(template, 'AWS::S3::Bucket');
const distribution = only(template, 'AWS::CloudFront::Distribution');
const year = 31_536_000;

/** The config of a distribution, as far as it is looked at. */
interface Config {
  readonly Aliases?: readonly string[];
  readonly ViewerCertificate?: unknown;
  readonly Origins: readonly Record<string, unknown>[];
  readonly DefaultCacheBehavior: Record<string, unknown>;
}

const configOf = (of: Template): Config =>
  (
    only(of, 'AWS::CloudFront::Distribution').Properties as {
      DistributionConfig: Config;
    }
  ).DistributionConfig;

interface Put {
  readonly service: string;
  readonly action: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** What each deployment puts into the bucket, by its key. */
const putsOf = (of: Template): ReadonlyMap<string, Put> =>
  new Map(
    ofType(of, 'Custom::BucketFile').map(([, { Properties }]) => {
      const { Create, Update } = Properties as Record<
        string,
        { readonly 'Fn::Join': [string, (string | object)[]] }
      >;
      expect(Update).toEqual(Create);
      const [, parts] = Create?.['Fn::Join'] ?? ['', []];
      const put = JSON.parse(
        parts.map((part) => (typeof part === 'string' ? part : 'the-bucket')).join(''),
      ) as Put;
      return [put.parameters['Key'] ?? '', put] as const;
    }),
  );

describe('the bucket of the script for browsers', () => {
  it('is private, encrypted, and stays when the stack goes', () => {
    expect(bucket.DeletionPolicy).toBe('Retain');
    expect(bucket.Properties).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
        ],
      },
    });
  });

  it('lets nobody read but this distribution, and nobody at all without TLS', () => {
    const { PolicyDocument } = only(template, 'AWS::S3::BucketPolicy').Properties as {
      PolicyDocument: { Statement: { Effect: string; Principal: unknown; Condition: unknown }[] };
    };
    expect(PolicyDocument.Statement).toMatchObject([
      {
        Effect: 'Deny',
        Action: 's3:*',
        Principal: { AWS: '*' },
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
      {
        Effect: 'Allow',
        Action: 's3:GetObject',
        Principal: { Service: 'cloudfront.amazonaws.com' },
      },
    ]);
    const [, allowed] = PolicyDocument.Statement;
    expect(JSON.stringify(allowed?.Condition)).toMatch(
      new RegExp(`^{"StringEquals":{"AWS:SourceArn":.*"Ref":"${distribution.id}"`),
    );
  });

  it('gets the script under an address that is named after its content, and as the latest', () => {
    const puts = putsOf(template);
    const { versioned, latest } = browserFiles(Buffer.from(standInScript));
    expect(versioned.path).toMatch(/^v[0-9a-f]{16}\/marketo\.js$/);
    const same = {
      Bucket: 'the-bucket',
      Body: standInScript,
      ContentType: 'text/javascript; charset=utf-8',
    };
    expect(
      Object.fromEntries([...puts].map(([path, { parameters }]) => [path, parameters])),
    ).toEqual({
      [versioned.path]: {
        ...same,
        Key: versioned.path,
        CacheControl: `public, max-age=${year}, immutable`,
      },
      'latest/marketo.js': { ...same, Key: latest.path, CacheControl: 'public, max-age=300' },
    });
    for (const { service, action } of puts.values()) {
      expect([service, action]).toEqual(['S3', 'putObject']);
    }
  });

  it('is filled by a function that may write its objects and its own log, and nothing else', () => {
    const policies = ofType(template, 'AWS::IAM::Policy').filter(([id]) =>
      id.startsWith('BrowserScript'),
    );
    expect(policies).toHaveLength(1);
    const { Statement } = (
      policies[0]?.[1].Properties as { PolicyDocument: { Statement: Record<string, unknown>[] } }
    ).PolicyDocument;
    expect(Statement).toMatchObject([
      { Action: ['logs:CreateLogStream', 'logs:PutLogEvents'] },
      {
        Action: 's3:PutObject',
        Resource: { 'Fn::Join': ['', [{ 'Fn::GetAtt': [bucket.id, 'Arn'] }, '/*']] },
      },
    ]);
    for (const [, { DependsOn }] of ofType(template, 'Custom::BucketFile')) {
      expect(DependsOn).toEqual(expect.arrayContaining([policies[0]?.[0], distribution.id]));
    }
  });

  it('is the only one, and the distribution its only reader', () => {
    expect(configOf(template).Origins).toMatchObject([
      { DomainName: { 'Fn::GetAtt': [bucket.id, 'RegionalDomainName'] } },
    ]);
    const control = only(template, 'AWS::CloudFront::OriginAccessControl');
    expect(configOf(template).Origins[0]?.['OriginAccessControlId']).toEqual({
      'Fn::GetAtt': [control.id, 'Id'],
    });
    expect(control.Properties).toMatchObject({
      OriginAccessControlConfig: { SigningBehavior: 'always', SigningProtocol: 'sigv4' },
    });
  });
});

describe('the distribution of the script for browsers', () => {
  it('speaks HTTPS only, compresses, and believes the cache headers of the files', () => {
    const { DefaultCacheBehavior, ViewerCertificate } = configOf(template);
    expect(DefaultCacheBehavior).toMatchObject({
      ViewerProtocolPolicy: 'https-only',
      Compress: true,
      // AWS's managed CachingOptimized.
      CachePolicyId: '658327ea-f89d-4fab-a63d-7e88639e58f6',
    });
    expect(DefaultCacheBehavior).not.toHaveProperty('AllowedMethods');
    expect(ViewerCertificate).toBeUndefined();
  });

  it('lets any page load the script with crossorigin and integrity', () => {
    const headers = only(template, 'AWS::CloudFront::ResponseHeadersPolicy');
    expect(configOf(template).DefaultCacheBehavior['ResponseHeadersPolicyId']).toEqual({
      Ref: headers.id,
    });
    expect(headers.Properties).toMatchObject({
      ResponseHeadersPolicyConfig: {
        CorsConfig: {
          AccessControlAllowOrigins: { Items: ['*'] },
          AccessControlAllowCredentials: false,
          OriginOverride: true,
        },
        SecurityHeadersConfig: { ContentTypeOptions: { Override: true } },
        CustomHeadersConfig: {
          Items: [
            { Header: 'Cross-Origin-Resource-Policy', Value: 'cross-origin', Override: true },
          ],
        },
      },
    });
  });

  it('takes a domain and a certificate of the user’s own, and then nothing below TLS 1.2', () => {
    const certificate = 'arn:aws:acm:us-east-1:123456789012:certificate/1f2e-3d';
    const own = templateOf(
      exampleSettings({
        BROWSER_SCRIPT_DOMAIN: 'marketo.example.com',
        BROWSER_SCRIPT_CERTIFICATE_ARN: certificate,
      }),
    );
    const { path } = browserFiles(Buffer.from(standInScript)).versioned;
    expect(configOf(own)).toMatchObject({
      Aliases: ['marketo.example.com'],
      ViewerCertificate: {
        AcmCertificateArn: certificate,
        MinimumProtocolVersion: 'TLSv1.2_2021',
        SslSupportMethod: 'sni-only',
      },
    });
    expect(own.Outputs['BrowserScriptUrl']?.Value).toBe(`https://marketo.example.com/${path}`);
    expect(own.Outputs['BrowserScriptDomainName']?.Value).toEqual({
      'Fn::GetAtt': [only(own, 'AWS::CloudFront::Distribution').id, 'DomainName'],
    });
  });

  it.each([
    ['BROWSER_SCRIPT_DOMAIN', 'marketo.example.com', 'browserScript.domain'],
    [
      'BROWSER_SCRIPT_CERTIFICATE_ARN',
      'arn:aws:acm:us-east-1:123456789012:certificate/1f2e-3d',
      'browserScript.certificateArn',
    ],
  ])('refuses %s alone, and says what to do', (variable, value, setting) => {
    const read = () => exampleSettings({ [variable]: value });
    expect(read).toThrow(SettingsError);
    expect(read).toThrow(new RegExp(`${setting} is set without .* Give both`));
  });

  it.each([
    ['BROWSER_SCRIPT_DOMAIN', 'https://marketo.example.com'],
    ['BROWSER_SCRIPT_DOMAIN', 'Marketo.example.com'],
    ['BROWSER_SCRIPT_CERTIFICATE_ARN', 'arn:aws:acm:eu-west-1:123456789012:certificate/1f2e-3d'],
  ])('refuses %s with the value %s', (variable, value) => {
    expect(() => exampleSettings({ [variable]: value })).toThrow(
      new RegExp(`${variable}.* has a wrong value`),
    );
  });
});

it('the outputs name both addresses and the integrity of the versioned one', () => {
  const { versioned, latest } = browserFiles(Buffer.from(standInScript));
  const host = { 'Fn::GetAtt': [distribution.id, 'DomainName'] };
  const urlOf = (path: string) => ({ 'Fn::Join': ['', ['https://', host, `/${path}`]] });
  expect(template.Outputs).toMatchObject({
    BrowserScriptUrl: { Value: urlOf(versioned.path) },
    BrowserScriptLatestUrl: { Value: urlOf(latest.path) },
    BrowserScriptIntegrity: {
      Value: `sha384-${createHash('sha384').update(standInScript).digest('base64')}`,
    },
    BrowserScriptDomainName: { Value: host },
  });
});

it('another script has another address, the same script the same one', () => {
  const pathOf = (script: string) => browserFiles(Buffer.from(script)).versioned.path;
  expect(pathOf('a;')).toBe(pathOf('a;'));
  expect(pathOf('a;')).not.toBe(pathOf('b;'));
});

it('nothing of all this is there when the setting says so', () => {
  const without = templateOf(exampleSettings({ BROWSER_SCRIPT_SERVE: 'false' }));
  const rest = Object.entries(without.Resources).filter(
    ([id, { Type }]) => /^BrowserScript/.test(id) || /S3|CloudFront|^Custom/.test(Type),
  );
  expect(rest).toEqual([]);
  expect(Object.keys(without.Outputs).filter((name) => name.startsWith('Browser'))).toEqual([]);
  expect(ofType(without, 'AWS::Lambda::Function')).toHaveLength(4);
});

it('a script that CloudFormation would spoil stops the synthesis', () => {
  const folder = temporaryFolder();
  const assets = standInAssets(join(folder, 'assets'));
  const script = join(assets, browserScriptPath);
  writeFileSync(script, `${readFileSync(script, 'utf8')}// ü`);
  const synthesis = () =>
    synthesize({ settings: exampleSettings(), assets, outDir: join(folder, 'out'), checks: false });
  expect(synthesis).toThrow(/not plain ASCII/);
});
