import { stamp } from './stamp.ts';
import type { Logger } from '../delivery.ts';
import type { EventsQueue } from '../ports.ts';
import { behindDeletes } from '../segment/deletes.ts';
import type { AcceptedReading } from './door.ts';

interface EnqueuePorts {
  readonly eventsQueue: EventsQueue;
  readonly logger: Logger;
}

/** `safe`: all are on the queue. `throttled`: it takes them more slowly than they come. */
export type Enqueued = 'safe' | 'throttled' | 'failed';

/**
 * Puts the events among a request's readings on the queue, within `budgetMs` where that is given.
 * One messageId counts once: of several events with the same, the first is taken.
 */
export const createEnqueue =
  ({ eventsQueue, logger }: EnqueuePorts) =>
  async (readings: readonly AcceptedReading[], budgetMs?: number): Promise<Enqueued> => {
    const stamped = behindDeletes(readings).flatMap((reading, index) =>
      reading.kind === 'event' ? [stamp(reading.event, index)] : [],
    );
    const firsts = new Map(stamped.toReversed().map((entry) => [entry.event.messageId, entry]));
    const isFirst = (entry: (typeof stamped)[number]): boolean =>
      firsts.get(entry.event.messageId) === entry;
    const entries = stamped.filter(isFirst);
    const unsafe = entries.length > 0 ? await eventsQueue.send(entries, budgetMs) : [];
    const [first] = unsafe;
    if (first) {
      const facts = { unsafe: unsafe.length, of: entries.length, because: first.because };
      logger.error('events are not safe on the queue', facts);
      return unsafe.some(({ throttled }) => throttled) ? 'throttled' : 'failed';
    }
    for (const entry of stamped) {
      const { messageId, messageHash } = entry.event;
      logger.delivery(
        isFirst(entry)
          ? { step: 'queued', messageId, messages: [messageHash] }
          : { step: 'dropped', messageId, because: 'its request holds this messageId twice' },
      );
    }
    return 'safe';
  };
