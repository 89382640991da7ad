import { invalidValue, SqsError } from './errors.ts';
import type { Message, Received } from './message.ts';

/** A receipt handle names one receive of one message: queue, message id, how many receives so far. */
const receiptHandle = (queue: string, message: Message): string =>
  `${queue}:${message.id}:${message.receives}`;

/** What a consumer gets of a message that was just received. */
export const delivery = (queue: string, message: Message): Received => ({
  id: message.id,
  body: message.body,
  group: message.group,
  deduplication: message.deduplication,
  attributes: message.attributes,
  trace: message.trace,
  deadFrom: message.deadFrom,
  sequence: message.sequence,
  sentAt: message.sentAt,
  receives: message.receives,
  firstReceivedAt: message.firstReceivedAt,
  receiptHandle: receiptHandle(queue, message),
});

/**
 * Finds what a handle names. `latest` is false when the message was received again since.
 * Undefined: the message is gone. Throws `ReceiptHandleIsInvalid` for what this queue never gave.
 */
export const findByReceipt = (
  queue: string,
  messages: ReadonlyMap<string, Message>,
  handle: string,
): { readonly message: Message; readonly latest: boolean } | undefined => {
  const [name, id, receives, ...rest] = handle.split(':');
  if (name !== queue || id === undefined || !/^\d+$/.test(receives ?? '') || rest.length > 0)
    throw new SqsError(
      'ReceiptHandleIsInvalid',
      'The input receipt handle is not a valid receipt handle.',
    );
  const message = messages.get(id);
  return message && { message, latest: message.receives === Number(receives) };
};

/** FIFO queues refuse a handle whose visibility timeout ended (ReceiveMessage). */
export const expiredReceipt = (): SqsError =>
  invalidValue('ReceiptHandle', 'The receipt handle has expired.');

export const unavailableReceipt = (): SqsError =>
  invalidValue(
    'ReceiptHandle',
    'Message does not exist or is not available for visibility timeout change.',
  );
