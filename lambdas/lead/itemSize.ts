import { isCookiePending } from './mailbox.ts';
import { isPending } from './registers.ts';
import type { Cookies, Fields, IdentityRecord, Mailbox } from './leadTypes.ts';

export interface Limits {
  readonly fields: number;
  readonly cookies: number;
  readonly activities: number;
  readonly itemBytes: number;
}

const encoder = new TextEncoder();

/** UTF-8 bytes of a state as it is stored. */
export const bytesOf = (state: unknown): number => encoder.encode(JSON.stringify(state)).length;

const excess = (entries: object, most: number): number => Object.keys(entries).length - most;

const dropOldest = <T extends { readonly order: string }>(
  entries: Readonly<Record<string, T>>,
  isRemaining: (entry: T) => boolean,
  count: number,
): Readonly<Record<string, T>> => {
  if (count <= 0) return entries;
  const remaining = Object.entries(entries).filter(([, entry]) => isRemaining(entry));
  const oldest = remaining.sort(([, a], [, b]) => (a.order < b.order ? -1 : 1)).slice(0, count);
  const dropped = new Set(oldest.map(([name]) => name));
  return Object.fromEntries(Object.entries(entries).filter(([name]) => !dropped.has(name)));
};

/** Each gives up a little more of what is only remembered. */
const forgetting: readonly ((mailbox: Mailbox) => Mailbox)[] = [
  (mailbox) => mailbox,
  (mailbox) => ({ ...mailbox, fields: trimFields(mailbox.fields, Number.MAX_SAFE_INTEGER) }),
  (mailbox) =>
    mailbox.activities === undefined
      ? mailbox
      : { ...mailbox, activities: { ...mailbox.activities, done: [] } },
];

/**
 * The mailbox within its bounds: what was only remembered goes first, oldest first. `undefined` when
 * pending content alone is too much; then the event that brought it is refused.
 */
export const within = (mailbox: Mailbox, limits: Limits): Mailbox | undefined => {
  const { fields, cookies, activities } = mailbox;
  let trimmed: Mailbox = {
    ...mailbox,
    fields: trimFields(fields, excess(fields, limits.fields)),
    cookies: trimCookies(cookies, limits.cookies),
  };
  if (excess(trimmed.fields, limits.fields) > 0) return undefined;
  if (excess(activities?.pending ?? {}, limits.activities) > 0) return undefined;
  for (const forget of forgetting) {
    trimmed = forget(trimmed);
    if (bytesOf(trimmed) <= limits.itemBytes) return trimmed;
  }
  return undefined;
};

const trimFields = (fields: Fields, count: number): Fields =>
  dropOldest(fields, (field) => !isPending(field), count);

/** The cookies within their bound: those that are settled go first, and no trait for any of them. */
const trimCookies = (cookies: Cookies, most: number): Cookies => {
  const settled = dropOldest(cookies, (cookie) => !isCookiePending(cookie), excess(cookies, most));
  return dropOldest(settled, () => true, excess(settled, most));
};

/** A key's item within its bounds; `undefined` when what it holds is too much. */
export const keyWithin = (key: IdentityRecord, limits: Limits): IdentityRecord | undefined => {
  const trimmed = { ...key, cookies: trimCookies(key.cookies, limits.cookies) };
  const isFull =
    excess(key.fields, limits.fields) > 0 ||
    excess(key.activities ?? {}, limits.activities) > 0 ||
    bytesOf(trimmed) > limits.itemBytes;
  return isFull ? undefined : trimmed;
};

/** Why an event is refused that does not fit. */
export const tooMuch = 'the lead has more waiting than its mailbox may hold';
