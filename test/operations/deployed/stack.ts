import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { onTestFinished, vi } from 'vitest';
import { createQueues } from '../../../local/queues.ts';
import { createSecrets, serveSecrets } from '../../../local/secrets.ts';
import { serveSqs } from '../../../local/sqs/server.ts';
import { serveTables } from '../../../local/tables.ts';
import { region, resolve, resourcesOf, type Physicals } from '../../../local/template.ts';
import { clientOf } from '../../aws/scripted.ts';
import type { Template } from '../../lib/support.ts';
import { serveCloudFormation } from './aws/cloudFormation.ts';
import { serveLambda } from './aws/lambda.ts';

interface DeployOptions {
  readonly secrets: Readonly<Record<'ingest' | 'marketo' | 'hash', string | undefined>>;
  readonly outputs?: Readonly<Record<string, string>>;
}

/** Stands for what is referred to and has no part here. */
const elsewhere = (template: Template, physicals: Physicals): void => {
  for (const id of Object.keys(template.Resources)) {
    if (physicals.has(id)) continue;
    const attributes = { Arn: `arn:${id}`, ApiEndpoint: 'https://api.example.com', DomainName: id };
    physicals.set(id, { ref: id, attributes });
  }
};

/**
 * The real template as if it were deployed: its queues, table and secrets, functions with the
 * environments that it gives them, and its outputs, behind AWS's own protocols. The environment's
 * variables point every AWS client there. Ends with the test.
 */
export const deployed = async (template: Template, { secrets, outputs = {} }: DeployOptions) => {
  const physicals: Physicals = new Map();
  const sqs = await serveSqs({ port: 0 });
  const queueClient = new SQSClient(clientOf(sqs.url));
  await createQueues(template, physicals, queueClient);
  const tables = await serveTables(template, physicals);
  const tableClient = new DynamoDBClient(clientOf(tables.url));
  const served = await serveSecrets(
    createSecrets(template, physicals, new Map(Object.entries(secrets))),
  );
  elsewhere(template, physicals);

  const functions = new Map(
    resourcesOf(template, 'AWS::Lambda::Function').map(([id, properties]) => {
      const { Environment, LoggingConfig } = resolve(properties, physicals, id) as {
        readonly Environment?: { readonly Variables?: Readonly<Record<string, string>> };
        readonly LoggingConfig?: { readonly LogGroup?: string };
      };
      const logGroup = LoggingConfig?.LogGroup ?? `/aws/lambda/${id}`;
      return [id, { variables: Environment?.Variables ?? {}, logGroup }] as const;
    }),
  );
  const lambda = await serveLambda(functions);
  const own = Object.fromEntries(
    Object.entries(template.Outputs).map(([name, { Value }]) => [
      name,
      String(resolve(Value, physicals, name)),
    ]),
  );
  const stacks = new Map([['marketo-destination', { ...own, ...outputs }]]);
  const cloudFormation = await serveCloudFormation(stacks);
  onTestFinished(async () => {
    queueClient.destroy();
    tableClient.destroy();
    await Promise.all([sqs, tables, served, lambda, cloudFormation].map((one) => one.close()));
  });

  const variables = {
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_SESSION_TOKEN: '',
    AWS_PROFILE: undefined,
    AWS_REGION: region,
    AWS_MAX_ATTEMPTS: '1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.url,
    AWS_ENDPOINT_URL_DYNAMODB: tables.url,
    AWS_ENDPOINT_URL_LAMBDA: lambda.url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: served.url,
    AWS_ENDPOINT_URL_SQS: sqs.url,
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  return {
    outputs: own,
    functions,
    queueClient,
    tableClient,
    lambda,
    cloudFormation,
    stacks,
  };
};
