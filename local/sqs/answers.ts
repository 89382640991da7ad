import { SqsError } from './errors.ts';
import { attributesMd5, bodyMd5 } from './md5.ts';
import { sequenceText } from './message.ts';
import type { MessageAttribute, Received, Sending, Sent } from './message.ts';
import type { Queue } from './queue.ts';
import type { Requests } from './requests.ts';

/** Who sent a message: there is only one caller here. */
const senderId = 'LOCALSENDER';

const seconds = (time: number): string => String(Math.floor(time / 1_000));

/** The attributes asked for (`All` or by name); throws `InvalidAttributeName` for an unknown one. */
export const queueAttributes = (queue: Queue, names: readonly string[]): Record<string, string> => {
  const { visible, delayed, inFlight } = queue.counts();
  const all: Record<string, string> = {
    ...queue.rules.shown,
    QueueArn: queue.arn,
    CreatedTimestamp: seconds(queue.createdAt),
    LastModifiedTimestamp: seconds(queue.modifiedAt),
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
  };
  if (names.includes('All')) return all;
  const optional =
    /^(RedrivePolicy|RedriveAllowPolicy|Policy|Kms\w+|SqsManagedSseEnabled|Fifo\w+|ContentBasedDeduplication|DeduplicationScope)$/;
  const picked: Record<string, string> = {};
  for (const name of names) {
    const value = all[name];
    if (value !== undefined) picked[name] = value;
    else if (!optional.test(name))
      throw new SqsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
  }
  return picked;
};

export const sentAnswer = (queue: Queue, sending: Sending, { id, sequence }: Sent): object => {
  const { body, attributes, trace } = sending;
  return {
    MessageId: id,
    MD5OfMessageBody: bodyMd5(body),
    MD5OfMessageAttributes: attributesMd5(attributes),
    MD5OfMessageSystemAttributes:
      trace === undefined
        ? undefined
        : attributesMd5({ AWSTraceHeader: { type: 'String', value: trace } }),
    SequenceNumber: queue.rules.fifo ? sequenceText(sequence) : undefined,
  };
};

const systemAttributes = (queue: Queue, message: Received): Record<string, string | undefined> => ({
  AWSTraceHeader: message.trace,
  ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
  ApproximateReceiveCount: String(message.receives),
  DeadLetterQueueSourceArn: message.deadFrom,
  MessageDeduplicationId: message.deduplication,
  MessageGroupId: message.group,
  SenderId: senderId,
  SentTimestamp: String(message.sentAt),
  SequenceNumber: queue.rules.fifo ? sequenceText(message.sequence) : undefined,
});

/** A message attribute is asked for by name, by `prefix.*`, or with all by `All` or `.*`. */
const asked = (names: readonly string[], name: string): boolean =>
  names.some(
    (wanted) =>
      wanted === 'All' ||
      wanted === name ||
      (wanted.endsWith('.*') && name.startsWith(wanted.slice(0, -2))),
  );

const wireAttribute = ({ type, value }: MessageAttribute): object =>
  type.startsWith('Binary')
    ? { DataType: type, BinaryValue: value }
    : { DataType: type, StringValue: value };

const filtered = <Value>(
  record: Readonly<Record<string, Value>>,
  keep: (name: string, value: Value) => boolean,
): Record<string, Value> | undefined => {
  const entries = Object.entries(record).filter(([name, value]) => keep(name, value));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
};

export const receivedAnswer = (
  queue: Queue,
  request: Requests['ReceiveMessage'],
  received: readonly Received[],
): object => {
  if (received.length === 0) return {};
  const system = [...request.AttributeNames, ...request.MessageSystemAttributeNames];
  return {
    Messages: received.map((message) => {
      const attributes = filtered(message.attributes ?? {}, (name) =>
        asked(request.MessageAttributeNames, name),
      );
      return {
        MessageId: message.id,
        ReceiptHandle: message.receiptHandle,
        MD5OfBody: bodyMd5(message.body),
        Body: message.body,
        Attributes: filtered(
          systemAttributes(queue, message),
          (name, value) => value !== undefined && (system.includes('All') || system.includes(name)),
        ),
        MD5OfMessageAttributes: attributesMd5(attributes),
        MessageAttributes:
          attributes &&
          Object.fromEntries(
            Object.entries(attributes).map(([name, value]) => [name, wireAttribute(value)]),
          ),
      };
    }),
  };
};
