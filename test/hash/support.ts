import { createHash } from 'node:crypto';
import { createHashApi } from '../../lambdas/hash/hash.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import type { HashPorts } from '../../lambdas/hash/hash.ts';

/** The file that sites copy, which has no types of its own. */
export const { hashToken } = (await import(
  new URL('../../backend/hash-token.js', import.meta.url).href
)) as { hashToken: (email: string, secret: string, expires?: number) => string };

export const origin = 'https://www.example.com';
export const privateKey = 'mysecretkey';
export const tokenSecret = 'a-secret-with-thirty-two-letters';
/** Unix time in seconds at which the tests' requests come in. */
export const nowSeconds = 1_785_000_000;

export const sha1 = (email: string): string =>
  createHash('sha1')
    .update(privateKey + email)
    .digest('hex');

export const goodToken = (email = 'ada@example.com'): string =>
  hashToken(email, tokenSecret, nowSeconds + 240);

export const secretOf = (hashTokenSecret: readonly string[]) => () =>
  Promise.resolve({ munchkinPrivateKey: privateKey, hashTokenSecret: [...hashTokenSecret] });

/** A hash API whose clock stands at `nowSeconds`, and what it logged. */
export const apiWith = (ports: Partial<HashPorts> = {}) => {
  const logged: string[] = [];
  const note = (message: string, facts: object = {}): void => {
    logged.push(message + JSON.stringify(facts));
  };
  const handler = createHashApi({
    clock: { now: () => epochMs(nowSeconds * 1_000) },
    secret: secretOf([tokenSecret]),
    access: 'token',
    classic: false,
    allowedOrigins: [origin],
    logger: { call: () => undefined, delivery: () => undefined, warn: note, error: note },
    ...ports,
  });
  const ask = (
    method: string,
    rawPath: string,
    more: Partial<APIGatewayProxyEventV2> = {},
  ): ReturnType<typeof handler> =>
    handler(
      {
        version: '2.0',
        rawPath,
        headers: {},
        requestContext: { http: { method, path: rawPath } },
        isBase64Encoded: false,
        ...more,
      } as APIGatewayProxyEventV2,
      {} as Context,
    );
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    ask('POST', '/v1/hash', { body: JSON.stringify(body), headers });
  const jsonp = (email: string, callback = '__jp0') =>
    ask('GET', `/integrations/marketo/v1/project/${email}/hash`, {
      queryStringParameters: { callback },
    });
  return { ask, post, jsonp, logged };
};
