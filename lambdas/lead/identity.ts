import type { Order } from '../segment/order.ts';
import type { KeyId, KeyItem, LeadId } from './types.ts';

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
}

export interface Resolved extends Named {
  /** The keys to point at this lead: `firm` links win over what was known, others only fill gaps. */
  readonly links: readonly { readonly key: KeyId; readonly firm: boolean }[];
  /** Found through an e-mail that may be a friend's: nothing is linked or made. */
  readonly hinted?: true;
}

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
 */
export const resolve = (
  keys: EventKeys,
  order: Order,
  itemOf: (key: KeyId) => KeyItem | undefined,
): Resolved | undefined => {
  const { cookie, userId, anonymousId, named, userIdNamed, hint } = keys;
  const linked = (key: KeyId | undefined): Named | undefined => {
    const link = key === undefined ? undefined : itemOf(key)?.link;
    return link?.before !== undefined && order < link.order ? link.before : link;
  };
  if (named) return { ...named, links: firm(cookie, userId, anonymousId) };
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
export const gapOrder = '' as Order;

/** Where an event without a lead is held: at the key that a later e-mail most likely names. */
export const holderOf = ({ userId, cookie, anonymousId }: EventKeys): KeyId | undefined =>
  userId ?? cookie ?? anonymousId;
