import { unreadCookie } from './cookie.ts';
import { hasConsent, refusesConsent, withoutConsent } from './consent.ts';
import { fieldsOf } from './traits.ts';
import { asObject, isObject, kindOf, omitNullish } from './json.ts';
import { optedOut } from './optOut.ts';
import { timestampOf, unreadTimes } from './timestamps.ts';
import type { ConsentRules } from './consent.ts';
import type { EventType, Json, JsonObject, QueuedEvent } from './event.ts';
import type { Fields } from './traits.ts';
import type { Problem } from './problem.ts';
import type { Source } from './source.ts';
import { epochMs } from './time.ts';
import type { EpochMs } from './time.ts';

/** All call types that Segment has. */
export type CallType = Exclude<EventType, 'withdraw'> | 'alias' | 'screen';

/** An event that travels on, without what takes a hash or randomness to make. */
export type CheckedEvent = Omit<QueuedEvent, 'messageId' | 'messageHash' | 'order'> & {
  readonly messageId?: string;
};

/** An event that has its source, and an id whether or not its sender gave one. */
export type AcceptedEvent = CheckedEvent & { readonly messageId: string; readonly source: Source };

/** What ingest makes of a message. `messageId` is there where the sender gave a usable one. */
export type Reading<Event = CheckedEvent> =
  | { readonly kind: 'event'; readonly event: Event }
  | { readonly kind: 'dropped'; readonly messageId?: string; readonly because: string }
  | { readonly kind: 'refused'; readonly messageId?: string; readonly problem: Problem };

interface Terms {
  readonly receivedAt: EpochMs;
  /** Where the address says it (`/v1/track`), it is not looked for in the message. */
  readonly type?: CallType;
  /** The longest messageId. */
  readonly messageIdCharacters: number;
  readonly consent: ConsentRules;
}

const callTypes: ReadonlySet<unknown> = new Set<CallType>([
  'identify',
  'track',
  'page',
  'group',
  'alias',
  'screen',
  'delete',
]);

const isCallType = (type: unknown): type is CallType => callTypes.has(type);

const typeOf = (type: Json | undefined, fields: Fields): CallType | null => {
  if (isCallType(type)) return type;
  if (type === undefined || type === null) {
    return fields.wrong('type', 'type_not_defined', 'must say which call this is');
  }
  if (typeof type !== 'string') {
    return fields.wrong('type', 'type_not_string', `must be a string, not ${kindOf(type)}`);
  }
  // The one value that an answer repeats, shortened: a sender cannot look for it otherwise.
  const named = JSON.stringify(type.slice(0, 40));
  return fields.wrong('type', 'type_unknown', `${named} is none of Segment's calls`);
};

/** `sessionId` is the old name of anonymousId; it counts where there is no other id. */
const idsOf = (fields: Fields): Pick<QueuedEvent, 'userId' | 'anonymousId'> => {
  const [userId, anonymousId] = [fields.id('userId'), fields.id('anonymousId')];
  const ids = omitNullish({
    userId,
    anonymousId: userId === null ? (anonymousId ?? fields.id('sessionId')) : anonymousId,
  });
  if (ids.userId === undefined && ids.anonymousId === undefined) {
    fields.wrong('userId', 'no_user_anon_id', 'or anonymousId must be there');
  }
  return ids;
};

/** A delete names a user; a device may be shared, so its id alone is not enough. */
const userOf = (fields: Fields): Pick<QueuedEvent, 'userId' | 'anonymousId'> => {
  const ids = omitNullish({ userId: fields.id('userId'), anonymousId: fields.id('anonymousId') });
  if (ids.userId === undefined) {
    fields.wrong('userId', 'no_user_anon_id', 'must be there: it says who is to be deleted');
  }
  return ids;
};

/**
 * An identify's traits. RudderStack's browser SDK writes them into the context alone: they count
 * where the message has none of its own.
 */
const traitsOf = (fields: Fields, context: JsonObject | undefined): JsonObject | null => {
  const own = fields.object('traits');
  return own !== null && Object.keys(own).length > 0 ? own : (asObject(context?.traits) ?? own);
};

type Content = Pick<
  QueuedEvent,
  'type' | 'userId' | 'anonymousId' | 'traits' | 'groupId' | 'event' | 'name' | 'properties'
