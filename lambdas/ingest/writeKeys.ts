import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { isObject } from '../segment/json.ts';
import type { Json } from '../segment/event.ts';

/** The user of Basic credentials; the password is ignored. */
const basicUser = (header: string): string | undefined => {
  const credentials = /^basic +([A-Za-z0-9+/_-]+=*) *$/i.exec(header)?.[1];
  return credentials && Buffer.from(credentials, 'base64').toString('utf8').split(':')[0];
};

/** The key of an `Authorization` header: the user of Basic, or the Bearer token. */
const authorizationKey = (header: string | undefined): string | undefined =>
  header === undefined ? undefined : (basicUser(header) ?? /^bearer +(\S+) *$/i.exec(header)?.[1]);

/**
 * All keys that a request names beside its body. Jitsu's `X-Write-Key` has the form `key:secret`,
 * of which the first part counts, as in Basic; RudderStack's beacons name `writeKey` in the query.
 */
export const requestKeys = ({
  headers,
  queryStringParameters: query,
}: Pick<APIGatewayProxyEventV2, 'headers' | 'queryStringParameters'>): readonly string[] =>
  [
    authorizationKey(headers.authorization),
    headers['x-write-key'],
    headers['x-write-key']?.split(':')[0],
    query && Object.hasOwn(query, 'writeKey') ? query.writeKey : undefined,
  ].flatMap((key) => key || []);

const ownKey = (value: Json | undefined): string | undefined => {
  const key = isObject(value) ? value.writeKey : undefined;
  return typeof key === 'string' && key !== '' ? key : undefined;
};

/**
 * The write key in a body: its own, else that of the first item of its batch that has one. It says
 * who sends the request, as a header does, and not who made which event.
 */
export const bodyKey = (body: Json): string | undefined => {
  const batch = isObject(body) ? body.batch : undefined;
  const items: readonly Json[] = Array.isArray(batch) ? (batch as readonly Json[]) : [];
  return ownKey(body) ?? ownKey(items.find((item) => ownKey(item) !== undefined));
};
