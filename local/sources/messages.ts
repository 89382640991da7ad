import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs';

/** SQS gives at most so many in one receive, and takes as many in one batch request. */
const perRequest = 10;

/** The messages of one queue, as a poller needs them. */
export interface Messages {
  /** At most `most` and at most 10; waits up to `waitSeconds` for the first. */
  receive(max: number, waitSeconds: number, signal: AbortSignal): Promise<readonly Message[]>;
  /** Resolves to how many could not be deleted. */
  remove(messages: readonly Message[]): Promise<number>;
  /** Makes them visible again at once. */
  release(messages: readonly Message[]): Promise<void>;
}

const inTens = <T>(items: readonly T[]): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / perRequest) }, (_, index) =>
    items.slice(index * perRequest, (index + 1) * perRequest),
  );

const entriesOf = (messages: readonly Message[]) =>
  messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));

export const messagesOf = (sqs: SQSClient, queueUrl: string): Messages => ({
  receive: async (max, waitSeconds, abortSignal) => {
    const received = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: Math.min(max, perRequest),
        WaitTimeSeconds: waitSeconds,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
      { abortSignal },
    );
    return received.Messages ?? [];
  },
  remove: async (messages) => {
    let refused = 0;
    for (const ten of inTens(messages)) {
      const { Failed = [] } = await sqs.send(
        new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries: entriesOf(ten) }),
      );
      refused += Failed.length;
    }
    return refused;
  },
  release: async (messages) => {
    for (const ten of inTens(messages)) {
      const Entries = entriesOf(ten).map((entry) => ({ ...entry, VisibilityTimeout: 0 }));
      await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries }));
    }
  },
});
