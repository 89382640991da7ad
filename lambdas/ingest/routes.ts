import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { CallType } from '../segment/message.ts';

/**
 * What a body holds: one event of a type, a batch, what webhooks send, or nothing that we read.
 * `description` asks for the OpenAPI description and has no body.
 */
export type RequestKind = CallType | 'batch' | 'webhook' | 'metrics' | 'description';

const calls = ['identify', 'track', 'page', 'screen', 'group', 'alias'] as const;

const under = (prefix: string): readonly [string, RequestKind][] =>
  calls.map((call) => [`${prefix}/${call}`, call]);

/** One row for each path, by the dialect that has it. */
export const routes: ReadonlyMap<string, RequestKind> = new Map<string, RequestKind>([
  // Segment's HTTP Tracking API, and its short forms for browsers.
  ...under('/v1'),
  ['/v1/batch', 'batch'],
  ['/v1/import', 'batch'],
  ['/v1/i', 'identify'],
  ['/v1/t', 'track'],
  ['/v1/p', 'page'],
  ['/v1/s', 'screen'],
  ['/v1/g', 'group'],
  ['/v1/a', 'alias'],
  ['/v1/b', 'batch'],
  // What analytics.js measures of itself: it is answered, so that no page logs an error, and not read.
  ['/v1/m', 'metrics'],
  // RudderStack's browser SDK with `useBeacon`; the write key stands in the query.
  ['/beacon/v1/batch', 'batch'],
  // Jitsu, in browsers and on servers.
  ...under('/api/s'),
  ...under('/api/s/s2s'),
  // Segment's webhooks, and senders that carry a key instead of a signature.
  ['/v1/webhook', 'webhook'],
  ['/v1/openapi.json', 'description'],
]);

/** All paths that take events, without a trailing slash. */
export const paths: readonly string[] = [...routes].flatMap(([path, kind]) =>
  kind === 'description' ? [] : path,
);

const keyedWebhook = /^\/v1\/webhook\/([^/]+)$/;

const pathOf = ({ rawPath }: APIGatewayProxyEventV2): string => rawPath.replace(/\/$/, '');

/** The key that a webhook's path ends with: `/v1/webhook/<key>`; undefined where there is none. */
export const webhookPathKey = (event: APIGatewayProxyEventV2): string | undefined =>
  keyedWebhook.exec(pathOf(event))?.[1];

/**
 * What a request's body holds, `preflight` where a browser only asks, or undefined where we serve no
 * such call. A trailing slash changes nothing: some SDKs send one.
 */
export const routeOf = (event: APIGatewayProxyEventV2): RequestKind | 'preflight' | undefined => {
  const kind = webhookPathKey(event) === undefined ? routes.get(pathOf(event)) : 'webhook';
  const { method } = event.requestContext.http;
  if (method === 'OPTIONS') return kind && 'preflight';
  return method === (kind === 'description' ? 'GET' : 'POST') ? kind : undefined;
};
