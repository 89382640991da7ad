import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { awsTiming } from '../../lambdas/limits.ts';
import { deployedTiming } from '../limits.ts';
import { OperationsError } from '../error.ts';
import { explained } from './explain.ts';

export type Clients = Awaited<ReturnType<typeof createClients>>;

/** What callers of ours tell from failures themselves. */
const meantForCallers = new Set(['ConditionalCheckFailedException']);

/** Actions that IAM names otherwise than the operation. */
const actions: Readonly<Record<string, string>> = {
  ChangeMessageVisibilityBatch: 'ChangeMessageVisibility',
  DeleteMessageBatch: 'DeleteMessage',
  SendMessageBatch: 'SendMessage',
};

type Client =
  | CloudFormationClient
  | CloudWatchClient
  | DynamoDBClient
  | LambdaClient
  | SecretsManagerClient
  | SQSClient;

/** Makes every error of a client one that says what to do, whoever uses the client. */
const explaining = <C extends Client>(client: C, service: string, region: string): C => {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- the stacks of clients differ only in the types of what passes through
  (client as CloudFormationClient).middlewareStack.add(
    (next, { commandName = '' }) =>
      async (input) => {
        try {
          return await next(input);
        } catch (error) {
          if (error instanceof Error && meantForCallers.has(error.name)) throw error;
          const operation = commandName.replace(/Command$/, '');
          const action = `${service}:${actions[operation] ?? operation}`;
          throw explained(error, { action, region });
        }
      },
    { step: 'initialize', priority: 'high', name: 'explaining', override: true },
  );
  return client;
};

/**
 * Clients with the user's own credentials and region, as every AWS tool finds them; each endpoint
 * can be another one by its `AWS_ENDPOINT_URL_…`. Their errors are `OperationsError`s.
 */
export const createClients = async (given?: string) => {
  const requestHandler = {
    connectionTimeout: awsTiming.connectTimeoutMs,
    requestTimeout: deployedTiming.requestTimeoutMs,
    throwOnRequestTimeout: true,
  };
  const first = new CloudFormationClient({
    requestHandler,
    ...(given !== undefined && { region: given }),
  });
  const region = await first.config.region().catch((error: unknown) => {
    throw new OperationsError(
      'bad-input',
      'no AWS region is known: name the one that the stack is in, or set AWS_REGION',
      { cause: error },
    );
  });
  // One look for credentials serves all clients: it may cost a log-in.
  const { credentials } = first.config;
  const shared = { requestHandler, region, credentials };
  const all = {
    cloudFormation: explaining(first, 'cloudformation', region),
    cloudWatch: explaining(new CloudWatchClient(shared), 'cloudwatch', region),
    lambda: explaining(new LambdaClient(shared), 'lambda', region),
    secrets: explaining(new SecretsManagerClient(shared), 'secretsmanager', region),
    sqs: explaining(new SQSClient(shared), 'sqs', region),
    dynamo: explaining(new DynamoDBClient(shared), 'dynamodb', region),
  };
  return {
    ...all,
    region,
    destroy: (): void => {
      for (const client of Object.values(all)) client.destroy();
    },
  };
};
