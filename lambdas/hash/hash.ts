import middy from '@middy/core';
import httpCors from '@middy/http-cors';
import httpHeaderNormalizer from '@middy/http-header-normalizer';
import { ingestTiming } from '../limits.ts';
import { errorName } from '../errorName.ts';
import * as answers from './hashReplies.ts';
import { createClassic } from './classic.ts';
import { createPost } from './post.ts';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Logger } from '../delivery.ts';
import type { Clock } from '../ports.ts';
import type { HashReply } from './hashReplies.ts';
import type { HashSecret } from './hashSecret.ts';

export interface HashPorts {
  readonly clock: Clock;
  /** The private key of Munchkin's associateLead, and what tokens are signed with. */
  readonly secret: () => Promise<HashSecret>;
  /** Who gets a hash from `POST /v1/hash`: a token alone, or also the pages of allowed origins. */
  readonly access: 'token' | 'origins';
  /** Whether the classic client's open JSONP path is served. */
  readonly classic: boolean;
  /** Origins whose pages may read the answers of `POST /v1/hash`. */
  readonly allowedOrigins: readonly string[];
  readonly logger: Logger;
}

/**
 * The handler of the hash API (HTTP API, payload format 2.0). No e-mail reaches a log or an error
 * text; when the private key cannot be read the answer is 503.
 */
export const createHashApi = (ports: HashPorts) => {
  const { access, allowedOrigins, logger } = ports;
  const post = createPost(ports);
  const classic = createClassic(ports);

  const answer = async (event: APIGatewayProxyEventV2): Promise<HashReply> => {
    const { method } = event.requestContext.http;
    if (method === 'POST' && event.rawPath === '/v1/hash') return post(event);
    return method === 'GET' ? classic(event) : answers.notFound();
  };

  // Where tokens decide and no origin is named, the page that sends one does not matter.
  const anyPage = access === 'token' && allowedOrigins.length === 0;

  return middy<APIGatewayProxyEventV2, HashReply>(answer)
    .use(httpHeaderNormalizer())
    .use(
      httpCors({
        origins: anyPage ? ['*'] : [...allowedOrigins],
        methods: 'POST',
        headers: 'content-type',
        maxAge: ingestTiming.preflightMaxAgeSeconds,
        disableBeforePreflightResponse: false,
      }),
    )
    .onError((request) => {
      logger.error('a hash could not be made', { because: errorName(request.error) });
      // Set, not returned: a returned answer would go out without its CORS headers.
      request.response = answers.unavailable();
    });
};
