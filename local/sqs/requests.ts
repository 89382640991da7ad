import * as z from 'zod';
import { invalidValue, missing } from './errors.ts';
import type { MessageAttribute, Sending } from './message.ts';

/** The requests as the SDK writes them; members that the twin has no use for are left out. */
const attribute = z
  .object({
    DataType: z.string(),
    StringValue: z.string().optional(),
    BinaryValue: z.base64().optional(),
  })
  .transform(({ DataType, StringValue, BinaryValue }): MessageAttribute => ({
    type: DataType,
    value: (DataType.startsWith('Binary') ? BinaryValue : StringValue) ?? '',
  }));

const send = {
  MessageBody: z.string(),
  DelaySeconds: z.number().optional(),
  MessageAttributes: z.record(z.string(), attribute).optional(),
  MessageSystemAttributes: z.object({ AWSTraceHeader: attribute.optional() }).optional(),
  MessageDeduplicationId: z.string().optional(),
  MessageGroupId: z.string().optional(),
};

const queue = { QueueUrl: z.string() };
const entry = { Id: z.string(), ReceiptHandle: z.string() };
const names = z.array(z.string()).default([]);

export const requests = {
  CreateQueue: z.object({
    QueueName: z.string(),
    Attributes: z.record(z.string(), z.string()).default({}),
  }),
  GetQueueUrl: z.object({ QueueName: z.string() }),
  GetQueueAttributes: z.object({ ...queue, AttributeNames: names }),
  SetQueueAttributes: z.object({ ...queue, Attributes: z.record(z.string(), z.string()) }),
  PurgeQueue: z.object(queue),
  SendMessage: z.object({ ...queue, ...send }),
  SendMessageBatch: z.object({
    ...queue,
    Entries: z.array(z.object({ Id: z.string(), ...send })),
  }),
  ReceiveMessage: z.object({
    ...queue,
    MaxNumberOfMessages: z.number().optional(),
    VisibilityTimeout: z.number().optional(),
    WaitTimeSeconds: z.number().optional(),
    AttributeNames: names,
    MessageSystemAttributeNames: names,
    MessageAttributeNames: names,
  }),
  DeleteMessage: z.object({ ...queue, ReceiptHandle: z.string() }),
  DeleteMessageBatch: z.object({ ...queue, Entries: z.array(z.object(entry)) }),
  ChangeMessageVisibility: z.object({
    ...queue,
    ReceiptHandle: z.string(),
    VisibilityTimeout: z.number(),
  }),
  ChangeMessageVisibilityBatch: z.object({
    ...queue,
    Entries: z.array(z.object({ ...entry, VisibilityTimeout: z.number() })),
  }),
};

export type Requests = { [Name in keyof typeof requests]: z.output<(typeof requests)[Name]> };

const at = (input: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce((value, key) => (Object(value) as Record<PropertyKey, unknown>)[key], input);

/** Reads a request; throws `MissingParameter` or `InvalidParameterValue` naming the parameter. */
export const readRequest = <Name extends keyof Requests>(
  name: Name,
  input: unknown,
): Requests[Name] => {
  const read = requests[name].safeParse(input);
  if (read.success) return read.data as Requests[Name];
  const [issue] = read.error.issues;
  const path = issue?.path ?? [];
  if (at(input, path) === undefined) throw missing(path.join('.'));
  throw invalidValue(path.join('.') || 'Request', issue?.message ?? 'cannot be read.');
};

export const sendingOf = (request: Omit<Requests['SendMessage'], 'QueueUrl'>): Sending => ({
  body: request.MessageBody,
  group: request.MessageGroupId,
  deduplication: request.MessageDeduplicationId,
  delaySeconds: request.DelaySeconds,
  attributes: request.MessageAttributes,
  trace: request.MessageSystemAttributes?.AWSTraceHeader?.value,
});
