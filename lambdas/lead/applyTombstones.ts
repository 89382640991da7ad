import type { SequenceKey } from '../segment/order.ts';
import type { AbsorbContext, Absorbed, NormalizedEvent, States } from './absorb.ts';
import { absorb } from './absorb.ts';
import { isFirst, userDeleted } from './erasure.ts';
import type { EventKeys, Renaming } from './identity.ts';
import { gapOrder, renamingOf, resolve, withAliases } from './identity.ts';
import { unlessBlank } from './mailbox.ts';
import type { KeyId, IdentityRecord, LeadId } from './leadTypes.ts';
import { without } from './without.ts';

/** A deletion that an event comes too late for. */
interface Deletion {
  readonly order: SequenceKey;
  /** The event names the user: whatever else it names is deleted with them. */
  readonly spreads: boolean;
}

interface Known {
  readonly itemOf: (key: KeyId) => IdentityRecord | undefined;
  /** The order of a lead's deletion. */
  readonly deletedLead: (lead: LeadId) => SequenceKey | undefined;
  readonly renaming: Renaming | undefined;
  readonly by: NormalizedEvent['by'];
}

/**
 * The deletion that an event is older than: of its user, of the lead that it names or finds, or of
 * the device that it knows nothing else of. `undefined` where it belongs to nobody who was deleted.
 */
const deletionOf = (
  keys: EventKeys,
  order: SequenceKey,
  { itemOf, deletedLead, renaming, by }: Known,
): Deletion | undefined => {
  const older = (deleted: SequenceKey | undefined, spreads: boolean): Deletion | undefined =>
    deleted !== undefined && order < deleted ? { order: deleted, spreads } : undefined;
  const ofKey = (key: KeyId | undefined): SequenceKey | undefined =>
    key === undefined ? undefined : itemOf(key)?.deleted;
  const deletedLeadOf = (one: { readonly lead: LeadId } | undefined): SequenceKey | undefined =>
    one && deletedLead(one.lead);
  const ofLeadBy = (some: EventKeys): { deletion: Deletion | undefined } | undefined => {
    const found = resolve(some, order, itemOf, renaming, by);
    return found && { deletion: older(deletedLead(found.lead), isNamed(some, found.lead)) };
  };
  const user = older(firstSince(keys.userId && itemOf(keys.userId), order), true);
  // Also where the userId has a lead by now that would take the e-mail.
  const own = [keys.named, keys.lookup].flatMap((one) => older(deletedLeadOf(one), true) ?? [])[0];
  const named = own ?? (keys.named && ofLeadBy(without(keys, 'anonymousId', 'hint'))?.deletion);
  // Whichever came first has taken what this event says, and with it what the other would look for.
  if (user) return named !== undefined && named.order < user.order ? named : user;
  if (named !== undefined || keys.named) return named;
  const cookie = older(ofKey(keys.cookie), false);
  if (cookie) return cookie;
  const found = ofLeadBy(without(keys, 'anonymousId', 'hint'));
  if (found) return found.deletion;
  if (keys.anonymousId === undefined) return undefined;
  return (
    older(ofKey(keys.anonymousId), false) ?? ofLeadBy({ anonymousId: keys.anonymousId })?.deletion
  );
};

/**
 * Of a user who was deleted more than once, the deletion that met what an event says: a later one
 * reaches only what was named since.
 */
const firstSince = (
  user: IdentityRecord | undefined,
  order: SequenceKey,
): SequenceKey | undefined => user?.deletes?.find((one) => one > order) ?? user?.deleted;

const isNamed = ({ named, userIdNamed, lookup }: EventKeys, lead: LeadId): boolean =>
  [named, userIdNamed, lookup].some((one) => one?.lead === lead);

/** What an event names of a deleted user that the deletion has not reached. */
export interface LateEvent {
  readonly order: SequenceKey;
  readonly keys: EventKeys;
}

