import { account, region, type Reply } from './place.ts';

interface Resource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** The resources of a template, by logical id. */
export const resourcesIn = (template: string): Readonly<Record<string, Resource>> =>
  (JSON.parse(template || '{}') as { readonly Resources?: Readonly<Record<string, Resource>> })
    .Resources ?? {};

/** A resource of which an account has but one by its name. */
interface Physical {
  readonly type: string;
  readonly name: string;
  /** What CloudFormation imports it by. */
  readonly identifier: Readonly<Record<string, string>>;
}

/** By which property CloudFormation imports each type that `adopt` finds. */
export const identifiers: Readonly<Record<string, string>> = {
  'AWS::SQS::Queue': 'QueueUrl',
  'AWS::SecretsManager::Secret': 'Id',
  'AWS::DynamoDB::GlobalTable': 'TableName',
};

const physicalOf = (
  stack: string,
  id: string,
  { Type, Properties }: Resource,
): Physical | undefined => {
  const property = identifiers[Type];
  if (property === undefined) return undefined;
  const given = { 'AWS::SQS::Queue': 'QueueName', 'AWS::SecretsManager::Secret': 'Name' }[Type];
  // CloudFormation gives a table its name.
  const name = given === undefined ? `${stack}-${id}-1ABCDEFGHIJKL` : String(Properties?.[given]);
  const value = {
    QueueUrl: `https://sqs.${region}.amazonaws.com/${account}/${name}`,
    Id: `arn:aws:secretsmanager:${region}:${account}:secret:${name}-AbCdEf`,
    TableName: name,
  }[property];
  return { type: Type, name, identifier: { [property]: value ?? '' } };
};

const isSame = (one: Physical, { type, name }: Physical): boolean =>
  one.type === type && one.name === name;

const json = (body: object, status = 200): Reply => ({
  status,
  type: 'application/x-amz-json-1.0',
  body: JSON.stringify(body),
});

/** The queues, tables and secrets of the account, whichever stack has them or left them. */
export const createResources = () => {
  let all: readonly Physical[] = [];
  const named = (type: string, name: unknown): Physical | undefined =>
    all.find((one) => one.type === type && one.name === name);

  return {
    /** Makes what a new template has and the old one had not; says what there is already. */
    update: (stack: string, before: string, after: string): string | undefined => {
      const had = resourcesIn(before);
      const made = Object.entries(resourcesIn(after))
        .filter(([id]) => !(id in had))
        .flatMap(([id, resource]) => physicalOf(stack, id, resource) ?? []);
      const taken = made.find((one) => all.some((other) => isSame(one, other)));
      if (taken !== undefined) return `${taken.name} already exists`;
      all = [...all, ...made];
      return undefined;
    },

    /** Takes away what no policy retains. */
    remove: (stack: string, template: string): void => {
      const gone = Object.entries(resourcesIn(template))
        .filter(([, { DeletionPolicy = 'Delete' }]) => DeletionPolicy === 'Delete')
        .flatMap(([id, resource]) => physicalOf(stack, id, resource) ?? []);
      all = all.filter((one) => !gone.some((other) => isSame(one, other)));
    },

    /** What CloudFormation has against an import, by its rules. */
    refuseImport: (
      before: string,
      after: string,
      imported: ReadonlyMap<
        string,
        { readonly type: string; readonly identifier: Readonly<Record<string, string>> }
      >,
    ): string | undefined => {
      const had = resourcesIn(before);
      for (const [id, { Type, DeletionPolicy }] of Object.entries(resourcesIn(after))) {
        if (id in had) continue;
        const asked = imported.get(id);
        if (asked === undefined) return `${id} is neither in the stack nor imported`;
        if (DeletionPolicy === undefined) return `${id} has no DeletionPolicy`;
        const wanted = JSON.stringify(asked.identifier);
        if (
          !all.some(
            ({ type, identifier }) => type === Type && JSON.stringify(identifier) === wanted,
          )
        )
          return `there is no ${Type} with ${wanted} for ${id}`;
      }
      const { Outputs } = JSON.parse(after) as { readonly Outputs?: object };
      return Outputs === undefined ? undefined : 'an import changes no outputs';
    },

    names: (): readonly string[] => all.map(({ name }) => name).toSorted(),

    /** What SQS, Secrets Manager and DynamoDB say of them. */
    answer: (operation: string, asked: Readonly<Record<string, unknown>>): Reply => {
      if (operation === 'ListTables')
        return json({
          TableNames: all
            .filter(({ type }) => type === 'AWS::DynamoDB::GlobalTable')
            .map(({ name }) => name),
        });
      if (operation === 'GetQueueUrl') {
        const queue = named('AWS::SQS::Queue', asked['QueueName']);
        return queue === undefined
          ? json({ __type: 'com.amazonaws.sqs#QueueDoesNotExist', message: 'no such queue' }, 400)
          : json(queue.identifier);
      }
      if (operation === 'DescribeSecret') {
        const secret = named('AWS::SecretsManager::Secret', asked['SecretId']);
        return secret === undefined
          ? json({ __type: 'ResourceNotFoundException', message: 'no such secret' }, 400)
          : json({ ARN: secret.identifier['Id'], Name: secret.name });
      }
      return json({ __type: 'UnknownOperationException', message: operation }, 400);
    },
  };
};
