import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { crowdingLimits } from '../limits.ts';
import type { Clock } from '../ports.ts';

interface BacklogOptions {
  readonly client: SQSClient;
  readonly queueUrl: string;
  readonly clock: Clock;
}

/**
 * About how many messages a queue holds, those in flight included; asked again after
 * `backlogBelievedMs`. Undefined where SQS does not say.
 */
export const createBacklog = ({
  client,
  queueUrl,
  clock,
}: BacklogOptions): (() => Promise<number | undefined>) => {
  let answer: Promise<number | undefined> | undefined;
  let askedAt = 0;

  const ask = async (): Promise<number | undefined> => {
    try {
      const { Attributes } = await client.send(
        new GetQueueAttributesCommand({
          QueueUrl: queueUrl,
          AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
        }),
        { abortSignal: AbortSignal.timeout(crowdingLimits.backlogTimeoutMs) },
      );
      const counts = Object.values(Attributes ?? {}).map(Number);
      return counts.length > 0 ? counts.reduce((sum, count) => sum + count, 0) : undefined;
    } catch {
      // Events are safe in the queue in any case; a guess would refuse them.
      return undefined;
    }
  };

  return () => {
    if (answer && clock.now() - askedAt < crowdingLimits.backlogBelievedMs) return answer;
    askedAt = clock.now();
    answer = ask();
    return answer;
  };
};
