import { hashTiming, ingestTiming } from '../limits.ts';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

export type HashReply = APIGatewayProxyStructuredResultV2;

/** A hash names a person, so no cache may keep it. */
const answer = (statusCode: number, type: string, body: string): HashReply => ({
  statusCode,
  headers: {
    'content-type': type,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  },
  body,
});

const json = (statusCode: number, body: object): HashReply =>
  answer(statusCode, 'application/json', JSON.stringify(body));

export const hashed = (hash: string): HashReply => json(200, { hash });

/** What the classic client loads as a script: exactly a call with a bare string. */
export const script = (callback: string, hash: string): HashReply =>
  answer(200, 'application/javascript', `${callback}(${JSON.stringify(hash)})`);

/** The one refusal of `POST /v1/hash`: it says what is right, and nothing of what was wrong. */
export const refused = (): HashReply =>
  json(403, {
    success: false,
    message: `send {"token": "…"}, made by the site's own back end with hashTokenSecret and good for at most ${hashTiming.tokenLongestSeconds} seconds`,
    code: 'refused',
  });

export const invalid = (field: string, what: string): HashReply =>
  json(400, { success: false, message: `${field} ${what}`, code: 'invalid_request', field });

export const notFound = (): HashReply =>
  json(404, { success: false, message: 'there is no such call', code: 'not_found' });

export const unavailable = (): HashReply => {
  const message = 'the private key cannot be read; try again later';
  const failed = json(503, { success: false, message, code: 'unavailable' });
  const retryAfter = { 'retry-after': String(ingestTiming.retryAfterSeconds) };
  return { ...failed, headers: { ...failed.headers, ...retryAfter } };
};
