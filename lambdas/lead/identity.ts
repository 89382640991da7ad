import type { SequenceKey } from '../segment/order.ts';
import { unknownKind, type SourceKind } from '../segment/source.ts';
import { unlessBlank } from './mailbox.ts';
import { mayFollow, mayLink } from './mayLink.ts';
import type { KeyId, IdentityRecord, LeadId, Link, Mailbox } from './leadTypes.ts';

/** An e-mail that an event carries, and the lead it names. */
export interface Named {
  readonly lead: LeadId;
  readonly email: string;
}

/** The keys that an event carries, by their ids in the table. */
export interface EventKeys {
  readonly cookie?: KeyId;
  readonly userId?: KeyId;
  readonly anonymousId?: KeyId;
  /** A trait or `context.traits.email`. */
  readonly named?: Named;
  /** A userId that looks like an e-mail. */
  readonly userIdNamed?: Named;
  /** `properties.email` of a track or page: it may be a friend's. */
  readonly hint?: Named;
  /** The value of the field by which Marketo finds leads, where that is not the e-mail: names a lead, too. */
  readonly lookup?: { readonly lead: LeadId; readonly text: string };
}

export interface Resolved extends Named {
  /** The keys to point at this lead: `firm` links win over what was known, others only fill gaps. */
  readonly links: readonly { readonly key: KeyId; readonly firm: boolean }[];
  /** Found through an e-mail that may be a friend's: nothing is linked or made. */
  readonly hinted?: true;
  /**
   * The e-mail, or the value of the lookup field, that the event names is new, and from now on an alias of the
   * lead: the ids of their own leads.
   */
  readonly newAliases?: readonly LeadId[];
}

/** What is known of the leads that an event may name. */
export interface Renaming {
  /** Whether a new e-mail of a known person renames their lead. */
  readonly isAllowed: boolean;
  readonly emailOf: (lead: LeadId) => string;
  /** Whether this lead exists. */
  readonly hasLead: (lead: LeadId) => boolean;
  /** Whether its user was deleted, and nobody has named it since. */
  readonly isGone: (lead: LeadId) => boolean;
  /** Whether a server key has named its e-mail. */
  readonly isVouched: (lead: LeadId) => boolean;
}

/** What renaming has to know of the leads, some of which are only aliases. */
export const renamingOf = (
  leads: ReadonlyMap<LeadId, Mailbox>,
  emailChange: 'rename' | 'newLead',
  deletedLead: (lead: LeadId) => SequenceKey | undefined = () => undefined,
): Renaming => ({
  isAllowed: emailChange === 'rename',
  emailOf: (lead) => leads.get(lead)?.address.text ?? '',
  hasLead: (lead) => {
    const mailbox = unlessBlank(leads.get(lead));
    return mailbox !== undefined && mailbox.alias === undefined;
  },
  isGone: (lead) => unlessBlank(leads.get(lead)) === undefined && deletedLead(lead) !== undefined,
  isVouched: (lead) => leads.get(lead)?.address.by === 'server',
});

/**
 * The keys of an event with the leads that its e-mails name by now; an alias may name another one, where
 * its lead was deleted and became one. An event that is older than the
 * deletion of an e-mail's own lead belongs to that one, whatever the e-mail names since.
 */
export const withAliases = (
  keys: EventKeys,
  order: SequenceKey,
  leads: ReadonlyMap<LeadId, Mailbox>,
  deletedLead: (lead: LeadId) => SequenceKey | undefined,
): EventKeys => {
  const follow = <T extends { readonly lead: LeadId }>(one: T | undefined): T | undefined => {
    const alias = one && leads.get(one.lead)?.alias;
    return one && alias && order >= (deletedLead(one.lead) ?? '')
      ? follow({ ...one, lead: alias.lead })
      : one;
  };
  const [named, userIdNamed, hint] = [keys.named, keys.userIdNamed, keys.hint].map((one) =>
    follow(one),
  );
  const lookup = follow(keys.lookup);
  return {
    ...keys,
    ...(named && { named }),
    ...(userIdNamed && { userIdNamed }),
    ...(hint && { hint }),
    ...(lookup && { lookup }),
  };
};

/** The leads that a link names, the one before it included. */
export const leadsIn = (link: Link | undefined): readonly LeadId[] =>
  [link, link?.before].flatMap((named) => (named ? [named.lead] : []));

/**
 * A key with the leads that its link's leads name by now. One may be only an alias: of a turn that lost
 * its race, the half that was written names the e-mail's own lead.
 */
export const withLeadsOf = (
  key: IdentityRecord,
  leadOf: (lead: LeadId) => Mailbox | undefined,
): IdentityRecord => {
  const { link } = key;
  if (link === undefined) return key;
  const follow = <T extends Named>(one: T): T => {
    const alias = leadOf(one.lead)?.alias;
    return alias ? follow({ ...one, lead: alias.lead }) : one;
  };
  const { before, ...current } = follow(link);
  const past = before && follow(before);
  const isSame = current.lead === link.lead && past?.lead === link.before?.lead;
  if (isSame) return key;
  const isOther = past !== undefined && past.lead !== current.lead;
  return { ...key, link: isOther ? { ...current, before: past } : current };
};

