import { isObject } from '../segment/json.ts';
import type { Json } from '../segment/event.ts';

/** The user of Basic credentials; the password is ignored. */
const basicUser = (header: string): string | undefined => {
  const credentials = /^basic +([A-Za-z0-9+/_-]+=*) *$/i.exec(header)?.[1];
  return credentials && Buffer.from(credentials, 'base64').toString('utf8').split(':')[0];
};

/**
 * The write key of an `Authorization` header: the user of Basic, or the Bearer token. Undefined
 * where it holds none.
 */
export const headerKey = (header: string | undefined): string | undefined => {
  if (header === undefined) return undefined;
  const key = basicUser(header) ?? /^bearer +(\S+) *$/i.exec(header)?.[1];
  return key === '' ? undefined : key;
};

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
