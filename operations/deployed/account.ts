import { GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { paginateListTables } from '@aws-sdk/client-dynamodb';
import { DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { GetQueueUrlCommand } from '@aws-sdk/client-sqs';
import { OperationsError } from '../error.ts';
import type { Account } from '../upgrade/left.ts';
import { type Template, templateIn } from '../upgrade/template.ts';
import { createClients } from './clients.ts';

const notThere = new Set([
  'QueueDoesNotExist',
  'AWS.SimpleQueueService.NonExistentQueue',
  'ResourceNotFoundException',
]);

/** Undefined where AWS says that there is no such thing. */
const orNothing = async <T>(asked: Promise<T>): Promise<T | undefined> => {
  try {
    return await asked;
  } catch (error) {
    const cause = error instanceof OperationsError ? error.cause : error;
    if (cause instanceof Error && notThere.has(cause.name)) return undefined;
    throw error;
  }
};

/** An AWS account as upgrades see it, with the user's own credentials. */
export const openAccount = async (
  region: string | undefined,
): Promise<Account & { deployedTemplate(stackName: string): Promise<Template>; close(): void }> => {
  const { sqs, secrets, dynamo, cloudFormation, destroy } = await createClients(region);
  return {
    queueUrl: async (name) =>
      (await orNothing(sqs.send(new GetQueueUrlCommand({ QueueName: name }))))?.QueueUrl,
    secret: async (name) => {
      const found = await orNothing(secrets.send(new DescribeSecretCommand({ SecretId: name })));
      return found?.ARN === undefined
        ? undefined
        : { arn: found.ARN, deleted: found.DeletedDate !== undefined };
    },
    tables: async (start) => {
      const names: string[] = [];
      for await (const { TableNames = [] } of paginateListTables({ client: dynamo }, {}))
        names.push(...TableNames.filter((name) => name.startsWith(start)));
      return names;
    },
    deployedTemplate: async (stackName) => {
      const { TemplateBody = '' } = await cloudFormation.send(
        new GetTemplateCommand({ StackName: stackName, TemplateStage: 'Original' }),
      );
      return templateIn(TemplateBody, `what the stack ${stackName} was deployed from`);
    },
    close: destroy,
  };
};
