import { keyIdOf, leadIdOf, shortHashOf } from '../../lambdas/digest.ts';
import { messagesIn } from '../../lambdas/lead/deadLetterParts.ts';
import type { DeadVisit } from '../../lambdas/store/leadsTable.ts';
import type { QueuedEvent } from '../../lambdas/segment/event.ts';
import { identityOf } from '../../lambdas/segment/eventIdentity.ts';
import type { EpochMs } from '../../lambdas/segment/time.ts';
import type { DeadView } from '../views.ts';
import { idOfEvent, idOfLetter } from './ids.ts';
import type { StoredDeadLetter } from './deadLetterStore.ts';

/** A message of the dead-letter queue. */
export interface DeadEvent {
  /** SQS's id of the message. */
  readonly id: string;
  /** When it was given up. */
  readonly at: EpochMs;
  readonly body: string;
}

/** A dead letter of the leads table, as people see it. */
export const viewOfLetter = (stored: StoredDeadLetter): DeadView => {
  const { letter: deadLetter, at } = stored;
  const own = { id: idOfLetter(stored), at, because: deadLetter.because };
  if ('visit' in deadLetter) return { ...own, ...visitIn(deadLetter) };
  const { lead, key, fields, activities = [] } = deadLetter;
  return {
    ...own,
    kind: 'lead',
    ...(lead !== undefined && { lead }),
    ...(key !== undefined && { key }),
    fields: fields.map(({ name, value }) => ({ name, value })),
    activities: activities.length,
    messages: messagesIn(deadLetter),
  };
};

const visitIn = ({ visit }: DeadVisit): Omit<DeadView, 'id' | 'at' | 'because'> => {
  const { whose, host = '', path, messageId } = visit;
  const [key] = whose?.keys ?? [];
  return {
    kind: 'visit',
    ...(whose?.lead !== undefined && { lead: whose.lead }),
    ...(key !== undefined && { key }),
    fields: [],
    activities: 0,
    page: host + path,
    messages: [shortHashOf(messageId)],
  };
};

/** A message of the dead-letter queue, as people see it. */
export const viewOfEvent = ({ id, at, body }: DeadEvent): DeadView => {
  const own = { id: idOfEvent(id), at, kind: 'event', fields: [], activities: 0 } as const;
  const event = eventIn(body);
  if (event === undefined)
    return { ...own, because: 'the message is no event of ours', messages: [] };
  const because = 'the worker could not process it';
  return { ...own, ...ownerOf(event), because, messages: [event.messageHash] };
};

const eventIn = (body: string): QueuedEvent | undefined => {
  try {
    const event = JSON.parse(body) as Partial<QueuedEvent> | null;
    return typeof event?.messageHash === 'string' ? (event as QueuedEvent) : undefined;
  } catch {
    return undefined;
  }
};

/** Whom an event names by itself; its keys may point to another lead by now. */
const ownerOf = (event: QueuedEvent): Pick<DeadView, 'lead' | 'key'> => {
  const { email, cookie, userId, userIdEmail, anonymousId } = identityOf(event);
  const named = email ?? userIdEmail;
  if (named !== undefined) return { lead: leadIdOf(named) };
  if (userId !== undefined) return { key: keyIdOf('userId', userId) };
  if (cookie !== undefined) return { key: keyIdOf('cookie', cookie) };
  return anonymousId === undefined ? {} : { key: keyIdOf('anonymousId', anonymousId) };
};

/** Latest first; of one moment, by id. */
export const latestFirst = (views: readonly DeadView[]): readonly DeadView[] =>
  views.toSorted((a, b) => (b.at ?? 0) - (a.at ?? 0) || (a.id < b.id ? -1 : 1));
