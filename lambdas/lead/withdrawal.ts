import { withoutConsent } from '../segment/consent.ts';
import type { SequenceKey } from '../segment/order.ts';
import { placeOf } from '../segment/order.ts';
import type { NormalizedEvent, Draft, Withdrawn } from './normalizedEvent.ts';
import { isEmptyWaiting, keySince, split, waiting } from './erasure.ts';
import type { EventKeys } from './identity.ts';
import { emptyKey } from './keys.ts';
import { emptyMailbox, isCookiePending } from './mailbox.ts';
import { mapFields } from './registers.ts';
import type { Activity, Cookie, Cookies, Field, Incoming } from './leadTypes.ts';
import type { KeyId, IdentityRecord, LeadId, Mailbox } from './leadTypes.ts';
import { without } from './without.ts';

/*
 * The rule of withdrawal: what waits and is older than a refusal of consent goes nowhere, what is newer
 * goes as usual, and what Marketo has stays known. A mailbox and a lead key each keep the order of the
 * latest refusal, and hold nothing pending that is older. So a refusal commutes with events and with itself,
 * as a deletion does. Unlike a deletion it leaves identity alone: links, e-mail and digests stay.
 */

export { withoutConsent };

const latest = (...orders: readonly (SequenceKey | undefined)[]): SequenceKey | undefined =>
  orders.reduce((one, other) => ((other ?? '') > (one ?? '') ? other : one), undefined);

const isOlder = (order: SequenceKey, withdrawn: SequenceKey | undefined): boolean =>
  withdrawn !== undefined && order < withdrawn;

/** What the register has to say goes; what Marketo has stays known, as if nothing had been said since. */
const silenced = (field: Field, withdrawn: SequenceKey): Field => {
  const { value, aside: rejection } = field;
  const isUnsaid = value !== undefined || rejection?.value !== undefined;
  if (field.order >= withdrawn || (!isUnsaid && rejection?.repeated === undefined)) return field;
  const quiet = without(field, 'value', 'aside');
  // What Marketo refused is still known.
  const memory =
    rejection && rejection.value === undefined ? { aside: without(rejection, 'repeated') } : {};
  return { ...quiet, ...memory, ...(isUnsaid && { order: placeOf(withdrawn) }) };
};

/** Whether a register from before a refusal remembers anything. The answer to a call under way is to find it. */
const isKept = (
  { order, digest, aside: rejection }: Field,
  { owner }: Mailbox,
  withdrawn: SequenceKey,
): boolean => order >= withdrawn || (digest ?? rejection ?? owner) !== undefined;

const isLost = (cookie: Cookie, withdrawn: SequenceKey): boolean =>
  cookie.order < withdrawn && (isCookiePending(cookie) || cookie.aside !== undefined);

/** A mailbox that a refusal of this order reaches, without what waited. */
export const withdrawLead = (
  mailbox: Mailbox,
  order: SequenceKey | undefined = mailbox.withdrawn,
): { readonly mailbox: Mailbox; readonly removed: Withdrawn['content'] } => {
  const withdrawn = latest(mailbox.withdrawn, order);
  if (withdrawn === undefined || mailbox.alias) return { mailbox, removed: { fields: [] } };
  const quiet = mapFields(mailbox.fields, (field) => silenced(field, withdrawn));
  const fields = Object.entries(quiet).filter(([, field]) => isKept(field, mailbox, withdrawn));
  const cookies = Object.entries(mailbox.cookies).filter(([, one]) => !isLost(one, withdrawn));
  const activities = split(mailbox.activities?.pending, withdrawn);
  return {
    mailbox: {
      ...mailbox,
      fields: Object.fromEntries(fields),
      cookies: Object.fromEntries(cookies),
      ...(mailbox.activities && {
        activities: { ...mailbox.activities, pending: activities.since },
      }),
      withdrawn,
    },
    removed: waiting(split(mailbox.fields, withdrawn).old, activities.old),
  };
};

