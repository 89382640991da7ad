import type { Arrival, Draft } from './arrival.ts';
import type { EventKeys } from './identity.ts';
import { emptyKey } from './keys.ts';
import { visitorCookie } from './mailbox.ts';
import type { Cookies, KeyId } from './types.ts';

/** Who visits; nobody in an event that is no visit. */
export const visitorOf = (draft: Draft, arrival: Arrival, cookies: Cookies): { token?: string } =>
  arrival.isVisit
    ? { token: arrival.cookieToken ?? visitorCookie(cookies) ?? holdVisitor(draft, arrival) }
    : {};

/** The cookies seen with these keys before any e-mail was; the userId's win. */
export const knownCookies = (draft: Draft, { userId, anonymousId }: EventKeys): Cookies => {
  const cookiesOf = (key: KeyId | undefined): Cookies =>
    (key === undefined ? undefined : draft.keys.get(key)?.cookies) ?? {};
  const byUserId = cookiesOf(userId);
  return Object.keys(byUserId).length > 0 ? byUserId : cookiesOf(anonymousId);
};

/** Keeps the derived token with its key, so that the lead's first sync associates it. */
const holdVisitor = (draft: Draft, { order, derived }: Arrival): string => {
  if (derived.key !== undefined) {
    const item = draft.keys.get(derived.key) ?? emptyKey;
    const isKnown = item.link !== undefined || item.cookies[derived.token] !== undefined;
    if (!isKnown) {
      const cookies = { ...item.cookies, [derived.token]: { order, derived: true as const } };
      draft.keys.set(derived.key, { ...item, cookies });
    }
  }
  return derived.token;
};
