import { DescribeStacksCommand, type CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { OperationsError } from '../error.ts';

/** What the stack says about itself; `lib/stack.ts` writes it. */
const names = [
  'ApiUrl',
  'IngestSecretName',
  'MarketoSecretName',
  'HashSecretName',
  'EventsQueueUrl',
  'EventsDeadQueueUrl',
  'TickQueueUrl',
  'LeadsTableName',
  'IngestFunctionName',
  'AbsorbFunctionName',
  'SyncFunctionName',
  'HashFunctionName',
] as const;

/** What not every stack has: none keeps a history whose settings say so. */
const optionalNames = ['HistoryTableName'] as const;

export type Outputs = Readonly<Record<(typeof names)[number], string>> &
  Readonly<Partial<Record<(typeof optionalNames)[number], string>>>;

/** CloudFormation answers a ValidationError for a name that it does not know. */
const isAbsent = (error: unknown): boolean => {
  const cause = error instanceof OperationsError ? error.cause : error;
  return (
    cause instanceof Error &&
    cause.name === 'ValidationError' &&
    cause.message.includes('does not exist')
  );
};

/**
 * The outputs of a stack of ours.
 * @throws OperationsError where there is no such stack in the region, or it is not one of ours
 */
export const readOutputs = async (
  client: CloudFormationClient,
  stackName: string,
  region: string,
): Promise<Outputs> => {
  const noSuchStack = (cause?: unknown): OperationsError =>
    new OperationsError(
      'bad-input',
      `there is no stack ${stackName} in ${region}: check its name (stackName in the settings) and the region`,
      { cause },
    );
  const { Stacks } = await client
    .send(new DescribeStacksCommand({ StackName: stackName }))
    .catch((error: unknown) => {
      throw isAbsent(error) ? noSuchStack(error) : error;
    });
  const [stack] = Stacks ?? [];
  if (stack === undefined) throw noSuchStack();
  const values = new Map(stack.Outputs?.map((one) => [one.OutputKey, one.OutputValue]));
  const missing = names.filter((name) => !values.get(name));
  if (missing.length > 0)
    throw new OperationsError(
      'unusable',
      `the stack ${stackName} (${stack.StackStatus ?? 'of unknown state'}) has no output ${missing.join(', ')}: it is another one, is not fully deployed, or is older than this tool; deploy it again`,
    );
  const found = [...names, ...optionalNames].flatMap((name) => {
    const value = values.get(name);
    return value ? [[name, value] as const] : [];
  });
  return Object.fromEntries(found) as Outputs;
};
