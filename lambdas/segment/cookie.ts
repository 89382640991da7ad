import { asObject } from './json.ts';
import type { Json, JsonObject, QueuedEvent } from './event.ts';

/**
 * Munchkin's tokens: `_mch-<domain>-<ms>-<5 digits>` or `_mch-<domain>-<4 to 32 hex digits>`. The
 * first form is within the second: its milliseconds read as part of the domain.
 */
const token = '_mch-[A-Za-z0-9._-]{1,255}-[0-9A-Fa-f]{4,32}';
const bare = new RegExp(`^${token}$`);
const full = new RegExp(`^id:[A-Za-z0-9]{3}-[A-Za-z0-9]{3}-[A-Za-z0-9]{3}&token:(${token})$`);

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/**
 * The bare token of a Munchkin cookie, from its full form (`id:561-HYG-937&token:_mch-…`), the
 * percent-encoded one, or the token alone. Undefined for anything else.
 */
export const cookieToken = (value: Json | undefined): string | undefined => {
  if (typeof value !== 'string') return undefined;
  const text = decoded(value.trim());
  return bare.test(text) ? text : full.exec(text)?.[1];
};

const cookieIn = (holder: JsonObject | undefined): string | undefined =>
  Object.entries(holder ?? {})
    .filter(([key]) => key.toLowerCase() === 'marketo')
    .map(([, options]) => cookieToken(asObject(options)?.marketoCookie))
    .find((found) => found !== undefined);

/**
 * The event's cookie: `integrations.Marketo.marketoCookie` wins over `context.Marketo.…`; the case
 * of `Marketo` does not matter. A malformed one counts as absent.
 */
export const cookieOf = (
  event: Pick<QueuedEvent, 'integrations' | 'context'>,
): string | undefined => cookieIn(event.integrations) ?? cookieIn(event.context);
