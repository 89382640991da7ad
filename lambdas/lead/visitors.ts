import type { NormalizedEvent, Draft } from './normalizedEvent.ts';
import type { EventKeys } from './identity.ts';
import { emptyKey } from './keys.ts';
import { visitorCookie } from './mailbox.ts';
import type { Cookies, KeyId } from './leadTypes.ts';

/** Who visits; nobody in an event that is no visit. */
export const visitorOf = (
  draft: Draft,
  normalized: NormalizedEvent,
  cookies: Cookies,
): { token?: string } =>
  normalized.isVisit
    ? { token: normalized.cookieToken ?? visitorCookie(cookies) ?? holdVisitor(draft, normalized) }
    : {};

/** The cookies seen with these keys before any e-mail was; the userId's win. */
export const knownCookies = (draft: Draft, { userId, anonymousId }: EventKeys): Cookies => {
  const cookiesOf = (key: KeyId | undefined): Cookies =>
    (key === undefined ? undefined : draft.keys.get(key)?.cookies) ?? {};
  const byUserId = cookiesOf(userId);
  return Object.keys(byUserId).length > 0 ? byUserId : cookiesOf(anonymousId);
};

/** Keeps the derived token with its key, so that the lead's first sync associates it. */
const holdVisitor = (draft: Draft, { order, derived }: NormalizedEvent): string => {
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
