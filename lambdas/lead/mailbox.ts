import type { Order } from '../segment/order.ts';
import type { EpochMs } from '../segment/time.ts';
import { epochMs } from '../segment/time.ts';
import { isPending } from './registers.ts';
import type { Cookie, Mailbox } from './types.ts';

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

export const hasPending = (mailbox: Mailbox): boolean =>
  Object.values(mailbox.fields).some(isPending) ||
  Object.values(mailbox.cookies).some(isCookiePending);

/** The earliest next call of a lead with something pending; `undefined` when it has nothing to say. */
export const needAt = (mailbox: Mailbox): EpochMs | undefined =>
  hasPending(mailbox)
    ? epochMs(Math.max(mailbox.lockedUntil ?? 0, mailbox.notBefore ?? 0))
    : undefined;
