import type { Order } from '../segment/order.ts';
import type { EpochMs } from '../segment/time.ts';
import { epochMs } from '../segment/time.ts';
import type { AbsorbedFields } from './registers.ts';
import { absorbCookies, absorbFields, isPending, valuesOf } from './registers.ts';
import type { Cookies, DeadLetter, Incoming, KeyId, KeyItem, LeadId } from './types.ts';
import { without } from './without.ts';

export const emptyKey: KeyItem = { fields: {}, cookies: {} };

/** Content that waits for an e-mail, or that a half-done move has left behind. */
export const hasHeld = (key: KeyItem): boolean =>
  Object.values(key.fields).some(isPending) || Object.keys(key.cookies).length > 0;

/** Points the alias to a lead, unless a later event already pointed it elsewhere. */
export const linkTo = (key: KeyItem, lead: LeadId, email: string, order: Order): KeyItem => {
  const { link } = key;
  if (link === undefined) return { ...key, link: { lead, email, order } };
  if (link.order >= order) return key;
  const before = link.lead === lead ? link.before : { lead: link.lead, email: link.email };
  return { ...key, link: { lead, email, order, ...(before && { before }) } };
};

/** Holds values and cookies until an e-mail turns up. */
export const hold = (
  key: KeyItem,
  incoming: readonly Incoming[],
  cookies: Cookies,
  now: EpochMs,
): AbsorbedFields & { readonly key: KeyItem } => {
  // Nothing was sent from here, so no digest can match.
  const nothingSent = { now, resendUnchangedAfterMs: 0, digestOf: () => '' };
  const absorbed = absorbFields(key.fields, incoming, nothingSent);
  const { fields } = absorbed;
  const heldSince = incoming.length > 0 && { heldSince: key.heldSince ?? now };
  const held = { ...key, fields, cookies: absorbCookies(key.cookies, cookies), ...heldSince };
  return { ...absorbed, key: held };
};

/** The key after its held content has moved to its lead. */
export const emptied = (key: KeyItem): KeyItem => ({
  ...without(key, 'heldSince'),
  fields: {},
  cookies: {},
});

/** When the hold of values ends; cookies alone wait as long as the key lives. */
export const holdEndsAt = (key: KeyItem, holdMs: number): EpochMs | undefined =>
  key.heldSince === undefined ? undefined : epochMs(key.heldSince + holdMs);

/** Why a held event is not on its way. */
export const noEmail = 'no e-mail is known for this person';

/** Gives up values that were held too long; `undefined` while there is still time. */
export const expireHeld = (
  key: KeyItem,
  id: KeyId,
  now: EpochMs,
  holdMs: number,
): { key: KeyItem; dead: DeadLetter } | undefined => {
  const end = holdEndsAt(key, holdMs);
  if (key.link !== undefined || end === undefined || end > now) return undefined;
  return {
    key: { ...without(key, 'heldSince'), fields: {} },
    dead: { because: noEmail, key: id, fields: valuesOf(key.fields) },
  };
};
