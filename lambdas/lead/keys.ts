import type { SequenceKey } from '../segment/order.ts';
import { unknownKind, type SourceKind } from '../segment/source.ts';
import type { EpochMs } from '../segment/time.ts';
import { epochMs } from '../segment/time.ts';
import type { ActivityOutcome } from './activities.ts';
import { absorbActivities, hasActivities, inOrder } from './activities.ts';
import type { AbsorbedFields } from './registers.ts';
import { gapOrder } from './identity.ts';
import { mayFollow, mayLink } from './mayLink.ts';
import { absorbCookies, absorbFields, isPending, valuesOf } from './registers.ts';
import type {
  Activity,
  Cookies,
  DeadLetter,
  Incoming,
  KeyId,
  IdentityRecord,
  LeadId,
} from './leadTypes.ts';
import { without } from './without.ts';

export const emptyKey: IdentityRecord = { fields: {}, cookies: {} };

/** Content that waits for an e-mail, or that a half-done move has left behind. */
export const hasHeld = (key: IdentityRecord): boolean =>
  Object.values(key.fields).some(isPending) ||
  Object.keys(key.cookies).length > 0 ||
  hasActivities(key.activities);

/**
 * Points the alias to a lead, unless a later event already pointed it elsewhere. Given who says so, as of a
 * userId, a server key overrules all that browser keys say, earlier or later.
 */
export const linkTo = (
  key: IdentityRecord,
  lead: LeadId,
  email: string,
  order: SequenceKey,
  by?: SourceKind,
): IdentityRecord => {
  const { link } = key;
  const anew = { ...key, link: { lead, email, order, ...(by && { by }) } };
  if (link === undefined) return anew;
  if (!mayLink('userId', link, by ?? unknownKind)) return key;
  if (by === 'server' && link.by === 'browser') return anew;
  // The same event, which found another lead when it was decided before: its write won half of the race.
  const isAnew = link.order === order && order !== gapOrder && link.lead !== lead;
  if (isAnew) return { ...key, link: { ...link, lead, email } };
  if (link.order >= order) return key;
  const before = link.lead === lead ? link.before : { lead: link.lead, email: link.email };
  return { ...key, link: { ...anew.link, ...(before && { before }) } };
};

interface Holding {
  readonly incoming: readonly Incoming[];
  readonly cookies: Cookies;
  readonly activities: readonly Activity[];
  readonly now: EpochMs;
}

/** Holds values, cookies and activities until an e-mail turns up. */
export const hold = (
  key: IdentityRecord,
  { incoming, cookies, activities, now }: Holding,
): AbsorbedFields & {
  readonly key: IdentityRecord;
  readonly activityOutcomes: readonly ActivityOutcome[];
} => {
  // Nothing was sent from here, so no digest can match.
  const nothingSent = { now, resendUnchangedAfterMs: 0, digestOf: () => '' };
  const absorbed = absorbFields(key.fields, incoming, nothingSent);
  const { fields } = absorbed;
  const isHeld = incoming.length > 0 || activities.length > 0;
  const { pending, outcomes } = absorbActivities(key.activities ?? {}, activities);
  const held = {
    ...key,
    fields,
    cookies: absorbCookies(key.cookies, cookies),
    ...(isHeld && { heldSince: key.heldSince ?? now }),
    ...(hasActivities(pending) && { activities: pending }),
  };
  return { ...absorbed, key: held, activityOutcomes: outcomes };
};

/** What a key holds, as a dead letter has it. */
export const heldIn = (key: IdentityRecord): Pick<DeadLetter, 'fields' | 'activities'> => ({
  fields: valuesOf(key.fields),
  ...(hasActivities(key.activities) && { activities: inOrder(key.activities) }),
});

/** The key after its held content has moved to its lead. */
export const emptied = (key: IdentityRecord): IdentityRecord => ({
  ...without(key, 'heldSince', 'heldBy', 'activities'),
  fields: {},
  cookies: {},
});

/** When the hold of values and activities ends; cookies alone wait as long as the key lives. */
export const holdEndsAt = (key: IdentityRecord, holdMs: number): EpochMs | undefined =>
  key.heldSince === undefined ? undefined : epochMs(key.heldSince + holdMs);

/** Why a held event is not on its way. */
export const noEmail = 'no e-mail is known for this person';

/** The same where a server key said some of what is held. */
export const noServerEmail = 'no server key has named an e-mail for this person';

export const whyHeld = ({ heldBy }: Pick<IdentityRecord, 'heldBy'>): string =>
  heldBy === undefined ? noEmail : noServerEmail;

/**
 * A userId's key under which a server key speaks: where only a browser key has linked it, the link ends,
 * and what the server says waits for a server key. The lead stays known, to be found by a deletion.
 */
export const vouchedFor = (key: IdentityRecord): IdentityRecord => {
  const { link } = key;
  const held = { ...key, heldBy: 'server' as const };
  if (link === undefined || mayFollow({ by: 'server' }, link)) return held;
  return { ...without(held, 'link'), leads: { ...key.leads, [link.lead]: link.order } };
};

interface HoldTiming {
  readonly holdMs: number;
  /** How long the dead letter of a hold that ended stays, where only browser keys said what it holds. */
  readonly endedHoldKeepMs: number;
}

/**
 * Gives up values and activities that were held too long; `undefined` while there is still time. What only
 * browser keys said is gone some time after that: anybody can make such letters.
 */
export const expireHeld = (
  key: IdentityRecord,
  id: KeyId,
  now: EpochMs,
  { holdMs, endedHoldKeepMs }: HoldTiming,
): { key: IdentityRecord; dead: DeadLetter } | undefined => {
  const end = holdEndsAt(key, holdMs);
  if (key.link !== undefined || end === undefined || end > now) return undefined;
  return {
    key: { ...without(key, 'heldSince', 'heldBy', 'activities'), fields: {} },
    dead: {
      because: whyHeld(key),
      key: id,
      ...heldIn(key),
      ...(key.heldBy === undefined && { until: epochMs(end + endedHoldKeepMs) }),
    },
  };
};