const firm = (...keys: readonly (KeyId | undefined)[]): Resolved['links'] =>
  keys.flatMap((key) => (key === undefined ? [] : [{ key, firm: true }]));

const gap = (...keys: readonly (KeyId | undefined)[]): Resolved['links'] =>
  keys.flatMap((key) => (key === undefined ? [] : [{ key, firm: false }]));

/**
 * Finds an event's lead: the e-mail it names; else the alias of its cookie, then of its userId; else
 * a userId that looks like an e-mail; else the alias of its anonymousId; else an e-mail among its
 * properties, which links nothing. A lead found through one key fills the gaps of the device's keys;
 * a userId is only ever linked by an e-mail, since two people may share a device. An event from
 * before a key changed its lead belongs to the lead of that time, so that redelivery changes nothing.
 * With `renaming`, an e-mail that no lead has yet becomes an alias of the lead of the userId, or of the
 * cookie where there is no userId: a device is shared more often than an account. A browser key renames
 * nobody whom a server key has linked or named. Where Marketo finds leads by another field, its value names
 * a lead as an e-mail does, if there is no e-mail; both together make the new one an alias of the other's lead.
 */
export const resolve = (
  keys: EventKeys,
  order: SequenceKey,
  itemOf: (key: KeyId) => IdentityRecord | undefined,
  renaming?: Renaming,
  by: SourceKind = unknownKind,
): Resolved | undefined => {
  const { cookie, userId, anonymousId, named, userIdNamed, hint, lookup } = keys;
  const linked = (key: KeyId | undefined): Named | undefined => {
    const link = key === undefined ? undefined : itemOf(key)?.link;
    // What a server key says of a userId goes nowhere because a browser key says so.
    if (link && key === userId && !mayFollow({ by }, link)) return undefined;
    return link?.before !== undefined && order < link.order ? link.before : link;
  };
  const hasLead = (lead: LeadId): boolean => renaming?.hasLead(lead) ?? false;
  /** The lead that the value of the lookup field names already. */
  const lookedUp: Named | undefined =
    lookup && renaming && hasLead(lookup.lead)
      ? { lead: lookup.lead, email: renaming.emailOf(lookup.lead) }
      : undefined;
  const naming = (found: Resolved, ...named: readonly (LeadId | undefined)[]): Resolved => {
    const isNew = (lead: LeadId | undefined): lead is LeadId =>
      lead !== undefined && lead !== found.lead && !hasLead(lead);
    const newAliases = named.filter(isNew);
    return newAliases.length > 0 ? { ...found, newAliases } : found;
  };
  if (named) {
    const links = firm(cookie, userId, anonymousId);
    const byKey = renaming?.isAllowed ? linked(userId ?? cookie) : undefined;
    // A lead that a key names and that is not there yet is about to be written.
    const known = byKey && !renaming?.isGone(byKey.lead) ? byKey : lookedUp;
    const isNew = known && known.lead !== named.lead && !hasLead(named.lead);
    const isAllowed =
      known !== undefined &&
      mayLink('userId', userId && itemOf(userId)?.link, by) &&
      (by === 'server' || !renaming?.isVouched(known.lead));
    return isNew && isAllowed
      ? naming({ lead: known.lead, email: named.email, links }, named.lead, lookup?.lead)
      : naming({ ...named, links }, lookup?.lead);
  }
  if (lookedUp) return { ...lookedUp, links: firm(cookie, userId, anonymousId) };
  if (lookup) {
    const byKey = linked(userId ?? cookie);
    const known = byKey && hasLead(byKey.lead) ? pick(byKey) : userIdNamed;
    const links = firm(cookie, userId, anonymousId);
    return known
      ? naming({ ...known, links }, lookup.lead)
      : { lead: lookup.lead, email: '', links };
  }
  const byCookie = linked(cookie);
  if (byCookie) return { ...pick(byCookie), links: gap(anonymousId) };
  const byUserId = linked(userId);
  if (byUserId) return { ...pick(byUserId), links: gap(cookie, anonymousId) };
  if (userIdNamed) return { ...userIdNamed, links: firm(cookie, userId, anonymousId) };
  const byAnonymousId = linked(anonymousId);
  if (byAnonymousId) return { ...pick(byAnonymousId), links: gap(cookie) };
  return hint && { ...hint, links: [], hinted: true };
};

const pick = ({ lead, email }: Named): Named => ({ lead, email });

/** A link that only fills a gap sorts before every event's order, so that any e-mail wins over it. */
export const gapOrder = '' as SequenceKey;

/** Where an event without a lead is held: at the key that a later e-mail most likely names. */
export const holderOf = ({ userId, cookie, anonymousId }: EventKeys): KeyId | undefined =>
  userId ?? cookie ?? anonymousId;
