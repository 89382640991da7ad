import { setTimeout as pause } from 'node:timers/promises';
import { sendLimits, sendTiming } from '../limits.ts';
import { sendLanesOf, nextChunk } from './sendLanes.ts';
import { sendBatch } from './sendBatch.ts';
import { isThrottling } from './throttling.ts';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Clock, Random } from '../ports.ts';
import type { EventsQueue } from '../ingest/eventsQueue.ts';
import type { QueuedEvent } from '../segment/event.ts';
import { bodyText } from './bodyText.ts';
import { errorName } from '../errorName.ts';

interface Outside {
  readonly client: SQSClient;
  readonly queueUrl: string;
  readonly clock: Clock;
  readonly random?: Random;
  readonly sleep?: (milliseconds: number) => Promise<unknown>;
}

interface QueueEntry {
  readonly event: QueuedEvent;
  readonly group: string;
  readonly deduplication: string;
  readonly body: string;
  readonly bytes: number;
}

interface FailedEntry {
  readonly queueEntry: QueueEntry;
  readonly because: string;
}

/** What the lanes of one `send` share. */
interface Run {
  readonly deadline: number;
  /** Why nothing more is sent. */
  over?: string;
}

/**
 * `events.fifo` through `SendMessageBatch`. Groups travel in parallel, each in its own order (a very
 * large one in several runs, since one request after the other would not end in time); entries that SQS refuses are sent again after a jittered pause; a request that fails as a whole
 * (after the SDK's own retries) ends the sending, since what follows would only wait for the same.
 */
export const createEventsQueue = ({
  client,
  queueUrl,
  clock,
  random = Math.random,
  sleep = pause,
}: Outside): EventsQueue => {
  /** One request. Resolves to the entries that SQS did not take; rejects when it failed as a whole. */
  const request = async (
    chunk: readonly QueueEntry[],
    timeoutMs: number,
  ): Promise<FailedEntry[]> => {
    const entries = chunk.map((queueEntry) => ({
      MessageBody: queueEntry.body,
      MessageGroupId: queueEntry.group,
      MessageDeduplicationId: queueEntry.deduplication,
    }));
    const signal = AbortSignal.timeout(timeoutMs);
    const refused = await sendBatch(client, queueUrl, entries, signal);
    return refused.flatMap(({ index, reason }) => {
      const queueEntry = chunk[index];
      return queueEntry ? [{ queueEntry, because: reason }] : [];
    });
  };

  /** One chunk until SQS has all of it, the tries are used up, or the run is over. */
  const sendChunk = async (
    chunk: readonly QueueEntry[],
    run: Run,
  ): Promise<readonly FailedEntry[]> => {
    let open: readonly FailedEntry[] = chunk.map((queueEntry) => ({
      queueEntry,
      because: 'not sent',
    }));
    for (let tried = 0; tried < sendTiming.tries && open.length > 0; tried += 1) {
      if (tried > 0) await sleep(random() * sendTiming.backoffFirstMs * 2 ** tried);
      const left = run.deadline - clock.now();
      if (left <= 0) run.over ??= 'out of time';
      const { over } = run;
      if (over !== undefined) return open.map(({ queueEntry }) => ({ queueEntry, because: over }));
      const queueEntries = open.map(({ queueEntry }) => queueEntry);
      try {
        open = await request(queueEntries, Math.min(left, sendTiming.callTimeoutMs));
      } catch (error) {
        const because = errorName(error);
        run.over ??= because;
        return queueEntries.map((queueEntry) => ({ queueEntry, because }));
      }
    }
    return open;
  };

  const sendLane = async (
    lane: readonly QueueEntry[],
    run: Run,
  ): Promise<readonly FailedEntry[]> => {
    const failedEntries: FailedEntry[] = [];
    let waiting = lane;
    while (waiting.length > 0) {
      const chunk = nextChunk(waiting, sendLimits);
      const refused = await sendChunk(chunk, run);
      const groups = new Set(refused.map(({ queueEntry }) => queueEntry.group));
      const rest = waiting.slice(chunk.length);
      const behind = rest.filter(({ group }) => groups.has(group));
      const because = 'behind an entry that was not taken';
      failedEntries.push(...refused, ...behind.map((queueEntry) => ({ queueEntry, because })));
      waiting = behind.length > 0 ? rest.filter(({ group }) => !groups.has(group)) : rest;
    }
    return failedEntries;
  };

  return {
    send: async (entries, budgetMs = sendTiming.budgetMs) => {
      const queueEntries = entries.map((entry) => {
        const body = bodyText(entry.event);
        return { ...entry, body, bytes: Buffer.byteLength(body) };
      });
      const run: Run = { deadline: clock.now() + budgetMs };
      const chunks = Math.max(Math.floor(budgetMs / sendTiming.slowRequestMs), 1);
      const lanes = sendLanesOf(queueEntries, {
        chunkEntries: sendLimits.entries,
        lanes: sendTiming.lanes,
        groupEntries: chunks * sendLimits.entries,
      });
      const failedEntries = await Promise.all(lanes.map((lane) => sendLane(lane, run)));
      return failedEntries.flat().map(({ queueEntry, because }) => ({
        event: queueEntry.event,
        because,
        ...(isThrottling(because) && { throttled: true }),
      }));
    },
  };
};
