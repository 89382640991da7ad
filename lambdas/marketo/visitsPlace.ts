import type { Json, JsonObject } from '../segment/event.ts';
import { looseGet } from './text.ts';

/** Where on the web a page is, in Munchkin's parts. */
export interface Place {
  /** With a leading slash. */
  readonly path: string;
  /** Without `?`; absent when there is none. */
  readonly query?: string;
  /** With the port where it is not the protocol's own. */
  readonly host?: string;
  /** `https:` */
  readonly protocol?: string;
}

/** A text property that holds something; anything else counts as absent. */
export const textOf = (object: JsonObject | undefined, name: string): string | undefined => {
  const value: Json | undefined = looseGet(object, name);
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  return text === '' ? undefined : text;
};

/** Resolves what has no host of its own; `.invalid` is reserved, so no page has it. */
const nowhere = 'https://nowhere.invalid';

/**
 * The parts of a page's address: absolute, or relative to `base`. Undefined for what is no web
 * address (`mailto:`, `about:blank`). Name, password and fragment stay behind.
 */
export const placeOf = (address: string, base?: string): Place | undefined => {
  const root = URL.parse(base ?? nowhere);
  const url = URL.parse(address, root?.host ? root.href : nowhere);
  if (!url?.pathname.startsWith('/')) return undefined;
  const query = url.search.slice(1);
  return {
    path: url.pathname,
    ...(query !== '' && { query }),
    ...(url.origin !== nowhere && url.host !== '' && { host: url.host, protocol: url.protocol }),
  };
};

/** Munchkin keeps pages from a visitor's own disk to itself, and so do we. */
export const isFile = (address: string): boolean => /^file:/i.test(address);

/**
 * The token that Marketo puts into the links of its mails, from the query of the first address that
 * has one. Munchkin looks into the page's own address, then into its referrer, since links may be
 * redirected.
 */
export const mailTokenIn = (...addresses: readonly (string | undefined)[]): string | undefined =>
  addresses
    .map((address) => address && URL.parse(address, nowhere)?.searchParams.get('mkt_tok'))
    .find((token) => typeof token === 'string' && token !== '') ?? undefined;
