import type { Message, SQSClient } from '@aws-sdk/client-sqs';
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { hashOf } from '../../lambdas/digest.ts';
import { errorName } from '../../lambdas/errorName.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { deadLetterLimits, deadLetterTiming } from '../limits.ts';
import type { DeadEvent } from './views.ts';

/** What became of a message of the dead-letter queue. */
export type EventActionResult =
  | { readonly kind: 'done'; readonly event: DeadEvent; readonly because?: string }
  | { readonly kind: 'failed'; readonly because: string }
  /** `isAll`: the whole queue was looked through, twice, and it is not there. */
  | { readonly kind: 'missing'; readonly isAll: boolean };

/**
 * The FIFO dead-letter queue of events. SQS shows a message only by hiding it from everybody else,
 * and shows at most ten of a group while any of them is hidden. So a look sees the first ten of each
 * group; whoever looks at the same moment sees others or none; and each look counts as a receive.
 */
export interface DeadEvents {
  /**
   * Those that can be seen now, so many at most; shown to others again before this resolves.
   * `hidden`: how many more the queue counts.
   */
  look(): Promise<{ readonly events: readonly DeadEvent[]; readonly hidden: number }>;
  /** Puts messages back onto the events queue, each with its body and group, then removes them. */
  resend(ids: readonly string[]): Promise<ReadonlyMap<string, EventActionResult>>;
  drop(ids: readonly string[]): Promise<ReadonlyMap<string, EventActionResult>>;
}

interface DeadEventsOptions {
  readonly client: SQSClient;
  readonly eventsUrl: string;
  readonly deadUrl: string;
}

/** SQS gives at most so many in one receive, and takes as many in one batch request. */
const perRequest = 10;

/** `DeadEvents` on SQS. Rejects with the SDK's error where the dead-letter queue cannot be used. */
export const createDeadEvents = (options: DeadEventsOptions): DeadEvents => {
  const { client, eventsUrl, deadUrl: QueueUrl } = options;

  const receive = async (): Promise<readonly Message[]> => {
    const answer = await client.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: perRequest,
        VisibilityTimeout: deadLetterTiming.lookSeconds,
        WaitTimeSeconds: deadLetterTiming.waitSeconds,
        MessageSystemAttributeNames: ['MessageGroupId', 'SentTimestamp'],
      }),
    );
    return answer.Messages ?? [];
  };

  const release = async (messages: readonly Message[]): Promise<void> => {
    for (let at = 0; at < messages.length; at += perRequest) {
      const ten = messages.slice(at, at + perRequest);
      const Entries = ten.map(({ ReceiptHandle }, index) => ({
        Id: String(index),
        ReceiptHandle,
        VisibilityTimeout: 0,
      }));
      await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
    }
  };

  /** By SQS's own count, which may be a minute old. */
  const counted = async (): Promise<{ readonly visible: number; readonly all: number }> => {
    const { Attributes = {} } = await client.send(
      new GetQueueAttributesCommand({
        QueueUrl,
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      }),
    );
    const visible = Number(Attributes.ApproximateNumberOfMessages ?? 0);
    return {
      visible,
      all: visible + Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
    };
  };

  /**
   * Goes through what can be seen. `take` resolves to whether it has dealt with a message for good;
   * the others stay hidden until the end, so that each is seen once. Stops where `isEnough` holds.
   */
  const goThrough = async (
    take: (message: Message) => Promise<boolean>,
    isEnough: (seen: number) => boolean,
  ): Promise<{ readonly hidden: number }> => {
    const held = new Map<string, Message>();
    const seen = new Set<string>();
    try {
      while (!isEnough(seen.size) && held.size < deadLetterLimits.events) {
        const messages = await receive();
        const before = seen.size;
        for (const message of messages) {
          const { MessageId = '' } = message;
          const isNew = !seen.has(MessageId);
          seen.add(MessageId);
          if (!(isNew && (await take(message)))) held.set(MessageId, message);
        }
        if (seen.size === before) break;
      }
      return { hidden: Math.max(0, (await counted()).all - held.size) };
    } finally {
      await release([...held.values()]);
    }
  };

  const remove = ({ ReceiptHandle }: Message): Promise<unknown> =>
    client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));

  const send = ({ MessageId, Body, Attributes = {} }: Message): Promise<unknown> =>
    client.send(
      new SendMessageCommand({
        QueueUrl: eventsUrl,
        MessageBody: Body,
        MessageGroupId: Attributes.MessageGroupId,
        // Of this death, not of the event: the same event that was sent just now must not swallow
        // it, but two who resend the same message send one.
        MessageDeduplicationId: hashOf(`resent:${MessageId ?? ''}`),
      }),
    );

  const dealWith = async (
    ids: readonly string[],
    act: (message: Message) => Promise<{ readonly because?: string }>,
  ): Promise<ReadonlyMap<string, EventActionResult>> => {
    const open = new Set(ids);
    const results = new Map<string, EventActionResult>();
    const take = async (message: Message): Promise<boolean> => {
      const { MessageId = '' } = message;
      if (!open.delete(MessageId)) return false;
      try {
        results.set(MessageId, { kind: 'done', event: eventOf(message), ...(await act(message)) });
        return true;
      } catch (error) {
        results.set(MessageId, { kind: 'failed', because: errorName(error) });
        return false;
      }
    };
    const isDone = (): boolean => open.size === 0;
    if (isDone()) return results;
    let { hidden } = await goThrough(take, isDone);
    // The count is late where another look hides a message just now: it shows in the next one.
    if (hidden === 0 && !isDone()) ({ hidden } = await goThrough(take, isDone));
    for (const id of open) results.set(id, { kind: 'missing', isAll: hidden === 0 });
    return results;
  };

  return {
    look: async () => {
      const { visible, all } = await counted();
      const events: DeadEvent[] = [];
      const see = (message: Message): Promise<boolean> => {
        events.push(eventOf(message));
        return Promise.resolve(false);
      };
      // An empty queue is not asked for what it has: that takes a second.
      if (visible === 0) return { events, hidden: all };
      const { hidden } = await goThrough(see, (seen) => seen >= visible);
      return { events, hidden };
    },

    resend: (ids) =>
      dealWith(ids, async (message) => {
        await send(message);
        try {
          await remove(message);
          return {};
        } catch {
          return { because: 'it could not be taken off the dead-letter queue: drop it there' };
        }
      }),

    drop: (ids) =>
      dealWith(ids, async (message) => {
        await remove(message);
        return {};
      }),
  };
};

const eventOf = ({ MessageId = '', Body = '', Attributes = {} }: Message): DeadEvent => ({
  id: MessageId,
  at: epochMs(Number(Attributes.SentTimestamp ?? 0)),
  body: Body,
});
