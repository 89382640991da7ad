import type { SQSClient } from '@aws-sdk/client-sqs';
import { sendLimits, sendTiming } from '../limits.ts';
import type { DueMessage, DueQueue } from '../ports.ts';
import { bodyText } from './bodyText.ts';
import { sendBatch } from './sendBatch.ts';

interface DueQueueOptions {
  readonly client: SQSClient;
  readonly queueUrl: string;
}

interface Waiting {
  readonly message: DueMessage;
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
}

const bodyOf = (message: DueMessage): string =>
  bodyText(
    'lead' in message ? { lead: message.lead } : { visit: message.visit, attempt: message.attempt },
  );

/**
 * The due queue on SQS. Sends of one moment travel together, ten a request: a turn that settles 300
 * leads makes 30 requests, not 300.
 */
export const createDueQueue = ({ client, queueUrl }: DueQueueOptions): DueQueue => {
  let gathered: Waiting[] = [];

  const send = async (open: readonly Waiting[], tries: number): Promise<void> => {
    const entries = open.map(({ message }) => ({
      MessageBody: bodyOf(message),
      DelaySeconds: message.delaySeconds,
    }));
    const notTaken = new Set(
      (await sendBatch(client, queueUrl, entries)).map(({ index }) => index),
    );
    const refused = open.filter((_, at) => notTaken.has(at));
    for (const [at, { resolve }] of open.entries()) if (!notTaken.has(at)) resolve();
    if (refused.length === 0) return;
    if (tries + 1 >= sendTiming.tries) throw new Error('the due queue refused a message');
    await send(refused, tries + 1);
  };

  const flush = (): void => {
    const all = gathered;
    gathered = [];
    for (let at = 0; at < all.length; at += sendLimits.entries) {
      const page = all.slice(at, at + sendLimits.entries);
      send(page, 0).catch((error: unknown) => {
        const reason =
          error instanceof Error ? error : new Error('the due queue cannot be reached');
        for (const { reject } of page) reject(reason);
      });
    }
  };

  const gather = (message: DueMessage): Promise<void> =>
    new Promise((resolve, reject) => {
      if (gathered.length === 0) setImmediate(flush);
      gathered.push({ message, resolve, reject });
    });

  return {
    send: async (messages) => {
      await Promise.all(messages.map(gather));
    },
  };
};
