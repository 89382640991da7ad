import type { SequenceKey } from '../segment/order.ts';
import { addressed, sendRename } from './address.ts';
import { absorbActivities, inOrder, withActivities } from './activities.ts';
import type {
  Absorbed,
  AbsorbContext,
  NormalizedEvent,
  Draft,
  States,
  Withdrawn,
} from './normalizedEvent.ts';
import type { Resolved } from './identity.ts';
import { gapOrder, holderOf, renamingOf, resolve, withLeadsOf } from './identity.ts';
import { emptyKey, hold, vouchedFor, whyHeld } from './keys.ts';
import { keyWithin, tooMuch, within } from './itemSize.ts';
import { linkAll } from './links.ts';
import { aliasOf, opened, unlessBlank, visitorCookie } from './mailbox.ts';
import type { FieldOutcome } from './registers.ts';
import { absorbCookies, absorbFields, valuesOf } from './registers.ts';
import type {
  Activity,
  Cookies,
  DeadLetter,
  Incoming,
  KeyId,
  IdentityRecord,
  LeadId,
  Mailbox,
} from './leadTypes.ts';
import { without } from './without.ts';
import { knownCookies, visitorOf } from './visitors.ts';
import {
  dropped,
  isWithdrawn,
  ownerOf,
  since,
  spreadWithdrawals,
  withdraw,
  withdrawLead,
  withoutConsent,
} from './withdrawal.ts';

export type { Absorbed, AbsorbContext, NormalizedEvent, States };

const nothing = {
  outcomes: new Map<string, FieldOutcome>(),
  replaced: [],
  moved: [],
  movedActivities: [],
};

/** Absorbs events one after the other. Pure: the given states stay as they are. */
export const absorb = (
  states: States,
  normalizedEvents: readonly NormalizedEvent[],
  context: AbsorbContext,
): { states: States; absorbed: readonly Absorbed[] } => {
  const draft: Draft = { leads: new Map(states.leads), keys: new Map(states.keys) };
  const absorbed = normalizedEvents.map((normalized) => absorbOne(draft, normalized, context));
  return { states: draft, absorbed };
};

const absorbOne = (draft: Draft, normalized: NormalizedEvent, context: AbsorbContext): Absorbed => {
  if (normalized.isWithdrawal) return { ...nothing, withdrawn: withdraw(draft, normalized) };
  const itemOf = (key: KeyId): IdentityRecord | undefined => draft.keys.get(key);
  const { emailChange, deletedLead } = context;
  const renaming = renamingOf(draft.leads, emailChange, deletedLead);
  const resolved = resolve(normalized.keys, normalized.order, itemOf, renaming, normalized.by);
  // A lead that an event only hints at is not made by it, so what it says has to wait elsewhere.
  const says = normalized.activity !== undefined || normalized.incoming.length > 0;
  const isNobodys = resolved?.hinted && says && !unlessBlank(draft.leads.get(resolved.lead));
  return resolved === undefined || isNobodys
    ? holdEvent(draft, normalized, context)
    : absorbIntoLead(draft, normalized, resolved, context);
};

const absorbIntoLead = (
  draft: Draft,
  given: NormalizedEvent,
  resolved: Resolved,
  context: AbsorbContext,
): Absorbed => {
  const { order } = given;
  const { lead } = resolved;
  const before = unlessBlank(draft.leads.get(lead));
  const { newAliases = [] } = resolved;
  for (const alias of newAliases) draft.leads.set(alias, aliasOf(lead, order));
  const linked = linkAll(draft, given, resolved);
  for (const alias of newAliases) addAlias(draft, alias, lead, order);
  const reached = spreadWithdrawals(draft, given.keys);
  // An event from before a refusal says whose its keys are, and nothing else.
  const isSilent = isWithdrawn(draft, given, lead);
  const normalized = isSilent ? silent(given) : given;
  const { incoming } = normalized;
  const home = opened(draft.leads.get(lead), resolved.email, namedAt(resolved, order));
  const moved = since(linked, home.withdrawn);
  const silenced = [...reached, ...dropped(lead, moved.removed)];
  const facts = {
    ...(linked.isRefused && { isLinkRefused: true as const }),
    ...(silenced.length > 0 && { withdrawn: silenced }),
    ...(isSilent && { because: withoutConsent }),
  };
  const mailbox = addressed(home, normalized, resolved);
  const held = absorbFields(mailbox.fields, moved.incoming, context);
  const next = absorbFields(held.fields, incoming, context);
  const fields = isSilent
    ? next.fields
    : sendRename(before, mailbox, next.fields, context.digestOf);
  const known = absorbCookies(mailbox.cookies, moved.cookies);
  const own = isSilent ? {} : ownCookies(draft, known, normalized, resolved);
  const cookies = absorbCookies(known, own);
  const did = didIn(mailbox, moved.activities, normalized.activity);
  const wanted = { ...mailbox, fields, cookies };
  const whole = within(withActivities(wanted, did.pending), context.limits);
  // No field is given up for an activity.
  const full = whole ?? within(wanted, context.limits);
  if (full === undefined) {
    // The mailbox stays as it was, but for its cookies: those cost nothing and visits need them.
    const kept = within({ ...mailbox, cookies }, context.limits);
    if (kept !== undefined) draft.leads.set(lead, kept);
    const all = [...moved.incoming, ...incoming];
    const dead: DeadLetter = { because: tooMuch, lead, fields: all, ...did.letter };
    const visitor = visitorOf(draft, normalized, cookies);
    return { ...nothing, ...facts, lead, because: tooMuch, dead, ...visitor };
  }
  if (before !== undefined || !resolved.hinted) draft.leads.set(lead, full);
  const isLate = ({ name }: Incoming): boolean => held.outcomes.get(name) === 'superseded';
  const replaced = [...held.replaced, ...moved.incoming.filter(isLate), ...next.replaced];
  const taken = moved.incoming.filter((one) => !isLate(one));
  const absorbed = { ...facts, lead, outcomes: next.outcomes, replaced, moved: taken };
  const visitor = visitorOf(draft, normalized, full.cookies);
  if (whole) return { ...absorbed, movedActivities: moved.activities, ...did.outcome, ...visitor };
  const dead: DeadLetter = { because: tooMuch, lead, fields: [], ...did.letter };
  return { ...absorbed, movedActivities: [], because: tooMuch, dead, ...visitor };
};

