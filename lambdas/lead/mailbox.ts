import type { Order } from '../segment/order.ts';
import type { EpochMs } from '../segment/time.ts';
import { epochMs } from '../segment/time.ts';
import { hasActivities } from './activities.ts';
import { isPending, waitsUntil } from './registers.ts';
import type { Cookie, Mailbox } from './types.ts';
import { without } from './without.ts';

/** An empty mailbox of the lead with this e-mail. */
export const emptyMailbox = (text: string, order: Order): Mailbox => ({
  fields: {},
  cookies: {},
  address: { text, order },
});

export const isCookiePending = (cookie: Cookie): boolean =>
  cookie.associated !== true && cookie.aside === undefined;

/** The pending cookie that goes next: the latest, a real one before a derived one. */
export const pendingCookie = (mailbox: Mailbox): string | undefined =>
  latestCookie(Object.entries(mailbox.cookies).filter(([, cookie]) => isCookiePending(cookie)));

/** The token that stands for a visitor of whom only these cookies are known. */
export const visitorCookie = (cookies: Mailbox['cookies']): string | undefined =>
  latestCookie(Object.entries(cookies));

const latestCookie = (entries: readonly (readonly [string, Cookie])[]): string | undefined => {
  let best: readonly [string, Cookie] | undefined;
  for (const entry of entries) if (best === undefined || rank(entry) > rank(best)) best = entry;
  return best?.[0];
};

const rank = ([token, cookie]: readonly [string, Cookie]): string =>
  (cookie.derived ? '0' : '1') + cookie.order + token;

export const hasFields = ({ fields }: Mailbox): boolean => Object.values(fields).some(isPending);

const hasCookies = ({ cookies }: Mailbox): boolean => Object.values(cookies).some(isCookiePending);

export const hasPending = (mailbox: Mailbox): boolean =>
  hasFields(mailbox) ||
  hasCookies(mailbox) ||
  hasActivities(mailbox.activities?.pending) ||
  waitsUntil(mailbox.fields) !== undefined;

/** The same with all that it waits for; the fields of a lead do not wait for its cookies. */
export const waitingUntil = (mailbox: Mailbox, until: EpochMs): Mailbox =>
  hasFields(mailbox) ? { ...mailbox, notBefore: until } : { ...mailbox, extrasNotBefore: until };

/** Whether it has waited for anything but its lock since an answer last settled something. */
export const hasWaited = ({ notBefore, extrasNotBefore }: Mailbox): boolean =>
  notBefore !== undefined || extrasNotBefore !== undefined;

/** With nothing to say, nothing waits: what comes next must not inherit an old wait. */
export const rested = (mailbox: Mailbox): Mailbox =>
  hasPending(mailbox) || !hasWaited(mailbox)
    ? mailbox
    : without(mailbox, 'notBefore', 'extrasNotBefore');

/** The earliest next call of a lead with something pending; `undefined` when it has nothing to say. */
export const needAt = (mailbox: Mailbox): EpochMs | undefined => {
  const leadMay = Math.max(mailbox.lockedUntil ?? 0, mailbox.notBefore ?? 0);
  if (hasFields(mailbox)) return epochMs(leadMay);
  const extrasMay = Math.max(leadMay, mailbox.extrasNotBefore ?? 0);
  if (hasCookies(mailbox)) return epochMs(extrasMay);
  const { pending, notBefore = 0 } = mailbox.activities ?? {};
  const describedAt = waitsUntil(mailbox.fields) ?? Infinity;
  const extrasAt = hasActivities(pending) ? Math.max(extrasMay, notBefore) : Infinity;
  const at = Math.min(extrasAt, Math.max(leadMay, describedAt));
  return at === Infinity ? undefined : epochMs(at);
};
