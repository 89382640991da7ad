import { sourceKinds } from './sources/connect.ts';
import { isRecord, type Template } from './template.ts';

/** Resource types that this machine brings up. */
const broughtUp = [
  'AWS::SQS::Queue',
  'AWS::DynamoDB::GlobalTable',
  'AWS::SecretsManager::Secret',
  'AWS::Lambda::Function',
  ...Object.keys(sourceKinds),
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
];

/**
 * Resource types without a part in the flow of events: permissions, logs, alarms. The stage's
 * throttling is the cloud's protection against strangers; there are none here.
 */
const withoutEffectHere = [
  'AWS::ApiGatewayV2::Stage',
  'AWS::CDK::Metadata',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::KMS::Alias',
  'AWS::KMS::Key',
  'AWS::Lambda::Permission',
  'AWS::Logs::LogGroup',
  'AWS::Logs::MetricFilter',
  'AWS::Logs::QueryDefinition',
  'AWS::SNS::Subscription',
  'AWS::SNS::Topic',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
  'AWS::SecretsManager::ResourcePolicy',
];

/** Resource types of the deployment that have no counterpart here, and what does their work. */
const doneOtherwise: Readonly<Record<string, string>> = {
  'AWS::S3::Bucket': 'local/demo serves the script for browsers from memory',
  'AWS::S3::BucketPolicy': 'there is no bucket',
  'AWS::CloudFront::Distribution': 'the HTTP API’s own address has the script, under /browser',
  'AWS::CloudFront::OriginAccessControl': 'there is no distribution',
  'AWS::CloudFront::ResponseHeadersPolicy': 'local/demo sets the headers',
  'Custom::BucketFile': 'the files are read from the folder of the bundles',
};

/** Functions that CDK brings along to make custom resources: no event ever reaches them. */
const makersOf = (template: Template): ReadonlySet<string> =>
  new Set(
    Object.values(template.Resources)
      .filter(({ Type }) => Type.startsWith('Custom::') && Type in doneOtherwise)
      .map(({ Properties }) => Properties?.['ServiceToken'])
      .flatMap((token) => (isRecord(token) ? [token['Fn::GetAtt']].flat() : []))
      .filter((id) => typeof id === 'string'),
  );

/** The template without what belongs to the deployment alone. */
export const withoutDeployment = (template: Template): Template => {
  const makers = makersOf(template);
  const kept = Object.entries(template.Resources).filter(
    ([id, { Type }]) => !(Type in doneOtherwise) && !makers.has(id),
  );
  return { Resources: Object.fromEntries(kept) };
};

/**
 * Resources of types that the local run does not know, for whoever started it: nothing that is deployed
 * is silently missing here.
 */
export const unknownResources = (template: Template): readonly string[] => {
  const known = new Set([...broughtUp, ...withoutEffectHere, ...Object.keys(doneOtherwise)]);
  return Object.entries(template.Resources).flatMap(([id, { Type }]) =>
    known.has(Type)
      ? []
      : [
          `The local run leaves out ${id} (${Type}). Bring it up in local/run.ts, or list its type in local/inventory.ts as without effect.`,
        ],
  );
};
