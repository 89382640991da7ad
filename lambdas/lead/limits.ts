import { isCookiePending } from './mailbox.ts';
import { isPending } from './registers.ts';
import type { Cookies, Fields, Mailbox } from './types.ts';

export interface Limits {
  readonly fields: number;
  readonly cookies: number;
  readonly itemBytes: number;
}

const encoder = new TextEncoder();

/** UTF-8 bytes of a state as it is stored. */
export const bytesOf = (state: unknown): number => encoder.encode(JSON.stringify(state)).length;

const excess = (entries: object, most: number): number => Object.keys(entries).length - most;

const dropOldest = <T extends { readonly order: string }>(
  entries: Readonly<Record<string, T>>,
  isSpare: (entry: T) => boolean,
  count: number,
): Readonly<Record<string, T>> => {
  if (count <= 0) return entries;
  const spare = Object.entries(entries).filter(([, entry]) => isSpare(entry));
  const oldest = spare.sort(([, a], [, b]) => (a.order < b.order ? -1 : 1)).slice(0, count);
  const dropped = new Set(oldest.map(([name]) => name));
  return Object.fromEntries(Object.entries(entries).filter(([name]) => !dropped.has(name)));
};

/**
 * The mailbox within its bounds: what was only remembered goes first, oldest first. `undefined` when
 * pending content alone is too much; then the event that brought it is refused.
 */
export const within = (mailbox: Mailbox, limits: Limits): Mailbox | undefined => {
  const { fields, cookies } = mailbox;
  const trimmed: Mailbox = {
    ...mailbox,
    fields: trimFields(fields, excess(fields, limits.fields)),
    cookies: trimCookies(cookies, limits.cookies),
  };
  if (Object.keys(trimmed.fields).length > limits.fields) return undefined;
  if (bytesOf(trimmed) <= limits.itemBytes) return trimmed;
  const bare = { ...trimmed, fields: trimFields(trimmed.fields, Number.MAX_SAFE_INTEGER) };
  return bytesOf(bare) <= limits.itemBytes ? bare : undefined;
};

const trimFields = (fields: Fields, count: number): Fields =>
  dropOldest(fields, (field) => !isPending(field), count);

/** The cookies within their bound: those that are settled go first, and no trait for any of them. */
export const trimCookies = (cookies: Cookies, most: number): Cookies => {
  const settled = dropOldest(cookies, (cookie) => !isCookiePending(cookie), excess(cookies, most));
  return dropOldest(settled, () => true, excess(settled, most));
};

/** Why an event is refused that does not fit. */
export const tooMuch = 'the lead has more waiting than its mailbox may hold';