>;

/** The ids and what each call type has beyond them; null where Marketo has no use for it. */
const contentOf = (
  type: CallType | null,
  fields: Fields,
  context: JsonObject | undefined,
): Content | null => {
  switch (type) {
    case 'identify':
      return { type, ...idsOf(fields), ...omitNullish({ traits: traitsOf(fields, context) }) };
    case 'track':
      return {
        type,
        ...idsOf(fields),
        ...omitNullish({ event: fields.event(), properties: fields.object('properties') }),
      };
    case 'page':
      return {
        type,
        ...idsOf(fields),
        ...omitNullish({ name: fields.name(), properties: fields.object('properties') }),
      };
    case 'group': {
      const groupId = fields.id('groupId');
      const said = { ...idsOf(fields), ...omitNullish({ traits: fields.object('traits') }) };
      return groupId === null ? null : { type, ...said, groupId };
    }
    case 'delete':
      return { type, ...userOf(fields) };
    case 'alias':
    case 'screen':
    case null:
      return null;
  }
};

const messageIdOf = (fields: Fields, longest: number): string | null => {
  const id = fields.id('messageId');
  return id === null || id.length <= longest
    ? id
    : fields.wrong('messageId', 'message_id_too_long', `must have at most ${longest} characters`);
};

/** Later than all that came in the same millisecond: which of them was first, nobody can tell. */
export const justAfter = (receivedAt: EpochMs): EpochMs => epochMs(receivedAt + 1);

/**
 * A delete is carried out whatever `integrations` say: keeping data from Marketo is no reason to go
 * on holding it. It travels with the ids alone. All that came before it is older, whatever the
 * clocks of its senders say.
 */
const deletion = (content: Content, receivedAt: EpochMs): Omit<CheckedEvent, 'messageId'> => {
  const at = justAfter(receivedAt);
  return { ...content, timestamp: at, receivedAt: at };
};

/**
 * Checks one message and says what becomes of it. A `context` or `integrations` that is no object
 * counts as absent (Segment does not name it among what it discards); dates never cost an event.
 */
export const readMessage = (message: Json | undefined, terms: Terms): Reading => {
  if (!isObject(message)) {
    const what = `an event must be an object, not ${kindOf(message)}`;
    return { kind: 'refused', problem: { field: 'message', code: 'not_object', message: what } };
  }
  const fields = fieldsOf(message);
  const messageId = omitNullish({ messageId: messageIdOf(fields, terms.messageIdCharacters) });
  const type = terms.type ?? typeOf(message.type, fields);
  const context = asObject(message.context);
  const content = contentOf(type, fields, context);
  const [problem] = fields.problems;
  if (problem) return { kind: 'refused', ...messageId, problem };
  if (!content) {
    return {
      kind: 'dropped',
      ...messageId,
      because:
        type === 'group'
          ? 'a group call without a groupId names no company'
          : `Marketo has no use for ${String(type)} calls`,
    };
  }
  if (content.type === 'delete')
    return { kind: 'event', event: { ...deletion(content, terms.receivedAt), ...messageId } };
  const integrations = asObject(message.integrations);
  const timestamp = timestampOf(message, terms.receivedAt);
  const { receivedAt } = terms;
  // It counts also where the sender keeps the event itself from Marketo.
  if (refusesConsent(context, terms.consent)) {
    const refusal = {
      ...content,
      type: 'withdraw' as const,
      ...omitNullish({ context, integrations }),
    };
    return { kind: 'event', event: { ...refusal, ...messageId, timestamp, receivedAt } };
  }
  if (optedOut(integrations)) {
    return { kind: 'dropped', ...messageId, because: 'integrations keep it from Marketo' };
  }
  if (!hasConsent(context, terms.consent)) {
    return { kind: 'dropped', ...messageId, because: withoutConsent };
  }
  const unread = [...unreadTimes(message), ...unreadCookie({ context, integrations })];
  const event = {
    ...content,
    ...messageId,
    ...(unread.length > 0 && { unread }),
    ...omitNullish({ context, integrations }),
    timestamp,
    receivedAt,
  };
  return { kind: 'event', event };
};
