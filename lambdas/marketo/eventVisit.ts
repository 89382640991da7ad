import type { Json, JsonObject, QueuedEvent } from '../segment/event.ts';
import { asObject } from '../segment/json.ts';
import { canonicalJson } from './text.ts';
import type { Visit } from './marketoTypes.ts';
import { isFile, mailTokenIn, placeOf, textOf } from './visitsPlace.ts';
import type { Place } from './visitsPlace.ts';

/** A visit without its visitor, or why the event is none. */
type VisitOrNot = { readonly visit: Omit<Visit, 'token'> } | { readonly dropped: string };

type Where = Pick<Visit, 'path' | 'query' | 'host' | 'protocol' | 'referrer'>;

const prefix = '/event/';

/** `Signed Up` → `/event/Signed-Up`: every single space or underscore becomes one dash. */
const eventPath = (event: string): string => {
  const name = event.replaceAll(/[ _]/g, '-');
  return name.startsWith(prefix) ? name : prefix + name;
};

const isFlat = (value: Json): value is null | boolean | number | string =>
  value === null || typeof value !== 'object';

/**
 * A property as JavaScript makes text of it, which is what the classic destination sent; except that
 * objects are JSON instead of `[object Object]`. Empty where one nests too deep.
 */
const propertyText = (value: Json): string => {
  if (isFlat(value)) return String(value);
  if (Array.isArray(value) && value.every(isFlat)) return value.join(',');
  return canonicalJson(value) ?? '';
};

/** `key=value&` a property, the last `&` kept, keys not encoded. */
const eventQuery = (properties: JsonObject | undefined): string =>
  Object.entries(properties ?? {})
    .map(([key, value]) => `${key}=${encodeURIComponent(propertyText(value).toWellFormed())}&`)
    .join('');

const ofTrack = (event: QueuedEvent, page: JsonObject | undefined): Where | { dropped: string } => {
  if (event.event === undefined) return { dropped: 'a track without the name of its event' };
  const url = textOf(page, 'url');
  const { host, protocol }: Partial<Place> = (url === undefined ? undefined : placeOf(url)) ?? {};
  const query = eventQuery(event.properties);
  return {
    path: eventPath(event.event),
    ...(query !== '' && { query }),
    ...(host !== undefined && { host }),
    ...(protocol !== undefined && { protocol }),
  };
};

const ofPage = (
  properties: JsonObject | undefined,
  page: JsonObject | undefined,
): Where | { dropped: string } => {
  const base = textOf(page, 'url');
  const addresses = [
    textOf(properties, 'url'),
    base,
    textOf(properties, 'path'),
    textOf(page, 'path'),
  ].filter((address) => address !== undefined);
  const [first] = addresses;
  if (first === undefined) return { dropped: 'a page without a url or path' };
  if (isFile(first)) return { dropped: "a page from the visitor's own disk (file:)" };
  return (
    addresses.map((address) => placeOf(address, base)).find((place) => place !== undefined) ?? {
      dropped: 'a page whose url is no web address',
    }
  );
};

/** RudderStack writes `$direct` where there is no referrer. */
const referrerIn = (page: JsonObject | undefined): string | undefined => {
  const referrer = textOf(page, 'referrer');
  return referrer === '$direct' ? undefined : referrer;
};

/**
 * The visit that a track or page becomes, by the rules that `docs/mapping.md` lists. Pure; never
 * throws for JSON. Source: the url rules of Segment's classic Marketo destination.
 */
export const visitOf = (event: QueuedEvent): VisitOrNot => {
  if (event.type === 'identify') return { dropped: 'an identify is no visit' };
  const page = asObject(event.context?.page);
  const where = event.type === 'track' ? ofTrack(event, page) : ofPage(event.properties, page);
  if ('dropped' in where) return where;
  const own = event.type === 'page' ? event.properties : undefined;
  const referrer = referrerIn(own) ?? referrerIn(page);
  const mailToken = mailTokenIn(
    textOf(own, 'url'),
    textOf(own, 'search'),
    textOf(page, 'url'),
    textOf(page, 'search'),
    referrer,
  );
  const userAgent = textOf(event.context, 'userAgent');
  return {
    visit: {
      messageId: event.messageId,
      ...where,
      ...(mailToken !== undefined && { mailToken }),
      ...(referrer !== undefined && { referrer }),
      ...(userAgent !== undefined && { userAgent }),
      at: event.timestamp,
    },
  };
};