/** A key that a refusal of this order reaches, without what it held. */
const withdrawKey = (
  key: IdentityRecord,
  order: SequenceKey,
): { readonly key: IdentityRecord; readonly removed: Withdrawn['content'] } => {
  const withdrawn = latest(key.withdrawn, order) ?? order;
  const { key: kept, removed } = keySince(key, withdrawn);
  return { key: { ...kept, withdrawn }, removed };
};

interface Moving {
  readonly incoming: readonly Incoming[];
  readonly cookies: Cookies;
  readonly activities: readonly Activity[];
}

/** What of a key's content may move to a lead that knows of a refusal. */
export const since = (
  { incoming, cookies, activities }: Moving,
  withdrawn: SequenceKey | undefined,
): Moving & { readonly removed: Withdrawn['content'] } => {
  const isLate = ({ order }: { readonly order: SequenceKey }): boolean => isOlder(order, withdrawn);
  const isKept = (one: { readonly order: SequenceKey }): boolean => !isLate(one);
  return {
    incoming: incoming.filter(isKept),
    cookies: Object.fromEntries(Object.entries(cookies).filter(([, one]) => isKept(one))),
    activities: activities.filter(isKept),
    removed: { fields: incoming.filter(isLate), activities: activities.filter(isLate) },
  };
};

const keysIn = ({ cookie, userId, anonymousId }: EventKeys): readonly KeyId[] =>
  [cookie, userId, anonymousId].filter((key) => key !== undefined);

/** The lead that a key named when its refusal came. */
export const ownerOf = ({
  link,
  withdrawn = '' as SequenceKey,
}: IdentityRecord): LeadId | undefined =>
  link?.before !== undefined && withdrawn < link.order ? link.before.lead : link?.lead;

/** What was dropped at an item, unless that is nothing. */
export const dropped = (at: LeadId | KeyId, content: Withdrawn['content']): readonly Withdrawn[] =>
  isEmptyWaiting(content) ? [] : [{ at, content }];

const reachLead = (draft: Draft, lead: LeadId, order: SequenceKey): readonly Withdrawn[] => {
  // Nobody may know of the lead yet: what comes too late is to find the refusal.
  const current = draft.leads.get(lead) ?? emptyMailbox('', '' as SequenceKey);
  if (current.alias || !isOlder(current.withdrawn ?? ('' as SequenceKey), order)) return [];
  const { mailbox, removed } = withdrawLead(current, order);
  draft.leads.set(lead, mailbox);
  return dropped(lead, removed);
};

/**
 * Brings what an event's keys know of refusals to the leads that they name: a key may be linked after its
 * refusal came, or by an event that happened before it.
 */
export const spreadWithdrawals = (draft: Draft, keys: EventKeys): readonly Withdrawn[] =>
  keysIn(keys).flatMap((id) => {
    const item = draft.keys.get(id);
    const lead = item?.withdrawn && ownerOf(item);
    return lead && item.withdrawn ? reachLead(draft, lead, item.withdrawn) : [];
  });

/** Withdraws the consent of whom an event's keys and e-mails name. */
export const withdraw = (draft: Draft, { order, keys }: NormalizedEvent): readonly Withdrawn[] => [
  ...keysIn(keys).flatMap((id) => {
    const { key, removed } = withdrawKey(draft.keys.get(id) ?? emptyKey, order);
    draft.keys.set(id, key);
    return dropped(id, removed);
  }),
  ...[keys.named, keys.userIdNamed].flatMap((named) =>
    named ? reachLead(draft, named.lead, order) : [],
  ),
  ...spreadWithdrawals(draft, keys),
];

/** Whether consent was refused after an event, by one of its keys or of its lead. */
export const isWithdrawn = (
  draft: Draft,
  { order, keys }: NormalizedEvent,
  lead: LeadId | undefined,
): boolean =>
  isOlder(order, lead && draft.leads.get(lead)?.withdrawn) ||
  keysIn(keys).some((key) => isOlder(order, draft.keys.get(key)?.withdrawn));
