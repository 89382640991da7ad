import { asObject } from './json.ts';
import type { Json, JsonObject } from './event.ts';
import type { Unread } from './unread.ts';

/**
 * Munchkin's tokens: `_mch-<domain>-<ms>-<5 digits>` or `_mch-<domain>-<4 to 32 hex digits>`. The
 * first form is within the second: its milliseconds read as part of the domain.
 */
const token = '_mch-[A-Za-z0-9._-]{1,255}-[0-9A-Fa-f]{4,32}';
const bare = new RegExp(`^${token}$`);
const full = new RegExp(`^id:[A-Za-z0-9]{3}-[A-Za-z0-9]{3}-[A-Za-z0-9]{3}&token:(${token})$`);

const decodedOnce = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** Proxies and templates encode what is encoded already. */
const maxEncodings = 3;

const decoded = (text: string, times: number = maxEncodings): string => {
  const once = decodedOnce(text);
  return once === text || times <= 1 ? once : decoded(once, times - 1);
};

/** The cookie's own value, where its name, or a whole Cookie header, stands around it. */
const named = (text: string): string => /(?:^|[\s;])_mkto_trk=\s*([^;]*)/.exec(text)?.[1] ?? text;

const isAround = (character: string | undefined): boolean =>
  character !== undefined && /[\s"'\\]/.test(character);

/**
 * Without the quotation marks that JSON text and RFC 6265 put around a value. By index: an
 * expression that looks for an end takes quadratic time on quotation marks alone.
 */
const unquoted = (text: string): string => {
  let [start, end] = [0, text.length];
  while (start < end && isAround(text[start])) start += 1;
  while (end > start && isAround(text[end - 1])) end -= 1;
  return text.slice(start, end);
};

/** `&` as HTML, JSON and JavaScript write it. */
const ampersand = /&amp;|&#38;|\\u0026|\\x26/gi;

/**
 * The bare token of a Munchkin cookie, from its full form (`id:561-HYG-937&token:_mch-…`) or the
 * token alone, in whichever encodings, quotes and escapes it comes. Undefined for anything else.
 */
export const cookieToken = (value: Json | undefined): string | undefined => {
  if (typeof value !== 'string') return undefined;
  const text = unquoted(named(unquoted(decoded(value)).replaceAll(ampersand, '&')));
  return bare.test(text) ? text : full.exec(text)?.[1];
};

type Holders = {
  readonly integrations?: JsonObject | undefined;
  readonly context?: JsonObject | undefined;
};

const cookiesIn = (holder: JsonObject | undefined): readonly (Json | undefined)[] =>
  Object.entries(holder ?? {})
    .filter(([key]) => key.toLowerCase() === 'marketo')
    .map(([, options]) => asObject(options)?.marketoCookie);

const tokenIn = (holder: JsonObject | undefined): string | undefined =>
  cookiesIn(holder)
    .map(cookieToken)
    .find((found) => found !== undefined);

/**
 * The event's cookie: `integrations.Marketo.marketoCookie` wins over `context.Marketo.…`; the case
 * of `Marketo` does not matter. A malformed one counts as absent.
 */
export const cookieOf = ({ integrations, context }: Holders): string | undefined =>
  tokenIn(integrations) ?? tokenIn(context);

const isThere = (value: Json | undefined): boolean =>
  value !== undefined && value !== null && value !== '';

/** Whether the event names a cookie, and none that can be read. */
export const unreadCookie = (event: Holders): readonly Unread[] =>
  cookieOf(event) === undefined &&
  [...cookiesIn(event.integrations), ...cookiesIn(event.context)].some(isThere)
    ? [
        {
          field: 'marketoCookie',
          because:
            'is no Munchkin cookie (id:561-HYG-937&token:_mch-example.com-1374552656411-90718); the event counts as coming without one',
        },
      ]
    : [];
