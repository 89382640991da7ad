import { createServer } from 'node:http';
import { strToU8, zipSync } from 'fflate';
import { closeServer, listen } from '../../../../local/listen.ts';
import type { AwsFailure } from './serve.ts';
import { serveAws } from './serve.ts';

interface ServedFunction {
  readonly variables: Readonly<Record<string, string>>;
  readonly logGroup: string;
  /** The mapping in its code; absent: its code has none. */
  readonly mapping?: object;
}

/** `GetFunctionConfiguration` and `GetFunction` of Lambda in its REST protocol, and the functions' code. */
export const serveLambda = async (functions: ReadonlyMap<string, ServedFunction>) => {
  let failure: AwsFailure | undefined;
  const failed = ({ code, message = '', status = 400 }: AwsFailure) => ({
    status,
    type: 'application/json',
    body: JSON.stringify({ __type: code, Message: message, Type: 'User' }),
  });
  // As S3 does, from another address, for whoever has the link.
  const code = createServer((request, response) => {
    const mapping = functions.get(decodeURIComponent(request.url?.slice(1) ?? ''))?.mapping;
    const files = {
      'index.cjs': strToU8('exports.handler = () => {}'),
      ...(mapping && { 'mapping.json': strToU8(JSON.stringify(mapping)) }),
    };
    response.end(zipSync(files));
  });
  const codeUrl = await listen(code);
  const served = await serveAws(({ method, path }) => {
    if (failure) return failed(failure);
    const [, name, what] =
      /^\/2015-03-31\/functions\/([^/]+)(\/configuration|\/?)$/.exec(path) ?? [];
    const found = functions.get(decodeURIComponent(name ?? ''));
    if (method !== 'GET' || !found)
      return failed({
        code: 'ResourceNotFoundException',
        message: `Function not found: ${name ?? ''}`,
        status: 404,
      });
    if (what !== '/configuration')
      return {
        type: 'application/json',
        body: JSON.stringify({
          Configuration: { FunctionName: name },
          Code: { RepositoryType: 'S3', Location: `${codeUrl}/${name ?? ''}` },
        }),
      };
    return {
      type: 'application/json',
      body: JSON.stringify({
        FunctionName: name,
        Runtime: 'nodejs24.x',
        Environment: { Variables: found.variables },
        LoggingConfig: { LogFormat: 'JSON', LogGroup: found.logGroup },
      }),
    };
  });
  return {
    ...served,
    close: async () => {
      await Promise.all([served.close(), closeServer(code)]);
    },
    fail: (next?: AwsFailure): void => {
      failure = next;
    },
  };
};
