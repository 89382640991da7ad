import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { CallType } from '../segment/message.ts';

/** What a body holds: one event of a type, a batch, or what Segment's webhooks send. */
export type Way = CallType | 'batch' | 'webhook';

/** Segment's HTTP Tracking API, its short forms for browsers, and ours for webhooks. */
const ways: ReadonlyMap<string, Way> = new Map<string, Way>([
  ['/v1/identify', 'identify'],
  ['/v1/track', 'track'],
  ['/v1/page', 'page'],
  ['/v1/screen', 'screen'],
  ['/v1/group', 'group'],
  ['/v1/alias', 'alias'],
  ['/v1/batch', 'batch'],
  ['/v1/import', 'batch'],
  ['/v1/i', 'identify'],
  ['/v1/t', 'track'],
  ['/v1/p', 'page'],
  ['/v1/s', 'screen'],
  ['/v1/g', 'group'],
  ['/v1/a', 'alias'],
  ['/v1/b', 'batch'],
  ['/v1/webhook', 'webhook'],
]);

/** All paths that ingest serves, without a trailing slash. */
export const paths: readonly string[] = [...ways.keys()];

/**
 * What a request's body holds, `preflight` where a browser only asks, or undefined where we serve no
 * such call. A trailing slash changes nothing: some SDKs send one.
 */
export const routeOf = (event: APIGatewayProxyEventV2): Way | 'preflight' | undefined => {
  const way = ways.get(event.rawPath.replace(/\/$/, ''));
  const { method } = event.requestContext.http;
  if (method === 'OPTIONS') return way && 'preflight';
  return method === 'POST' ? way : undefined;
};