/** What is left of an event that consent was refused after: its keys. */
const silent = (normalized: NormalizedEvent): NormalizedEvent => ({
  ...without(normalized, 'activity'),
  incoming: [],
  isVisit: false,
});

/** Without an e-mail, any event that names one is later. */
const namedAt = ({ email }: Resolved, order: SequenceKey): SequenceKey =>
  email === '' ? gapOrder : order;

/** From now on an e-mail names this lead; so does every key that was linked to the e-mail's own. */
const addAlias = (draft: Draft, alias: LeadId, lead: LeadId, order: SequenceKey): void => {
  draft.leads.set(alias, aliasOf(lead, order));
  for (const [id, key] of draft.keys)
    draft.keys.set(
      id,
      withLeadsOf(key, (named) => draft.leads.get(named)),
    );
};

/** What the person did, as the mailbox would have it, and what of it would be new there. */
const didIn = (
  { activities }: Mailbox,
  moved: readonly Activity[],
  own: Activity | undefined,
): {
  readonly pending: Readonly<Record<string, Activity>>;
  readonly outcome: Pick<Absorbed, 'activity'>;
  readonly letter: Pick<DeadLetter, 'activities'>;
} => {
  const brought = own === undefined ? moved : [...moved, own];
  const { pending, outcomes, added } = absorbActivities(
    activities?.pending ?? {},
    brought,
    activities?.done,
  );
  const outcome = own === undefined ? undefined : outcomes.at(-1);
  return {
    pending,
    outcome: outcome === undefined ? {} : { activity: outcome },
    letter: added.length > 0 ? { activities: added } : {},
  };
};

/** The cookies that this event gives to its lead. */
const ownCookies = (
  draft: Draft,
  known: Cookies,
  { order, keys, cookieToken, isVisit, derived }: NormalizedEvent,
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
  lead: LeadId,
  current: Mailbox,
  item: IdentityRecord,
  context: AbsorbContext,
): { readonly mailbox: Mailbox; readonly withdrawn: readonly Withdrawn[] } | undefined => {
  const isTheirs = ownerOf(item) === lead;
  const reached = withdrawLead(current, isTheirs ? item.withdrawn : undefined);
  const { withdrawn } = reached.mailbox;
  const held = {
    incoming: valuesOf(item.fields),
    cookies: item.cookies,
    activities: inOrder(item.activities),
  };
  const moved = since(held, withdrawn);
  const { fields } = absorbFields(reached.mailbox.fields, moved.incoming, context);
  const cookies = absorbCookies(reached.mailbox.cookies, moved.cookies);
  const { pending } = didIn(reached.mailbox, moved.activities, undefined);
  const next = withActivities({ ...reached.mailbox, fields, cookies }, pending);
  const mailbox = within(next, context.limits);
  const all = [...dropped(lead, reached.removed), ...dropped(lead, moved.removed)];
  return mailbox && { mailbox, withdrawn: all };
};

const holdEvent = (draft: Draft, normalized: NormalizedEvent, context: AbsorbContext): Absorbed => {
  const { order, by, keys, incoming, activity, cookieToken } = normalized;
  if (isWithdrawn(draft, normalized, undefined)) return { ...nothing, because: withoutConsent };
  const holder = holderOf(keys);
  const visitor = visitorOf(draft, normalized, knownCookies(draft, keys));
  const activities = activity === undefined ? [] : [activity];
  if (holder === undefined || incoming.length + activities.length === 0)
    return { ...nothing, ...visitor };
  const cookies: Cookies = cookieToken === undefined ? {} : { [cookieToken]: { order } };
  const own = { incoming, cookies, activities, now: context.now };
  const current = draft.keys.get(holder) ?? emptyKey;
  const isServers = by === 'server' && holder === keys.userId;
  const held = hold(isServers ? vouchedFor(current) : current, own);
  const key = keyWithin(held.key, context.limits);
  if (key === undefined) {
    const deadLetter = { because: tooMuch, key: holder, fields: incoming };
    const dead: DeadLetter = activities.length > 0 ? { ...deadLetter, activities } : deadLetter;
    return { ...nothing, because: tooMuch, dead, ...visitor };
  }
  draft.keys.set(holder, key);
  const [outcome] = held.activityOutcomes;
  return {
    ...nothing,
    outcomes: held.outcomes,
    replaced: held.replaced,
    heldAt: holder,
    because: whyHeld(key),
    ...(outcome !== undefined && { activity: outcome }),
    ...visitor,
  };
};
