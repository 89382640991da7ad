import type { HistoryNotes } from '../history/recorder.ts';
import type { EventDescription } from '../history/types.ts';
import type { Absorbed } from '../lead/absorb.ts';
import { identityOf } from '../segment/eventIdentity.ts';
import type { QueuedEvent } from '../segment/event.ts';
import { messageHashOf } from '../segment/order.ts';
import type { Normalized } from './normalize.ts';

const textIn = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value : undefined;

const personNameOf = ({ traits = {} }: QueuedEvent): string | undefined => {
  const whole = textIn(traits['name']);
  const parts = [traits['firstName'], traits['lastName']].flatMap((part) => textIn(part) ?? []);
  return whole ?? (parts.length > 0 ? parts.join(' ') : undefined);
};

/** What the history says of an event. Of a delete, nothing that names its user. */
const descriptionOf = (event: QueuedEvent): EventDescription => {
  const { messageId, type, receivedAt, source } = event;
  const name = event.event ?? event.name;
  const known = {
    messageId,
    type,
    receivedAt,
    ...(name !== undefined && { name }),
    ...(source && { source: source.name }),
  };
  if (type === 'delete' || type === 'withdraw') return known;
  const { email, userIdEmail, userId, anonymousId } = identityOf(event);
  const address = email ?? userIdEmail;
  const personName = personNameOf(event);
  return {
    ...known,
    ...(address !== undefined && { email: address }),
    ...(userId !== undefined && { userId }),
    ...(anonymousId !== undefined && { anonymousId }),
    ...(personName !== undefined && { personName }),
    received: JSON.stringify(event),
  };
};

/** Tells the history of an event, and of those that it moved to its lead. */
export const note = (
  notes: HistoryNotes | undefined,
  { event, normalized }: Pick<Normalized, 'event' | 'normalized'>,
  result?: Absorbed,
): void => {
  if (notes === undefined || event.type === 'withdraw') return;
  const { cookie, userId, anonymousId } = normalized.keys;
  const owner = result?.lead ?? result?.heldAt ?? userId ?? cookie ?? anonymousId;
  notes.describe(event.messageHash, descriptionOf(event), owner);
  const moved = [...(result?.moved ?? []), ...(result?.movedActivities ?? [])];
  if (moved.length === 0) return;
  const keys = [userId, cookie, anonymousId].filter((key) => key !== undefined);
  notes.moved([...new Set(moved.map(({ order }) => messageHashOf(order)))], keys);
};
