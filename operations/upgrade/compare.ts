import { isDeepStrictEqual } from 'node:util';
import type { Resource, Template } from './template.ts';

/**
 * Types that hold data, keys or an address that others know, each with the properties whose change
 * makes CloudFormation replace the resource ("Update requires: Replacement" in AWS's reference).
 */
const stateful: Readonly<Record<string, readonly string[]>> = {
  'AWS::ApiGatewayV2::Api': ['ProtocolType'],
  'AWS::ApiGatewayV2::DomainName': ['DomainName'],
  'AWS::CloudFront::Distribution': [],
  'AWS::DynamoDB::GlobalTable': ['TableName', 'KeySchema', 'LocalSecondaryIndexes'],
  'AWS::KMS::Key': [],
  'AWS::Logs::LogGroup': ['LogGroupName'],
  'AWS::S3::Bucket': ['BucketName'],
  'AWS::SecretsManager::Secret': ['Name'],
  'AWS::SNS::Topic': ['TopicName', 'FifoTopic'],
  'AWS::SQS::Queue': ['QueueName', 'FifoQueue'],
};

interface Finding {
  readonly id: string;
  readonly type: string;
  readonly what: 'replaced' | 'removed' | 'rewritten' | 'impossible';
  /** One sentence. */
  readonly says: string;
}

const indexNames = ({ Properties }: Resource): readonly string[] =>
  ((Properties?.['GlobalSecondaryIndexes'] ?? []) as readonly { readonly IndexName: string }[]).map(
    ({ IndexName }) => IndexName,
  );

const removal = (id: string, { Type, DeletionPolicy }: Resource): Finding => ({
  id,
  type: Type,
  what: 'removed',
  says:
    DeletionPolicy === 'Retain' || DeletionPolicy === 'RetainExceptOnCreate'
      ? 'It leaves the stack and stays in the account.'
      : 'It is deleted, with what it holds.',
});

/** What an update does to one resource that holds something; nothing where it does no harm. */
const changes = (id: string, before: Resource, after: Resource): readonly Finding[] => {
  const finding = (what: Finding['what'], says: string): Finding => ({
    id,
    type: before.Type,
    what,
    says,
  });
  const differs = (property: string): boolean =>
    !isDeepStrictEqual(before.Properties?.[property], after.Properties?.[property]);
  if (before.Type !== after.Type)
    return [finding('replaced', `It becomes one of type ${after.Type}.`)];
  const replacing = (stateful[before.Type] ?? []).filter(differs);
  if (replacing.length > 0)
    return [
      finding('replaced', `A new one takes its place, because ${replacing.join(', ')} changes.`),
    ];
  if (before.Type === 'AWS::SecretsManager::Secret' && differs('GenerateSecretString'))
    return [finding('rewritten', 'CloudFormation writes a new value over the one that is there.')];
  const [old, young] = [indexNames(before), indexNames(after)];
  const moved = [
    ...old.filter((name) => !young.includes(name)),
    ...young.filter((name) => !old.includes(name)),
  ];
  return moved.length > 1
    ? [
        finding(
          'impossible',
          `DynamoDB creates or deletes one index in one update, and these change: ${moved.join(', ')}.`,
        ),
      ]
    : [];
};

/** What an update from one template to the other does to whatever holds data or an address. */
export const compareTemplates = (before: Template, after: Template): readonly Finding[] =>
  Object.entries(before.Resources)
    .filter(([, { Type }]) => Type in stateful)
    .flatMap(([id, resource]) => {
      const next = after.Resources[id];
      return next === undefined ? [removal(id, resource)] : changes(id, resource, next);
    });
