import { ingestLimits, ingestTiming } from '../limits.ts';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Problem } from '../segment/problem.ts';

export type IngestReply = APIGatewayProxyStructuredResultV2;

/** One bad event of a batch, for its sender. */
export interface ItemError extends Problem {
  readonly index: number;
  readonly messageId?: string;
}

const json = (statusCode: number, body: object): IngestReply => ({
  statusCode,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** `error` repeats the message: Ruby's SDK logs that. */
const failure = (status: number, code: string, message: string, more: object = {}): IngestReply =>
  json(status, { success: false, message, error: message, code, ...more });

/** Everything that was accepted is safe; `errors` lists what was not accepted. */
export const accepted = (errors: readonly ItemError[] = []): IngestReply =>
  json(200, { success: true, ...(errors.length > 0 && { errors }) });

/** To what analytics.js says of itself, which nobody reads. */
export const unread = (): IngestReply => accepted();

/** What the calls are, in OpenAPI 3.1. It is long and rarely asked for, so it is loaded by then. */
export const description = async (): Promise<IngestReply> => {
  const { description: openApi } = await import('./openApi.ts');
  return json(200, openApi);
};

/** To a browser that asks whether it may; what it may stands in the CORS headers. */
export const preflight = (): IngestReply => ({ statusCode: 204 });

/** Segment's own words: senders look for them. */
export const malformedJson = (): IngestReply => failure(400, 'invalid_request', 'malformed JSON');

export const unauthorized = (): IngestReply =>
  failure(
    401,
    'unauthorized',
    'none of the write keys that this request names is one of this endpoint: send one as the user of Basic authorization, as a Bearer token, as X-Write-Key, or as writeKey in the body',
  );

export const unsigned = (): IngestReply =>
  failure(
    401,
    'unauthorized',
    'X-Signature must be the HMAC-SHA1 of the body under the shared secret: the same one must stand here and in Segment',
  );

export const notFound = (): IngestReply => failure(404, 'not_found', 'there is no such call');

export const webhooksClosed = (): IngestReply =>
  failure(
    404,
    'not_found',
    'webhooks are closed: put their shared secret, or a webhookKey for senders that sign nothing, into the ingest secret',
  );

export const wrongWebhookKey = (): IngestReply =>
  failure(
    401,
    'unauthorized',
    'the key of this webhook must be one that the ingest secret holds as webhookKey',
  );

export const bodyTooLarge = (): IngestReply =>
  failure(
    413,
    'too_large',
    `a body must have at most ${ingestLimits.bodyBytes} bytes, compressed or not`,
  );

/** A request whose one event, or whose body, is refused. */
export const refusedRequest = ({ field, code, message }: Problem, status: 400 | 413): IngestReply =>
  failure(status, code, message, { field });

/** A batch without one good event. */
export const refusedBatch = (errors: readonly ItemError[], status: 400 | 413): IngestReply => {
  const [first] = errors;
  const message = `no event was accepted; event ${first?.index ?? 0}: ${first?.message ?? ''}`;
  return failure(status, 'invalid_request', message, { errors });
};

const later = (answer: IngestReply): IngestReply => ({
  ...answer,
  headers: { ...answer.headers, 'retry-after': String(ingestTiming.retryAfterSeconds) },
});

/** Nothing is claimed to be safe: the sender must send the whole request again. */
export const unavailable = (): IngestReply =>
  later(failure(503, 'unavailable', 'nothing was accepted; send it again later'));

/** The same where the queue asks us to slow down: whoever hears 429 sends less. */
export const throttled = (): IngestReply =>
  later(failure(429, 'throttled', 'too many events at once; send it again later'));

/** The same where one person's events alone would keep everybody else's from being seen. */
export const crowded = (): IngestReply =>
  later(
    failure(
      429,
      'crowded',
      'too many events of one userId, anonymousId or e-mail wait: send them more slowly, and look whether a constant stands there in place of an id',
    ),
  );
