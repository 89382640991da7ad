import { hashOf, shortHashOf } from '../digest.ts';
import { groupKeyOf, identityOf } from '../segment/eventIdentity.ts';
import { sequenceKeyOf } from '../segment/order.ts';
import type { QueuedEvent } from '../segment/event.ts';
import { asWithdrawal } from './consentWithdrawal.ts';
import { crowdingLimits } from '../limits.ts';
import type { Source } from '../segment/source.ts';
import type { AcceptedEvent } from '../segment/message.ts';

/** An event as the queue takes it. */
export interface Entry {
  readonly event: QueuedEvent & { readonly source: Source };
  readonly group: string;
  readonly deduplication: string;
}

/**
 * Completes a checked event: its place among all events (`index` is its place in the request) and
 * the hashed names that it travels under. Group and
 * deduplication ids are base64url SHA-256: SQS allows 128 characters and shows them in clear.
 */
export const stamp = (checked: AcceptedEvent, index: number): Entry => {
  const { messageId } = checked;
  const messageHash = shortHashOf(messageId);
  const order = sequenceKeyOf(checked.timestamp, checked.receivedAt, index, messageHash);
  const event = checked.type === 'withdraw' ? asWithdrawal(checked) : checked;
  return {
    event: { ...event, messageHash, order },
    group: hashOf(groupKeyOf(identityOf(checked))),
    deduplication: hashOf(messageId),
  };
};

/**
 * The entry in one of several groups instead of its own, always the same for one message: what is
 * sent again is a duplicate there, too.
 */
export const spread = (entry: Entry): Entry => {
  const [byte = 0] = Buffer.from(entry.event.messageHash, 'base64url');
  return { ...entry, group: hashOf(`${entry.group}#${byte % crowdingLimits.ways}`) };
};
