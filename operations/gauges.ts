import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { QueueView } from './views.ts';

type Queue = 'events' | 'ticks' | 'deadEvents';

const numberIn = (text: string | undefined): number => Number(text ?? 0);

/** How many messages the queues hold, as nearly as SQS knows. Rejects with the client's error. */
export const createGauges = (
  client: SQSClient,
  urls: Readonly<Record<Queue, string>>,
): (() => Promise<Readonly<Record<Queue, QueueView>>>) => {
  const gauge = async (url: string): Promise<QueueView> => {
    const { Attributes } = await client.send(
      new GetQueueAttributesCommand({
        QueueUrl: url,
        AttributeNames: [
          'ApproximateNumberOfMessages',
          'ApproximateNumberOfMessagesDelayed',
          'ApproximateNumberOfMessagesNotVisible',
        ],
      }),
    );
    return {
      waiting: numberIn(Attributes?.ApproximateNumberOfMessages),
      delayed: numberIn(Attributes?.ApproximateNumberOfMessagesDelayed),
      inFlight: numberIn(Attributes?.ApproximateNumberOfMessagesNotVisible),
    };
  };

  return async () => {
    const [events, ticks, deadEvents] = await Promise.all([
      gauge(urls.events),
      gauge(urls.ticks),
      gauge(urls.deadEvents),
    ]);
    return { events, ticks, deadEvents };
  };
};
