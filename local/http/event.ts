import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { isUtf8 } from 'node:buffer';
import { accountId } from '../template.ts';

/** An HTTP request as it came off the wire. */
interface HttpRequest {
  readonly method: string;
  /** Names and values in turn, as Node's `rawHeaders`. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  readonly sourceIp: string;
}

const hopByHop = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'te',
  'cookie',
]);

const headersOf = (rawHeaders: readonly string[], bytes: number): Record<string, string> => {
  const headers: Record<string, string> = {};
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? '').toLowerCase();
    const value = rawHeaders[at + 1] ?? '';
    if (!hopByHop.has(name)) {
      headers[name] = headers[name] === undefined ? value : `${headers[name]},${value}`;
    }
  }
  if (bytes > 0) headers['content-length'] = String(bytes);
  return headers;
};

const cookiesOf = (rawHeaders: readonly string[]): readonly string[] =>
  rawHeaders.flatMap((name, at) =>
    at % 2 === 0 && name.toLowerCase() === 'cookie'
      ? (rawHeaders[at + 1] ?? '').split(';').map((cookie) => cookie.trim())
      : [],
  );

const queryOf = (query: string): Record<string, string> => {
  const values: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    values[name] = values[name] === undefined ? value : `${values[name]},${value}`;
  }
  return values;
};

/**
 * API Gateway hands on as text what is `text/*`, JSON, XML or JavaScript, and all else as base64,
 * also bodies without a type (seen on the real one; its documents only say "binary"). A compressed
 * body is never text, whatever its type says.
 */
const isText = (headers: Readonly<Record<string, string>>, body: Buffer): boolean =>
  /^(text\/|application\/(json|xml|javascript)\b)/i.test(headers['content-type'] ?? '') &&
  (headers['content-encoding'] ?? 'identity') === 'identity' &&
  isUtf8(body);

const two = (value: number): string => String(value).padStart(2, '0');

/** `12/Mar/2020:19:03:58 +0000` */
const commonLogTime = (at: Date): string => {
  const month = at.toLocaleString('en', { month: 'short', timeZone: 'UTC' });
  const clock = [at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()].map(two).join(':');
  return `${two(at.getUTCDate())}/${month}/${at.getUTCFullYear()}:${clock} +0000`;
};

interface SplitTarget {
  /** Percent-decoded, as an HTTP API hands it on: its `rawPath` is not raw. */
  readonly path: string;
  /** As sent, without `?`. */
  readonly query: string;
}

/** Splits a request's target; undefined where its escapes are broken. */
export const splitTarget = (target: string): SplitTarget | undefined => {
  const [path = '/', ...query] = target.split('?');
  try {
    return { path: decodeURIComponent(path), query: query.join('?') };
  } catch {
    return undefined;
  }
};

/** What the gateway adds to a request of its own. */
interface Arrival {
  readonly routeKey: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly requestId: string;
  readonly at: Date;
}

/** The request as an HTTP API hands it to a Lambda function (payload format 2.0). */
export const eventOf = (
  request: HttpRequest,
  { path, query }: SplitTarget,
  arrival: Arrival,
): APIGatewayProxyEventV2 => {
  const { method, body, rawHeaders, sourceIp } = request;
  const headers = headersOf(rawHeaders, body.length);
  const cookies = cookiesOf(rawHeaders);
  const domainName = headers['host'] ?? 'localhost';
  const text = isText(headers, body);
  return {
    version: '2.0',
    routeKey: arrival.routeKey,
    rawPath: path,
    rawQueryString: query,
    ...(cookies.length > 0 && { cookies: [...cookies] }),
    headers: {
      ...headers,
      'x-forwarded-for': sourceIp,
      'x-forwarded-port': domainName.split(':')[1] ?? '80',
      'x-forwarded-proto': 'http',
    },
    ...(query !== '' && { queryStringParameters: queryOf(query) }),
    ...(Object.keys(arrival.pathParameters).length > 0 && {
      pathParameters: { ...arrival.pathParameters },
    }),
    requestContext: {
      accountId,
      apiId: 'local',
      domainName,
      domainPrefix: domainName.split('.')[0] ?? '',
      http: {
        method,
        path,
        protocol: 'HTTP/1.1',
        sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: arrival.requestId,
      routeKey: arrival.routeKey,
      stage: '$default',
      time: commonLogTime(arrival.at),
      timeEpoch: arrival.at.getTime(),
    },
    ...(body.length > 0 && { body: body.toString(text ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !text,
  };
};
