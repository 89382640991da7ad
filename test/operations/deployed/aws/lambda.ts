import type { AwsFailure } from './serve.ts';
import { serveAws } from './serve.ts';

interface ServedFunction {
  readonly variables: Readonly<Record<string, string>>;
  readonly logGroup: string;
}

/** `GetFunctionConfiguration` of Lambda in its REST protocol. */
export const serveLambda = async (functions: ReadonlyMap<string, ServedFunction>) => {
  let failure: AwsFailure | undefined;
  const failed = ({ code, message = '', status = 400 }: AwsFailure) => ({
    status,
    type: 'application/json',
    body: JSON.stringify({ __type: code, Message: message, Type: 'User' }),
  });
  const served = await serveAws(({ method, path }) => {
    if (failure) return failed(failure);
    const [, name] = /^\/2015-03-31\/functions\/([^/]+)\/configuration$/.exec(path) ?? [];
    const found = functions.get(decodeURIComponent(name ?? ''));
    if (method !== 'GET' || !found)
      return failed({
        code: 'ResourceNotFoundException',
        message: `Function not found: ${name ?? ''}`,
        status: 404,
      });
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
    fail: (next?: AwsFailure): void => {
      failure = next;
    },
  };
};
