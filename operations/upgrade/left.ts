import type { Template } from './template.ts';

/** How CloudFormation identifies a resource that it imports, by logical id. */
type ResourceMapping = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What an account says of resources that a deleted stack has left. */
export interface Account {
  /** Undefined where there is no such queue. */
  queueUrl(name: string): Promise<string | undefined>;
  /** `deleted`: Secrets Manager holds its name until its deletion is due. */
  secret(name: string): Promise<{ readonly arn: string; readonly deleted: boolean } | undefined>;
  /** Names of tables that begin so. */
  tables(start: string): Promise<readonly string[]>;
}

interface Left {
  readonly mapping: ResourceMapping;
  /** One sentence about each resource that is not there, or that cannot be taken over. */
  readonly missing: readonly string[];
}

type Found = Readonly<Record<string, string>> | string;

const nameIn = (properties: Readonly<Record<string, unknown>> | undefined, key: string): string =>
  String(properties?.[key]);

const findTable = async (
  account: Account,
  start: string,
  named: string | undefined,
): Promise<Found> => {
  const tables = await account.tables(start);
  const [table] = named === undefined ? tables : tables.filter((name) => name === named);
  if (table === undefined)
    return named === undefined
      ? `There is no table whose name begins with ${start}.`
      : `There is no table ${named} whose name begins with ${start}.`;
  return tables.length > 1 && named === undefined
    ? `There are several tables: ${tables.join(', ')}. Say which one with --table.`
    : { TableName: table };
};

const findSecret = async (account: Account, name: string): Promise<Found> => {
  const secret = await account.secret(name);
  if (secret === undefined) return `There is no secret ${name}.`;
  return secret.deleted
    ? `The secret ${name} is scheduled for deletion: restore it (aws secretsmanager restore-secret), then look again.`
    : { Id: secret.arn };
};

const findQueue = async (account: Account, name: string): Promise<Found> => {
  const url = await account.queueUrl(name);
  return url === undefined ? `There is no queue ${name}.` : { QueueUrl: url };
};

const isHistory = (id: string): boolean => id.includes('HistoryTable');

/** A history that is left is taken over where there is one alone; without it the new stack begins another. */
const findHistory = async (
  account: Account,
  start: string,
): Promise<Readonly<Record<string, string>> | undefined> => {
  const [table, ...others] = await account.tables(start);
  return table === undefined || others.length > 0 ? undefined : { TableName: table };
};

/**
 * What a new stack of this template can import: queues and secrets by their names, tables by the
 * beginning that CloudFormation gave their names.
 */
export const findLeft = async (
  account: Account,
  template: Template,
  { stackName, table }: { readonly stackName: string; readonly table: string | undefined },
): Promise<Left> => {
  const mapping: Record<string, Readonly<Record<string, string>>> = {};
  const missing: string[] = [];
  for (const [id, { Type, Properties }] of Object.entries(template.Resources)) {
    let found: Found;
    if (Type === 'AWS::SQS::Queue')
      found = await findQueue(account, nameIn(Properties, 'QueueName'));
    else if (Type === 'AWS::SecretsManager::Secret')
      found = await findSecret(account, nameIn(Properties, 'Name'));
    else if (Type === 'AWS::DynamoDB::GlobalTable' && isHistory(id)) {
      const history = await findHistory(account, `${stackName}-${id}-`);
      if (history === undefined) continue;
      found = history;
    } else if (Type === 'AWS::DynamoDB::GlobalTable')
      found = await findTable(account, `${stackName}-${id}-`, table);
    else continue;
    if (typeof found === 'string') missing.push(found);
    else mapping[id] = found;
  }
  return { mapping, missing };
};
