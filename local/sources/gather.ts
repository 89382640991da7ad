import type { Message } from '@aws-sdk/client-sqs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Messages } from './messages.ts';

const longPollSeconds = 20;
/** Between two receives while a window is open. */
const windowStepMs = 50;
/** Lambda's limit of a synchronous invocation's payload. */
const payloadBytes = 6 * 1024 * 1024;

export interface GatherSettings {
  readonly batchSize: number;
  readonly windowMs: number;
}

const bytesOf = (message: Message): number => Buffer.byteLength(JSON.stringify(message));

/**
 * Collects one batch at a time: it is full at the batch size or 6 MB, and closes when the window
 * has passed since its first message came (Lambda, "Batching behavior"). With a window of 0, what
 * the first receive gives is the batch.
 * @returns the next batch; empty where none came, or where `signal` ended the wait
 */
export const createGather = (
  messages: Messages,
  { batchSize, windowMs }: GatherSettings,
  signal: AbortSignal,
): (() => Promise<readonly Message[]>) => {
  /** Received, but more than the last batch could carry. */
  let carried: readonly Message[] = [];

  return async () => {
    const batch: Message[] = [];
    let bytes = 0;
    const add = (received: readonly Message[]): boolean => {
      carried = [];
      for (const [index, message] of received.entries()) {
        bytes += bytesOf(message);
        if (batch.length > 0 && bytes > payloadBytes) {
          carried = received.slice(index);
          return false;
        }
        batch.push(message);
      }
      return true;
    };
    try {
      const first =
        carried.length > 0 ? carried : await messages.receive(batchSize, longPollSeconds, signal);
      let room = add(first) && first.length > 0;
      const closesAt = performance.now() + windowMs;
      while (room && batch.length < batchSize && performance.now() < closesAt) {
        const more = await messages.receive(batchSize - batch.length, 0, signal);
        room = add(more);
        if (more.length === 0) await sleep(windowStepMs, undefined, { signal });
      }
      return batch;
    } catch (error) {
      await messages.release([...batch, ...carried]);
      carried = [];
      if (signal.aborted) return [];
      throw error;
    }
  };
};
