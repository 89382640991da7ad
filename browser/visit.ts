import type { Json, JsonObject } from '../lambdas/segment/event.ts';
import { asObject, isObject } from '../lambdas/segment/json.ts';
import { looseKey } from '../lambdas/segment/looseKey.ts';
import { Because } from './log.ts';

/** What Munchkin's visitWebPage takes. */
interface VisitAttributes {
  /** The path. */
  readonly url: string;
  /** The query, without `?`; may be empty. */
  readonly params: string;
}

/** Sorts the keys of every object on its way into JSON. */
const sorted = (_key: string, value: unknown): unknown =>
  isObject(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

const isFlat = (value: Json): value is null | boolean | number | string =>
  value === null || typeof value !== 'object';

const textOf = (value: Json): string => {
  if (isFlat(value)) return String(value);
  const isList = Array.isArray(value) && value.every(isFlat);
  return isList ? value.join() : JSON.stringify(value, sorted);
};

/** Half surrogate pairs cannot be encoded. */
const wellFormed = (text: string): string => text.replace(/\p{Cs}/gu, '\uFFFD');

const ofTrack = (event: string, properties: JsonObject | undefined): VisitAttributes => {
  const path = event.replace(/[ _]/g, '-');
  return {
    url: path.startsWith('/event/') ? path : `/event/${path}`,
    params: Object.entries(properties ?? {})
      .map(([key, value]) => `${key}=${encodeURIComponent(wellFormed(textOf(value)))}&`)
      .join(''),
  };
};

const urlOf = (address: string, base?: string | URL): URL | undefined => {
  try {
    return new URL(address, base);
  } catch {
    return undefined;
  }
};

/** Resolves what has no host of its own. */
const nowhere = 'https://nowhere.invalid';

const ofPage = (
  properties: JsonObject | undefined,
  page: JsonObject | undefined,
): VisitAttributes | undefined => {
  const addressIn = (holder: JsonObject = {}, name: 'url' | 'path'): string => {
    // The exact spelling first, then by code units, as `looseValues` has it.
    const key = [name, ...Object.keys(holder).sort()].find(
      (one) => one in holder && looseKey(one) === name,
    );
    const value = holder[key ?? name];
    return typeof value === 'string' ? value.trim() : '';
  };
  const around = addressIn(page, 'url');
  const root = urlOf(around);
  const addresses = [
    addressIn(properties, 'url'),
    around,
    addressIn(properties, 'path'),
    addressIn(page, 'path'),
  ].filter((address) => address);
  const found = addresses
    .map((address) => urlOf(address, root?.host ? root : nowhere))
    .find((url) => url?.pathname.startsWith('/'));
  // What stands first counts: a page of the visitor's own disk is his own affair.
  return found && !/^file:/i.test(addresses.join())
    ? { url: found.pathname, params: found.search.slice(1) }
    : undefined;
};

/**
 * The visit that a page or track becomes, by the rules of `lambdas/marketo/eventVisit.ts`, in a form
 * that is small enough for browsers: the same vectors hold both. Throws where there is none.
 */
export const visitOf = ({ type, event, properties, context }: JsonObject): VisitAttributes => {
  const own = asObject(properties);
  const visit =
    type === 'track'
      ? typeof event === 'string' && ofTrack(event, own)
      : ofPage(own, asObject(asObject(context)?.page));
  if (!visit) throw new Because('it is no visit');
  return visit;
};
