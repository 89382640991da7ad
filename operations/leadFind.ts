import { keyIdOf, leadIdOf } from '../lambdas/digest.ts';
import { isGone, staleSince } from '../lambdas/lead/tombstone.ts';
import type { KeyId, IdentityRecord, LeadId, Mailbox } from '../lambdas/lead/leadTypes.ts';
import { cookieToken } from '../lambdas/segment/cookie.ts';
import { emailIn } from '../lambdas/segment/email.ts';
import type { createReads, Loaded } from '../lambdas/store/leadStore.ts';
import { OperationsError } from './error.ts';
import type { Who } from './views.ts';

export type Reads = ReturnType<typeof createReads>;

type KeyKind = 'cookie' | 'userId' | 'anonymousId';

/** A key that was looked for; `kind` where it was not looked for by its hashed id. */
interface FoundKey {
  readonly id: KeyId;
  readonly kind?: KeyKind;
  readonly item?: IdentityRecord;
}

/** Who was found: a lead, the key that led there, or both; either may have no item. */
export interface Found {
  readonly lead?: { readonly id: LeadId; readonly loaded: Loaded<Mailbox> };
  readonly key?: FoundKey;
}

const hashedId = /^[\w-]{43}$/;

const bad = (message: string): OperationsError => new OperationsError('bad-input', message);

const hashed = (text: string, kind: 'lead' | 'key'): string => {
  if (!hashedId.test(text))
    throw bad(
      `${kind}: a hashed id of 43 characters was expected, as the delivery lines have it; to look somebody up by name give email, userId, anonymousId or cookie`,
    );
  return text;
};

const named = (text: string, what: string): string => {
  if (text === '') throw bad(`${what}: it is empty; give the ${what} as the events have it`);
  return text;
};

type Asked =
  | { readonly lead: LeadId }
  | { readonly key: KeyId; readonly kind?: KeyKind; readonly lead?: LeadId };

const askedFor = (who: Who): Asked => {
  if ('lead' in who) return { lead: hashed(who.lead, 'lead') as LeadId };
  if ('key' in who) return { key: hashed(who.key, 'key') as KeyId };
  if ('email' in who) {
    const email = emailIn(who.email);
    if (email === undefined)
      throw bad(
        'email: this does not look like an e-mail address; to look up a user id give userId',
      );
    return { lead: leadIdOf(email) };
  }
  if ('userId' in who) {
    const userId = named(who.userId, 'userId');
    const email = emailIn(userId);
    const key = { key: keyIdOf('userId', userId), kind: 'userId' } as const;
    return email === undefined ? key : { ...key, lead: leadIdOf(email) };
  }
  if ('anonymousId' in who)
    return {
      key: keyIdOf('anonymousId', named(who.anonymousId, 'anonymousId')),
      kind: 'anonymousId',
    };
  const token = cookieToken(who.cookie);
  if (token === undefined)
    throw bad(
      'cookie: this is no cookie of Munchkin’s; give the value of _mkto_trk (id:…&token:_mch-…) or its token (_mch-…)',
    );
  return { key: keyIdOf('cookie', token), kind: 'cookie' };
};

/**
 * Finds whom a name means: an e-mail its lead, a key the lead that it points to; a userId that looks
 * like an e-mail means that lead where it points to none. Throws `bad-input` for what is no name.
 */
export const createFind =
  ({ leadsOf, keys }: Reads) =>
  async (who: Who): Promise<Found> => {
    const asked = askedFor(who);
    const leadWith = async (named: LeadId) => {
      const found = await leadsOf([named]);
      // An e-mail that the lead had before, or has by now, may be an alias of it.
      const id = found.get(named)?.state?.alias?.lead ?? named;
      return { id, loaded: found.get(id) ?? {} };
    };
    if (!('key' in asked)) return { lead: await leadWith(asked.lead) };
    const { key: id, kind } = asked;
    const item = (await keys([id])).get(id)?.state;
    const key = { id, ...(kind !== undefined && { kind }), ...(item && { item }) };
    const linked = item?.link && (await leadWith(item.link.lead));
    if (item && linked && isTheirs(item, linked.loaded.state)) return { key, lead: linked };
    return asked.lead === undefined ? { key } : { key, lead: await leadWith(asked.lead) };
  };

/** An alias from before its lead's deletion tells of the deletion, but not of who came back since. */
const isTheirs = (item: IdentityRecord, lead: Mailbox | undefined): boolean =>
  staleSince(item, lead) === undefined || (lead !== undefined && isGone(lead));
