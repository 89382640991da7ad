import type { Order } from '../segment/order.ts';
import type { EventKeys, Resolved } from './identity.ts';
import { gapOrder, holderOf, resolve } from './identity.ts';
import { emptied, emptyKey, hasHeld, hold, linkTo, noEmail } from './keys.ts';
import type { Limits } from './limits.ts';
import { bytesOf, tooMuch, trimCookies, within } from './limits.ts';
import { emptyMailbox, visitorCookie } from './mailbox.ts';
import type { FieldOutcome, Knowledge } from './registers.ts';
import { absorbCookies, absorbFields, valuesOf } from './registers.ts';
import type { Cookies, DeadLetter, Incoming, KeyId, KeyItem, LeadId, Mailbox } from './types.ts';
import { without } from './without.ts';

/** An event as the mailboxes see it. */
export interface Arrival {
  readonly order: Order;
  readonly keys: EventKeys;
  /** What an identify says; empty for a visit. */
  readonly incoming: readonly Incoming[];
  /** The token of the visitor's own cookie, when the event carries one. */
  readonly cookieToken?: string;
  readonly isVisit: boolean;
  /** Stands for the visitor when no cookie is known; belongs to the key it is derived from. */
  readonly derived: { readonly token: string; readonly key?: KeyId };
}

/** The states of the items that a group of events touches; absent ones are missing. */
export interface States {
  readonly leads: ReadonlyMap<LeadId, Mailbox>;
  readonly keys: ReadonlyMap<KeyId, KeyItem>;
}

/** What became of one event. */
export interface Absorbed {
  readonly lead?: LeadId;
  /** Where the event is held, and for want of what. */
  readonly heldAt?: KeyId;
  readonly because?: string;
  readonly outcomes: ReadonlyMap<string, FieldOutcome>;
  /** Values of earlier events that never went out, because this one came. */
  readonly replaced: readonly Incoming[];
  /** Values that were held until this event named an e-mail. */
  readonly moved: readonly Incoming[];
  /** The visitor of a visit. */
  readonly token?: string;
  readonly dead?: DeadLetter;
}

export interface AbsorbContext extends Knowledge {
  readonly limits: Limits;
}

const nothing = { outcomes: new Map<string, FieldOutcome>(), replaced: [], moved: [] };

interface Draft {
  readonly leads: Map<LeadId, Mailbox>;
  readonly keys: Map<KeyId, KeyItem>;
}

/** Absorbs events one after the other. Pure: the given states stay as they are. */
export const absorb = (
  states: States,
  arrivals: readonly Arrival[],
  context: AbsorbContext,
): { states: States; absorbed: readonly Absorbed[] } => {
  const draft: Draft = { leads: new Map(states.leads), keys: new Map(states.keys) };
  const absorbed = arrivals.map((arrival) => absorbOne(draft, arrival, context));
  return { states: draft, absorbed };
};

const absorbOne = (draft: Draft, arrival: Arrival, context: AbsorbContext): Absorbed => {
  const resolved = resolve(arrival.keys, arrival.order, (key) => draft.keys.get(key));
  return resolved === undefined
    ? holdEvent(draft, arrival, context)
    : absorbIntoLead(draft, arrival, resolved, context);
};

const absorbIntoLead = (
  draft: Draft,
  arrival: Arrival,
  resolved: Resolved,
  context: AbsorbContext,
): Absorbed => {
  const { order, incoming } = arrival;
  const { lead } = resolved;
  const before = draft.leads.get(lead);
  const moved = linkAll(draft, arrival, resolved);
  const mailbox = addressed(before ?? emptyMailbox(resolved.email, order), arrival, resolved);
  const held = absorbFields(mailbox.fields, moved.incoming, context);
  const next = absorbFields(held.fields, incoming, context);
  const known = absorbCookies(mailbox.cookies, moved.cookies);
  const cookies = absorbCookies(known, ownCookies(draft, known, arrival, resolved));
  const full = within({ ...mailbox, fields: next.fields, cookies }, context.limits);
  if (full === undefined) {
    // The mailbox stays as it was, but for its cookies: those cost nothing and visits need them.
    const kept = within({ ...mailbox, cookies }, context.limits);
    if (kept !== undefined) draft.leads.set(lead, kept);
    const dead: DeadLetter = { because: tooMuch, lead, fields: [...moved.incoming, ...incoming] };
    return { ...nothing, lead, because: tooMuch, dead, ...visitorOf(draft, arrival, cookies) };
  }
  // A lead that an event only hints at is not made by it.
  if (before !== undefined || !resolved.hinted) draft.leads.set(lead, full);
  const isLate = ({ name }: Incoming): boolean => held.outcomes.get(name) === 'superseded';
  const replaced = [...held.replaced, ...moved.incoming.filter(isLate), ...next.replaced];
  const taken = moved.incoming.filter((one) => !isLate(one));
  const visitor = visitorOf(draft, arrival, full.cookies);
  return { lead, outcomes: next.outcomes, replaced, moved: taken, ...visitor };
};

