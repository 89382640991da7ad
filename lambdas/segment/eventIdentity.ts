import { audienceOf } from './audience.ts';
import { cookieOf } from './cookie.ts';
import { emailIn, emailKeyOf } from './email.ts';
import { asObject, omitNullish } from './json.ts';
import { looseValues } from './looseKey.ts';
import type { JsonObject, QueuedEvent } from './event.ts';

/** The keys that an event carries. All are absent where malformed. */
export interface Identity {
  /** The bare token (`_mch-…`) of a Munchkin cookie. */
  readonly cookie?: string;
  readonly userId?: string;
  readonly anonymousId?: string;
  /** A trait, or `context.traits.email`: names a lead. As given, trimmed. */
  readonly email?: string;
  /** The userId, trimmed, where it looks like an e-mail. A linked alias beats it. */
  readonly userIdEmail?: string;
  /**
   * `properties.email` of a track or page: may be a friend's, so it finds a lead but never links. An audience
   * event's is the person's own.
   */
  readonly hintEmail?: string;
}

type Keys = Pick<
  QueuedEvent,
  'type' | 'userId' | 'anonymousId' | 'traits' | 'properties' | 'context' | 'integrations'
>;

const emailOf = (traits: JsonObject | undefined): string | undefined =>
  looseValues(traits, 'email')
    .map(emailIn)
    .find((email) => email !== undefined);

/** All keys of an event. Total: whatever is malformed counts as absent. */
export const identityOf = (event: Keys): Identity => {
  // An audience event is about the person whose e-mail it carries, wherever it stands.
  const isOwn = audienceOf(event) !== undefined;
  const inProperties = emailOf(event.type === 'identify' ? undefined : event.properties);
  return omitNullish({
    cookie: cookieOf(event),
    userId: event.userId,
    anonymousId: event.anonymousId,
    email:
      // The traits of a group are not the person's.
      (event.type === 'group' ? undefined : emailOf(event.traits)) ??
      emailOf(asObject(event.context?.traits)) ??
      (isOwn ? inProperties : undefined),
    userIdEmail: emailIn(event.userId),
    hintEmail: isOwn ? undefined : inProperties,
  });
};

/**
 * What an event is queued behind: the first present of cookie, userId, anonymousId and e-mail, with
 * its kind, so that a user and a visitor of one name do not meet. Clear text: hash it before it
 * leaves the process.
 */
export const groupKeyOf = (identity: Identity): string => {
  if (identity.cookie !== undefined) return `cookie:${identity.cookie}`;
  if (identity.userId !== undefined) return `user:${identity.userId}`;
  if (identity.anonymousId !== undefined) return `anonymous:${identity.anonymousId}`;
  return `email:${emailKeyOf(identity.email ?? identity.hintEmail ?? '')}`;
};
