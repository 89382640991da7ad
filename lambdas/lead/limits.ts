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

const dropOldest = <T extends { readonly order: string }>(
  entries: Readonly<Record<string, T>>,
  isSpare: (entry: T) => boolean,
  count: number,
): Readonly<Record<string, T>> => {
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
    fields: trimFields(fields, Object.keys(fields).length - limits.fields),
    cookies: trimCookies(cookies, Object.keys(cookies).length - limits.cookies),
  };
  if (Object.keys(trimmed.fields).length > limits.fields) return undefined;
  if (Object.keys(trimmed.cookies).length > limits.cookies) return undefined;
  if (bytesOf(trimmed) <= limits.itemBytes) return trimmed;
  const bare = { ...trimmed, fields: trimFields(trimmed.fields, Number.MAX_SAFE_INTEGER) };
  return bytesOf(bare) <= limits.itemBytes ? bare : undefined;
};

const trimFields = (fields: Fields, count: number): Fields =>
  count <= 0 ? fields : dropOldest(fields, (field) => !isPending(field), count);

const trimCookies = (cookies: Cookies, count: number): Cookies =>
  count <= 0 ? cookies : dropOldest(cookies, (cookie) => !isCookiePending(cookie), count);

/** Why an event is refused that does not fit. */
export const tooMuch = 'the lead has more waiting than its mailbox may hold';