/** Who visits; nobody in an event that is no visit. */
const visitorOf = (draft: Draft, arrival: Arrival, cookies: Cookies): { token?: string } =>
  arrival.isVisit
    ? { token: arrival.cookieToken ?? visitorCookie(cookies) ?? holdVisitor(draft, arrival) }
    : {};

/** Links the event's keys to its lead and takes along what they held for it. */
const linkAll = (
  draft: Draft,
  { order, keys, cookieToken }: Arrival,
  { lead, email, links }: Resolved,
): { incoming: Incoming[]; cookies: Cookies } => {
  const incoming: Incoming[] = [];
  let cookies: Cookies = {};
  for (const { key, firm } of links) {
    const item = draft.keys.get(key) ?? emptyKey;
    if (!firm && item.link !== undefined) continue;
    const linked = linkTo(item, lead, email, firm ? order : gapOrder);
    if (linked === item) continue;
    if (hasHeld(item)) {
      incoming.push(...valuesOf(item.fields));
      cookies = absorbCookies(cookies, item.cookies);
    }
    if (key === keys.cookie && cookieToken !== undefined)
      leaveOldLead(draft, item, lead, cookieToken);
    draft.keys.set(key, hasHeld(item) ? emptied(linked) : linked);
  }
  return { incoming, cookies };
};

/** A cookie names one lead, the latest. */
const leaveOldLead = (draft: Draft, item: KeyItem, lead: LeadId, token: string): void => {
  if (item.link === undefined || item.link.lead === lead) return;
  const old = draft.leads.get(item.link.lead);
  if (old?.cookies[token] === undefined) return;
  draft.leads.set(item.link.lead, { ...old, cookies: without(old.cookies, token) });
};

/** The e-mail's letter case is a register too: the latest event that names it decides. */
const addressed = (mailbox: Mailbox, { order, keys }: Arrival, resolved: Resolved): Mailbox => {
  const named = keys.named ?? keys.userIdNamed;
  return named?.lead === resolved.lead && order > mailbox.address.order
    ? { ...mailbox, address: { text: named.email, order } }
    : mailbox;
};

/** The cookies that this event gives to its lead. */
const ownCookies = (
  draft: Draft,
  known: Cookies,
  { order, keys, cookieToken, isVisit, derived }: Arrival,
  { lead, hinted }: Resolved,
): Cookies => {
  if (cookieToken !== undefined) {
    const isLeads = keys.cookie !== undefined && draft.keys.get(keys.cookie)?.link?.lead === lead;
    // The latest cookie stays the latest: no write for every page view.
    return isLeads && visitorCookie(known) !== cookieToken ? { [cookieToken]: { order } } : {};
  }
  const isVisitor = isVisit && !hinted && Object.keys(known).length === 0;
  return isVisitor ? { [derived.token]: { order, derived: true } } : {};
};

/**
 * Moves what a linked key still holds into its lead's mailbox: the second half of a move whose first
 * half was written before its worker died. `undefined` when the mailbox cannot take it.
 */
export const takeOver = (
  mailbox: Mailbox,
  item: KeyItem,
  context: AbsorbContext,
): Mailbox | undefined => {
  const { fields } = absorbFields(mailbox.fields, valuesOf(item.fields), context);
  const cookies = absorbCookies(mailbox.cookies, item.cookies);
  return within({ ...mailbox, fields, cookies }, context.limits);
};

const holdEvent = (draft: Draft, arrival: Arrival, context: AbsorbContext): Absorbed => {
  const { order, keys, incoming, cookieToken } = arrival;
  const holder = holderOf(keys);
  const visitor = visitorOf(draft, arrival, knownCookies(draft, keys));
  if (holder === undefined || incoming.length === 0) return { ...nothing, ...visitor };
  const cookies: Cookies = cookieToken === undefined ? {} : { [cookieToken]: { order } };
  const held = hold(draft.keys.get(holder) ?? emptyKey, incoming, cookies, context.now);
  const key = { ...held.key, cookies: trimCookies(held.key.cookies, context.limits.cookies) };
  const isFull =
    Object.keys(key.fields).length > context.limits.fields ||
    bytesOf(key) > context.limits.itemBytes;
  if (isFull) {
    const dead: DeadLetter = { because: tooMuch, key: holder, fields: incoming };
    return { ...nothing, because: tooMuch, dead, ...visitor };
  }
  draft.keys.set(holder, key);
  const { outcomes, replaced } = held;
  return { ...nothing, outcomes, replaced, heldAt: holder, because: noEmail, ...visitor };
};

/** The cookies seen with these keys before any e-mail was; the userId's win. */
const knownCookies = (draft: Draft, { userId, anonymousId }: EventKeys): Cookies => {
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
