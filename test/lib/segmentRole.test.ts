import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { SettingsError } from '../../lambdas/settings.ts';
import { MarketoDestinationStack } from '../../lib/stack.ts';
import { unknownResources } from '../../local/inventory.ts';
import {
  exampleSettings,
  ofType,
  only,
  standInAssets,
  templateOf,
  temporaryFolder,
} from './support.ts';

const settings = exampleSettings({ LAMBDA_DESTINATION_EXTERNAL_IDS: '["source-1", "source-2"]' });
const template = templateOf(settings);
const role = only(template, 'AWS::IAM::Role', 'Segment');
const ingest = {
  'Fn::GetAtt': [only(template, 'AWS::Lambda::Function', 'FunctionsIngest').id, 'Arn'],
};

const problemsWith = (env: Record<string, string>): readonly string[] => {
  try {
    exampleSettings(env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.problems.map(({ wrong, remedy }) => `${wrong} ${remedy}`);
  }
  return [];
};

describe('the role for Segment’s AWS Lambda destination', () => {
  it('is there only when the settings name an external id', () => {
    const without = templateOf(exampleSettings());
    expect(ofType(without, 'AWS::IAM::Role').filter(([id]) => id.startsWith('Segment'))).toEqual(
      [],
    );
    expect(Object.keys(without.Outputs)).not.toContain('SegmentRoleArn');
  });

  it('may be assumed by the account that Segment documents, with one of the external ids', () => {
    expect(role.Properties).toMatchObject({
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Action: 'sts:AssumeRole',
            Principal: { AWS: 'arn:aws:iam::595280932656:root' },
            Condition: { StringEquals: { 'sts:ExternalId': ['source-1', 'source-2'] } },
          },
        ],
      },
    });
  });

  it('may be another principal’s', () => {
    const other = templateOf(
      exampleSettings({
        LAMBDA_DESTINATION_EXTERNAL_IDS: '["source-1"]',
        LAMBDA_DESTINATION_PRINCIPAL_ARN: 'arn:aws:iam::123456789012:role/segment',
      }),
    );
    expect(only(other, 'AWS::IAM::Role', 'Segment').Properties).toMatchObject({
      AssumeRolePolicyDocument: {
        Statement: [{ Principal: { AWS: 'arn:aws:iam::123456789012:role/segment' } }],
      },
    });
  });

  it('may invoke ingest and do nothing else', () => {
    const policies = ofType(template, 'AWS::IAM::Policy')
      .map(
        ([, { Properties }]) =>
          Properties as {
            Roles: { Ref: string }[];
            PolicyDocument: { Statement: unknown[] };
          },
      )
      .filter(({ Roles }) => Roles.some(({ Ref }) => Ref === role.id));
    expect(policies.map(({ PolicyDocument }) => PolicyDocument.Statement)).toEqual([
      [{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: ingest }],
    ]);
    expect(role.Properties).not.toHaveProperty('ManagedPolicyArns');
    expect(role.Properties).not.toHaveProperty('Policies');
  });

  it('is told with ingest’s ARN, as Segment’s settings ask for them', () => {
    expect(template.Outputs).toMatchObject({
      SegmentRoleArn: { Value: { 'Fn::GetAtt': [role.id, 'Arn'] } },
      IngestFunctionArn: { Value: ingest },
    });
  });

  it('is clean for cdk-nag, and no stranger to the local run', () => {
    const folder = temporaryFolder();
    const app = new App({ outdir: join(folder, 'out'), treeMetadata: false });
    new MarketoDestinationStack(app, settings.stackName, {
      settings,
      assets: standInAssets(join(folder, 'assets')),
    });
    expect(new AwsSolutionsChecks(app).validateScope(app).violations).toEqual([]);
    expect(unknownResources(template)).toEqual([]);
  });
});

describe('its settings', () => {
  it.each(['kWm2vXyZ', '"kWm2vXyZ"', '["x"]', '["two words"]'])(
    'refuse %s for the external ids',
    (value) => {
      const [problem, ...more] = problemsWith({ LAMBDA_DESTINATION_EXTERNAL_IDS: value });
      expect(more).toEqual([]);
      expect(problem).toMatch(
        /^lambdaDestination\.externalIds \(LAMBDA_DESTINATION_EXTERNAL_IDS\) .*a JSON list of external ids/,
      );
    },
  );

  it.each(['*', '595280932656', 'arn:aws:iam::595280932656:*', 'arn:aws:iam::1:root'])(
    'refuse %s for the principal',
    (value) => {
      const [problem] = problemsWith({ LAMBDA_DESTINATION_PRINCIPAL_ARN: value });
      expect(problem).toMatch(/^lambdaDestination\.principalArn .*the ARN of an AWS account/);
    },
  );
});
