import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';

interface Answered {
  readonly statusCode: number;
  readonly body: string;
}

/** A POST to the HTTP API as Lambda gets it (payload format 2.0). */
const postTo = (path: string, writeKey: string, body: unknown): APIGatewayProxyEventV2 => ({
  version: '2.0',
  routeKey: `POST ${path}`,
  rawPath: path,
  rawQueryString: '',
  headers: {
    authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`,
    'content-type': 'application/json',
  },
  requestContext: {
    accountId: '000000000000',
    apiId: 'api',
    domainName: 'localhost',
    domainPrefix: 'localhost',
    http: { method: 'POST', path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
    requestId: 'request',
    routeKey: `POST ${path}`,
    stage: '$default',
    time: '23/Nov/2026:12:00:00 +0000',
    timeEpoch: 0,
  },
  body: JSON.stringify(body),
  isBase64Encoded: false,
});

type Handler = (event: APIGatewayProxyEventV2, context: Context, callback: () => void) => unknown;

/** Posts a batch to an ingest handler. */
export const postEvent = async (
  ingest: Handler,
  writeKey: string,
  body: unknown,
): Promise<Answered> =>
  (await ingest(postTo('/v1/batch', writeKey, body), {} as Context, () => undefined)) as Answered;
