import type { SequenceKey } from '../segment/order.ts';
import { hasActivities } from './activities.ts';
import { someField, someRelation } from './relations.ts';
import { isPending, waitsUntil } from './registers.ts';
import type { Cookie, LeadId, Mailbox } from './leadTypes.ts';

/** The item of an e-mail that names another lead. */
export const aliasOf = (lead: LeadId, order: SequenceKey): Mailbox => ({
  ...emptyMailbox('', '' as SequenceKey),
  alias: { lead, order },
});

/** Whether nothing of a person is in it: it remembers only that they were deleted, or refused consent. */
export const isBlank = ({ deleted, withdrawn, address, lookup, alias }: Mailbox): boolean =>
  (deleted ?? withdrawn) !== undefined &&
  address.text === '' &&
  lookup === undefined &&
  alias === undefined;

/** A mailbox as events see it: one of nobody is none. */
export const unlessBlank = (mailbox: Mailbox | undefined): Mailbox | undefined =>
  mailbox === undefined || isBlank(mailbox) ? undefined : mailbox;

/** The mailbox of a lead that an event names; of a new one, one that knows of an earlier refusal. */
export const opened = (known: Mailbox | undefined, text: string, order: SequenceKey): Mailbox => {
  const { withdrawn, keys }: Partial<Mailbox> = known ?? {};
  return (
    unlessBlank(known) ?? {
      ...emptyMailbox(text, order),
      ...(withdrawn && { withdrawn }),
      ...(withdrawn && keys && { keys }),
    }
  );
};

/** An empty mailbox of the lead with this e-mail. */
export const emptyMailbox = (text: string, order: SequenceKey): Mailbox => ({
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

export const hasFields = ({ fields }: Mailbox): boolean => someField(fields, isPending);

/** Whether a register is pending that is no field of the lead. */
export const hasRelations = ({ fields }: Mailbox): boolean => someRelation(fields, isPending);

export const hasCookies = ({ cookies }: Mailbox): boolean =>
  Object.values(cookies).some(isCookiePending);

export const hasPending = (mailbox: Mailbox): boolean =>
  hasFields(mailbox) ||
  hasRelations(mailbox) ||
  hasCookies(mailbox) ||
  hasActivities(mailbox.activities?.pending) ||
  waitsUntil(mailbox.fields) !== undefined;
