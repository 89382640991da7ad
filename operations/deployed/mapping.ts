import { GetFunctionCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { strFromU8, unzipSync } from 'fflate';
import { bundledMappingFile } from '../../lambdas/aws/bundledMapping.ts';
import { emptyMapping } from '../../lambdas/marketo/mapping/mapping.ts';
import type { Mapping } from '../../lambdas/marketo/mapping/mapping.ts';
import { OperationsError } from '../error.ts';

const downloadMs = 30_000;

const read = async (client: LambdaClient, functionName: string): Promise<Mapping> => {
  const { Code } = await client.send(new GetFunctionCommand({ FunctionName: functionName }));
  if (Code?.Location === undefined) return emptyMapping;
  const response = await fetch(Code.Location, { signal: AbortSignal.timeout(downloadMs) });
  if (!response.ok)
    throw new OperationsError(
      'unusable',
      `the code of the function ${functionName}, which holds the mapping, cannot be read (HTTP ${response.status}): try again in a minute`,
    );
  const files = unzipSync(new Uint8Array(await response.arrayBuffer()), {
    filter: ({ name }) => name === bundledMappingFile,
  });
  const file = files[bundledMappingFile];
  return file === undefined ? emptyMapping : (JSON.parse(strFromU8(file)) as Mapping);
};

/**
 * The mapping that a deployed function really runs with, read once from its code.
 * @throws OperationsError where the code cannot be read
 */
export const createMapping = (
  client: LambdaClient,
  functionName: string,
): (() => Promise<Mapping>) => {
  let asked: Promise<Mapping> | undefined;
  return () => {
    asked ??= read(client, functionName).catch((error: unknown) => {
      asked = undefined;
      throw error;
    });
    return asked;
  };
};
