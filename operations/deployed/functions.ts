import { GetFunctionConfigurationCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { lambdaSettings, SettingsError } from '../../lambdas/settings.ts';
import type { FunctionName, SettingsOf } from '../../lambdas/settings.ts';
import { OperationsError } from '../error.ts';

interface Deployed<F extends FunctionName> {
  /** What it really runs with, whatever a settings file on this machine says. */
  readonly settings: SettingsOf<F>;
  /** Of the destination, which begins the names of its alarms; absent: the function does not know it. */
  readonly name: string | undefined;
}

/**
 * The settings of a deployed function.
 * @throws OperationsError where its environment is not what this version understands
 */
export const readFunction = async <F extends FunctionName>(
  client: LambdaClient,
  name: F,
  functionName: string,
): Promise<Deployed<F>> => {
  const found = await client.send(
    new GetFunctionConfigurationCommand({ FunctionName: functionName }),
  );
  try {
    const variables = found.Environment?.Variables ?? {};
    return { settings: lambdaSettings(name, variables), name: variables['STACK_NAME'] };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw new OperationsError(
      'unusable',
      `the deployed function ${name} has settings that this version does not understand: deploy the stack with this version, or use the tools of the deployed one`,
      { cause: error },
    );
  }
};
