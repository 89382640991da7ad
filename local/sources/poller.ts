import type { Message, SQSClient } from '@aws-sdk/client-sqs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalFunction } from '../functions/function.ts';
import { createGather, type GatherSettings } from './gather.ts';
import { messagesOf } from './messages.ts';
import { recordOf } from './record.ts';
import { judgeBatch } from './verdict.ts';

export interface MappingSettings extends GatherSettings {
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly target: LocalFunction;
  /** Most batches at work at once. */
  readonly concurrency: number;
  /** `ReportBatchItemFailures` is among the mapping's response types. */
  readonly reportsItems: boolean;
  /** Told of every batch that failed whole, and of trouble with the queue. */
  readonly warn: (message: string) => void;
}

interface Poller {
  /**
   * Takes no more messages, and resolves when the batches at work have ended. What was taken and
   * is not done becomes visible at once, so that the next run need not wait for it.
   */
  stop(): Promise<void>;
}

const retryMs = 1_000;

/** Polls one queue for one function, as Lambda's event source mapping for SQS does. */
export const startPoller = (sqs: SQSClient, settings: MappingSettings): Poller => {
  const { queueUrl, queueArn, target, concurrency, reportsItems, warn } = settings;
  const stopping = new AbortController();
  const { signal } = stopping;
  const messages = messagesOf(sqs, queueUrl);
  const gather = createGather(messages, settings, signal);
  const atWork = new Set<Promise<void>>();

  const work = async (batch: readonly Message[]): Promise<void> => {
    const outcome = await target.invoke({
      Records: batch.map((message) => recordOf(message, queueArn)),
    });
    const ids = batch.map(({ MessageId = '' }) => MessageId);
    const verdict = judgeBatch(ids, outcome, reportsItems);
    const done = new Set(verdict.done);
    const stays = batch.filter(({ MessageId = '' }) => !done.has(MessageId));
    const refused = await messages.remove(batch.filter((message) => !stays.includes(message)));
    if (refused > 0) warn(`${target.name}: ${refused} messages could not be deleted`);
    if (signal.aborted) await messages.release(stays);
    else if ('because' in verdict) {
      warn(`${target.name}: a batch of ${batch.length} failed: ${verdict.because}`);
    }
  };

  const guarded = async <T>(action: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await action();
    } catch (error) {
      if (signal.aborted) return undefined;
      warn(`${target.name}: its queue does not answer: ${(error as Error).name}`);
      await sleep(retryMs, undefined, { signal }).catch(() => undefined);
      return undefined;
    }
  };

  const loop = async (): Promise<void> => {
    while (!signal.aborted) {
      if (atWork.size >= Math.min(concurrency, target.most)) {
        await Promise.race(atWork);
        continue;
      }
      const batch = await guarded(gather);
      if (!batch || batch.length === 0) continue;
      const working = guarded(() => work(batch)).then(() => {
        atWork.delete(working);
      });
      atWork.add(working);
    }
  };
  const looping = loop();

  return {
    stop: async () => {
      stopping.abort();
      await looping;
      await Promise.all(atWork);
    },
  };
};
