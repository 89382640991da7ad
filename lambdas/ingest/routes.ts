import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { CallType } from '../segment/message.ts';

/** The calls of Segment's HTTP Tracking API that we serve, and what their bodies hold. */
const routes: ReadonlyMap<string, CallType | 'batch'> = new Map<string, CallType | 'batch'>([
  ['POST /v1/identify', 'identify'],
  ['POST /v1/track', 'track'],
  ['POST /v1/page', 'page'],
  ['POST /v1/group', 'group'],
  ['POST /v1/alias', 'alias'],
  ['POST /v1/screen', 'screen'],
  ['POST /v1/batch', 'batch'],
]);

/** What a request's body holds; undefined where we serve no such call. */
export const routeOf = (event: APIGatewayProxyEventV2): CallType | 'batch' | undefined =>
  routes.get(`${event.requestContext.http.method} ${event.rawPath}`);
