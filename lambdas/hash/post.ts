import { hashLimits } from '../limits.ts';
import { bytesOf, jsonIn } from '../http/body.ts';
import { asObject } from '../segment/json.ts';
import * as answers from './hashReplies.ts';
import { wrongWith } from './emailProblem.ts';
import { munchkinHash } from './munchkinHash.ts';
import { emailInToken } from './emailToken.ts';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Json, JsonObject } from '../segment/event.ts';
import type { Clock } from '../ports.ts';
import type { HashReply } from './hashReplies.ts';
import type { HashSecret } from './hashSecret.ts';

interface PostPorts {
  readonly clock: Clock;
  readonly secret: () => Promise<HashSecret>;
  /** Who may name an e-mail: a token alone, or also the pages of the allowed origins. */
  readonly access: 'token' | 'origins';
  readonly allowedOrigins: readonly string[];
}

/** Hashed and thrown away where no e-mail was rightly named, so that a refusal costs the same. */
const nobody = 'nobody@example.com';

const bodyOf = (event: APIGatewayProxyEventV2): JsonObject => {
  const bytes = bytesOf(event);
  const body = bytes.length > hashLimits.bodyBytes ? undefined : jsonIn(bytes);
  return asObject(body) ?? {};
};

const textIn = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

/**
 * `POST /v1/hash` with `{"token": …}`, or with `{"email": …}` from a page of an allowed origin where
 * `access` says so. Every refusal is the same answer, after the same work as a hash: only the lengths
 * of what the caller sent make a difference. Rejects when the secret cannot be read, which no request
 * changes.
 */
export const createPost =
  ({ clock, secret, access, allowedOrigins }: PostPorts) =>
  async (event: APIGatewayProxyEventV2): Promise<HashReply> => {
    const { munchkinPrivateKey, hashTokenSecret } = await secret();
    const body = bodyOf(event);
    const byToken = emailInToken(textIn(body.token), hashTokenSecret, clock.now());
    const { origin = '' } = event.headers;
    const byPage = access === 'origins' && allowedOrigins.includes(origin);
    const email = byToken ?? (byPage ? textIn(body.email) : '');
    const good = wrongWith(email) === undefined;
    const hash = munchkinHash(munchkinPrivateKey, good ? email : nobody);
    return good ? answers.hashed(hash) : answers.refused();
  };
