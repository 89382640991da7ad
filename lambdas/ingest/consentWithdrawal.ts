import { keyIdOf, leadIdOf } from '../digest.ts';
import { identityOf } from '../segment/eventIdentity.ts';
import type { HashedKeys } from '../segment/event.ts';
import type { AcceptedEvent } from '../segment/message.ts';

const keysOf = (event: AcceptedEvent): HashedKeys => {
  const { cookie, userId, anonymousId, email, userIdEmail } = identityOf(event);
  const emails = [email, userIdEmail].filter((one) => one !== undefined);
  return {
    ...(cookie !== undefined && { cookie: keyIdOf('cookie', cookie) }),
    ...(userId !== undefined && { userId: keyIdOf('userId', userId) }),
    ...(anonymousId !== undefined && { anonymousId: keyIdOf('anonymousId', anonymousId) }),
    leads: [...new Set(emails.map(leadIdOf))],
  };
};

/**
 * What is left of an event that refuses consent: hashes that tell whose consent it is. Nothing that the
 * person did, said or is called goes onto the queue.
 */
export const asWithdrawal = (event: AcceptedEvent): AcceptedEvent => {
  const { messageId, timestamp, receivedAt, source } = event;
  return { type: 'withdraw', messageId, timestamp, receivedAt, source, keys: keysOf(event) };
};
