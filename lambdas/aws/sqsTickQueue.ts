import type { SQSClient } from '@aws-sdk/client-sqs';
import { sendLimits } from '../limits.ts';
import type { Tick, TickQueue } from '../store/tickQueue.ts';
import { sendBatch } from './sendBatch.ts';

interface TickQueueOptions {
  readonly client: SQSClient;
  readonly queueUrl: string;
}

const entryOf = ({ delaySeconds, ...body }: Tick) => ({
  MessageBody: JSON.stringify(body),
  DelaySeconds: delaySeconds,
});

/**
 * The tick queue on SQS, ten ticks a request. Rejects with the SDK's error, or where SQS did not take
 * one; it is not sent again, since nothing depends on a tick.
 */
export const createTickQueue = ({ client, queueUrl }: TickQueueOptions): TickQueue => ({
  send: async (ticks) => {
    for (let from = 0; from < ticks.length; from += sendLimits.entries) {
      const entries = ticks.slice(from, from + sendLimits.entries).map(entryOf);
      const [refused] = await sendBatch(client, queueUrl, entries);
      if (refused) throw new Error(`SQS did not take a tick: ${refused.reason}`);
    }
  },
});
