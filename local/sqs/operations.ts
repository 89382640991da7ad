import { queueAttributes, receivedAnswer, sentAnswer } from './answers.ts';
import { runBatch } from './batch.ts';
import { invalidValue, SqsError } from './errors.ts';
import { sqsLimits } from './limits.ts';
import type { Polls } from './polls.ts';
import type { Queue } from './queue.ts';
import { sqsAccount } from './queues.ts';
import type { Queues } from './queues.ts';
import { readRequest, requests, sendingOf } from './requests.ts';
import type { Requests } from './requests.ts';
import { sendingBytes } from './sending.ts';

/** What an operation works on. */
export interface Twin {
  readonly queues: Queues;
  readonly polls: Polls;
  /** Where the twin listens, without a path. */
  readonly url: string;
}

const queueUrl = (twin: Twin, { name }: Queue): string => `${twin.url}/${sqsAccount}/${name}`;

/** The queue that a URL names; its host does not matter, as one twin may be reached by several. */
const queueOf = (twin: Twin, url: string): Queue => {
  const [, account, name = ''] = URL.parse(url)?.pathname.split('/') ?? [];
  return twin.queues.get(account === sqsAccount ? name : '');
};

type Operation<Request = unknown> = (
  request: Request,
  twin: Twin,
  signal: AbortSignal,
) => object | Promise<object>;

type Operations = { [Name in keyof Requests]: Operation<Requests[Name]> };

const operations: Operations = {
  CreateQueue: ({ QueueName, Attributes }, twin) => ({
    QueueUrl: queueUrl(twin, twin.queues.create(QueueName, Attributes)),
  }),
  GetQueueUrl: ({ QueueName }, twin) => ({ QueueUrl: queueUrl(twin, twin.queues.get(QueueName)) }),
  GetQueueAttributes: ({ QueueUrl, AttributeNames }, twin) => ({
    Attributes: queueAttributes(queueOf(twin, QueueUrl), AttributeNames),
  }),
  SetQueueAttributes: ({ QueueUrl, Attributes }, twin) => {
    queueOf(twin, QueueUrl).setAttributes(Attributes);
    return {};
  },
  PurgeQueue: ({ QueueUrl }, twin) => {
    queueOf(twin, QueueUrl).purge();
    return {};
  },
  SendMessage: (request, twin) => {
    const queue = queueOf(twin, request.QueueUrl);
    const sending = sendingOf(request);
    return sentAnswer(queue, sending, queue.send(sending));
  },
  SendMessageBatch: ({ QueueUrl, Entries }, twin) => {
    const queue = queueOf(twin, QueueUrl);
    const entries = Entries.map((entry) => ({ Id: entry.Id, sending: sendingOf(entry) }));
    const bytes = entries.reduce((sum, { sending }) => sum + sendingBytes(sending), 0);
    if (bytes > sqsLimits.messageBytes)
      throw new SqsError(
        'BatchRequestTooLong',
        `Batch requests cannot be longer than ${sqsLimits.messageBytes} bytes. You have sent ${bytes} bytes.`,
      );
    return runBatch(entries, ({ Id, sending }) => ({
      Id,
      ...sentAnswer(queue, sending, queue.send(sending)),
    }));
  },
  ReceiveMessage: async (request, twin, signal) => {
    const queue = queueOf(twin, request.QueueUrl);
    const { MaxNumberOfMessages, VisibilityTimeout } = request;
    const wait = request.WaitTimeSeconds ?? queue.rules.waitSeconds;
    if (!Number.isInteger(wait) || wait < 0 || wait > sqsLimits.waitSeconds)
      throw invalidValue(
        'WaitTimeSeconds',
        `must be >= 0 and <= ${sqsLimits.waitSeconds}, if provided.`,
      );
    const received = await twin.polls.wait(queue, wait, signal, () =>
      queue.receive(MaxNumberOfMessages, VisibilityTimeout),
    );
    return receivedAnswer(queue, request, received);
  },
  DeleteMessage: ({ QueueUrl, ReceiptHandle }, twin) => {
    queueOf(twin, QueueUrl).delete(ReceiptHandle);
    return {};
  },
  DeleteMessageBatch: ({ QueueUrl, Entries }, twin) => {
    const queue = queueOf(twin, QueueUrl);
    return runBatch(Entries, ({ Id, ReceiptHandle }) => {
      queue.delete(ReceiptHandle);
      return { Id };
    });
  },
  ChangeMessageVisibility: ({ QueueUrl, ReceiptHandle, VisibilityTimeout }, twin) => {
    queueOf(twin, QueueUrl).changeVisibility(ReceiptHandle, VisibilityTimeout);
    return {};
  },
  ChangeMessageVisibilityBatch: ({ QueueUrl, Entries }, twin) => {
    const queue = queueOf(twin, QueueUrl);
    return runBatch(Entries, ({ Id, ReceiptHandle, VisibilityTimeout }) => {
      queue.changeVisibility(ReceiptHandle, VisibilityTimeout);
      return { Id };
    });
  },
};

const isOperation = (name: string): name is keyof Requests => Object.hasOwn(requests, name);

/** Runs an operation on its JSON input and lets waiting receives see what it did. */
export const perform = (
  name: string,
  input: unknown,
  twin: Twin,
  signal: AbortSignal,
): object | Promise<object> => {
  if (!isOperation(name))
    throw new SqsError(
      'UnsupportedOperation',
      `The local queue has no operation ${name}; it has ${Object.keys(requests).join(', ')}.`,
    );
  const request = readRequest(name, input);
  // The table pairs each name with its own request, which a union of names cannot express.
  const operation = operations[name] as Operation;
  try {
    return operation(request, twin, signal);
  } finally {
    twin.polls.examine();
  }
};
