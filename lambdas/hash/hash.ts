import middy from '@middy/core';
import httpCors from '@middy/http-cors';
import httpHeaderNormalizer from '@middy/http-header-normalizer';
import { hashLimits } from '../../lib/timing.ts';
import { bytesOf, jsonIn } from '../ingest/body.ts';
import { isEmail } from '../segment/email.ts';
import { asObject } from '../segment/json.ts';
import * as answers from './answers.ts';
import { classicEmail, isCallback } from './classic.ts';
import { munchkinHash } from './signature.ts';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Logger } from '../delivery.ts';
import type { Answer } from './answers.ts';
import { errorName } from '../errorName.ts';

export interface HashPorts {
  /** The private key of Munchkin's associateLead. Rejects when nobody can tell. */
  readonly privateKey: () => Promise<string>;
  /** Whether the classic client's open JSONP path is served. */
  readonly classic: boolean;
  /** Origins whose pages may read the answers of `POST /v1/hash`. */
  readonly allowedOrigins: readonly string[];
  readonly logger: Logger;
}

const wrongWith = (email: string): string | undefined => {
  if (email.length > hashLimits.emailCharacters) {
    return `must have at most ${hashLimits.emailCharacters} characters`;
  }
  return isEmail(email.trim()) ? undefined : 'must be an e-mail address';
};

/**
 * The handler of the hash API (HTTP API, payload format 2.0). No e-mail reaches a log or an error
 * text; when the private key cannot be read the answer is 503.
 */
export const createHashApi = ({ privateKey, classic, allowedOrigins, logger }: HashPorts) => {
  const post = async (event: APIGatewayProxyEventV2): Promise<Answer> => {
    const body = jsonIn(bytesOf(event));
    if (body === undefined) return answers.malformedJson();
    const email = asObject(body)?.email;
    if (typeof email !== 'string') return answers.invalid('email', 'must be a string');
    const wrong = wrongWith(email);
    if (wrong !== undefined) return answers.invalid('email', wrong);
    return answers.hashed(munchkinHash(await privateKey(), email));
  };

  const jsonp = async (event: APIGatewayProxyEventV2): Promise<Answer> => {
    const email = classic ? classicEmail(event) : undefined;
    if (email === undefined) return answers.notFound();
    const wrong = wrongWith(email);
    if (wrong !== undefined) return answers.invalid('email', wrong);
    const callback = event.queryStringParameters?.callback ?? '';
    if (callback.length > hashLimits.callbackCharacters || !isCallback(callback)) {
      return answers.invalid('callback', 'must be the name of a function, like __jp0');
    }
    return answers.script(callback, munchkinHash(await privateKey(), email));
  };

  const answer = async (event: APIGatewayProxyEventV2): Promise<Answer> => {
    const { method } = event.requestContext.http;
    if (method === 'POST' && event.rawPath === '/v1/hash') return post(event);
    return method === 'GET' ? jsonp(event) : answers.notFound();
  };

  return middy<APIGatewayProxyEventV2, Answer>(answer)
    .use(httpHeaderNormalizer())
    .use(
      httpCors({
        origins: [...allowedOrigins],
        methods: 'POST',
        headers: 'content-type',
        disableBeforePreflightResponse: false,
      }),
    )
    .onError((request) => {
      logger.error('a hash could not be made', { because: errorName(request.error) });
      // Set, not returned: a returned answer would go out without its CORS headers.
      request.response = answers.unavailable();
    });
};