/**
 * Absorbs events one after the other, except those that are older than a deletion of whom they
 * belong to: these are superseded. `late` lists what they, and later ones, tell of the user. Pure.
 */
export const applyTombstones = (
  given: { readonly states: States; readonly deletedLead: Known['deletedLead'] },
  normalizedEvents: readonly NormalizedEvent[],
  context: AbsorbContext,
): {
  readonly states: States;
  readonly absorbed: readonly Absorbed[];
  readonly late: readonly LateEvent[];
} => {
  let { states } = given;
  const late: LateEvent[] = [];
  const absorbed = normalizedEvents.flatMap((one): readonly Absorbed[] => {
    const keys = withAliases(one.keys, one.order, states.leads, given.deletedLead);
    const normalized = { ...one, keys };
    const { order } = normalized;
    const itemOf = (key: KeyId): IdentityRecord | undefined => states.keys.get(key);
    const { deletedLead } = given;
    const renaming = renamingOf(states.leads, context.emailChange, deletedLead);
    const deletion = deletionOf(keys, order, { itemOf, deletedLead, renaming, by: one.by });
    if (deletion === undefined) {
      late.push(...newDevices(keys, itemOf));
      const next = absorb(states, [normalized], { ...context, deletedLead });
      states = datedAddress(states, next, normalized);
      return next.absorbed;
    }
    if (deletion.spreads) late.push({ order: deletion.order, keys });
    return [tooLate(normalized)];
  });
  return { states, absorbed, late };
};

/** A mailbox that is made for an event without its e-mail has the e-mail, and its date, of the alias. */
const datedAddress = (
  before: States,
  { states, absorbed }: ReturnType<typeof absorb>,
  { keys }: NormalizedEvent,
): States => {
  const lead = absorbed[0]?.lead;
  const made =
    lead !== undefined && !unlessBlank(before.leads.get(lead)) ? states.leads.get(lead) : undefined;
  const isAlias = keys.named && states.leads.get(keys.named.lead)?.alias?.lead === lead;
  if (lead === undefined || made === undefined || isNamed(keys, lead) || isAlias) return states;
  const dates = [keys.cookie, keys.userId, keys.anonymousId].flatMap((key) => {
    const link = key === undefined ? undefined : before.keys.get(key)?.link;
    return link?.lead === lead ? [link.order] : [];
  });
  // Whom a key named before has no date of its own.
  const order = dates.sort().at(-1) ?? gapOrder;
  const leads = new Map(states.leads).set(lead, { ...made, address: { ...made.address, order } });
  return { ...states, leads };
};

/**
 * The devices on which a user turns up after a deletion, and of which nobody knew whose they are:
 * what they did before was the user's.
 */
const newDevices = (
  { cookie, userId, anonymousId }: EventKeys,
  itemOf: Known['itemOf'],
): readonly LateEvent[] => {
  const deleted = userId === undefined ? undefined : itemOf(userId)?.deleted;
  if (userId === undefined || deleted === undefined) return [];
  const isNew = (key: KeyId | undefined): boolean => {
    const item = key === undefined ? undefined : itemOf(key);
    const isKnown = item?.deleted !== undefined && item.deleted >= deleted;
    const isNobodys = item?.link === undefined || isFirst(item.link, deleted);
    return key !== undefined && isNobodys && !isKnown;
  };
  const devices = {
    ...(isNew(cookie) && { cookie }),
    ...(isNew(anonymousId) && { anonymousId }),
  } as Pick<EventKeys, 'cookie' | 'anonymousId'>;
  const isAny = Object.keys(devices).length > 0;
  return isAny ? [{ order: deleted, keys: { userId, ...devices } }] : [];
};

const tooLate = ({ incoming }: NormalizedEvent): Absorbed => ({
  outcomes: new Map(incoming.map(({ name }) => [name, 'superseded'])),
  replaced: [],
  moved: [],
  movedActivities: [],
  because: userDeleted,
});
