import { crowdingLimits } from '../limits.ts';
import { withoutConsent } from '../segment/consent.ts';
import { behindDeletes } from '../segment/deletes.ts';
import { Crowding } from './crowding.ts';
import { spread, stamp } from './stamp.ts';
import type { Logger } from '../delivery.ts';
import type { Clock } from '../ports.ts';
import type { EventsQueue } from './eventsQueue.ts';
import type { AcceptedReading } from './requestParser.ts';
import type { Entry } from './stamp.ts';

const twice = 'its request holds this messageId twice';

interface EnqueuePorts {
  readonly clock: Clock;
  readonly eventsQueue: EventsQueue;
  /** About how many messages the events queue holds; undefined where nobody can tell. */
  readonly backlog: () => Promise<number | undefined>;
  readonly logger: Logger;
}

/**
 * `safe`: all are on the queue. `throttled`: it takes them more slowly than they come. `crowded`:
 * they are of one group that would stall all others.
 */
export type Enqueued = 'safe' | 'throttled' | 'crowded' | 'failed';

/**
 * Puts the events among a request's readings on the queue, within `budgetMs` where that is given.
 * One messageId counts once: of several events with the same, the first is taken.
 *
 * SQS looks for groups among its first 120,000 messages only. A group that gets more than absorb can
 * take one after the other is spread over several: the events of a lead are ordered by their order
 * key wherever they are absorbed. Where the queue is half as long as SQS looks and a source still
 * crowds one group, its request is refused; other sources, and its other people, go on.
 */
export const createEnqueue = ({ clock, eventsQueue, backlog, logger }: EnqueuePorts) => {
  const crowding = new Crowding(clock);

  /** How many events the entry's source has sent for its group, by entry. Deletes crowd nobody. */
  const countsOf = (entries: readonly Entry[]): ReadonlyMap<Entry, number> =>
    new Map(
      entries
        .filter(({ event }) => event.type !== 'delete')
        .map((entry) => [
          entry,
          crowding.note({ source: entry.event.source.name, group: entry.group }),
        ]),
    );

  const stalls = async (max: number): Promise<boolean> =>
    max > crowdingLimits.refuseAfter && ((await backlog()) ?? 0) >= crowdingLimits.backlogMessages;

  const log = (stamped: readonly Entry[], isFirst: (entry: Entry) => boolean): void => {
    for (const entry of stamped) {
      const { type, messageId, messageHash, source } = entry.event;
      const line = { messageId, messages: [messageHash], source: source.name };
      if (!isFirst(entry)) logger.delivery({ step: 'dropped', messageId, because: twice });
      else if (type === 'withdraw')
        logger.delivery({ step: 'dropped', ...line, because: withoutConsent });
      else logger.delivery({ step: 'queued', ...line });
    }
  };

  return async (readings: readonly AcceptedReading[], budgetMs?: number): Promise<Enqueued> => {
    const stamped = behindDeletes(readings).flatMap((reading, index) =>
      reading.kind === 'event' ? [stamp(reading.event, index)] : [],
    );
    const firsts = new Map(stamped.toReversed().map((entry) => [entry.event.messageId, entry]));
    const isFirst = (entry: Entry): boolean => firsts.get(entry.event.messageId) === entry;
    const entries = stamped.filter(isFirst);
    const counts = countsOf(entries);
    if (await stalls(Math.max(0, ...counts.values()))) return 'crowded';
    const entriesToSend = entries.map((entry) =>
      (counts.get(entry) ?? 0) > crowdingLimits.spreadAfter ? spread(entry) : entry,
    );
    const failedEntries =
      entriesToSend.length > 0 ? await eventsQueue.send(entriesToSend, budgetMs) : [];
    const [first] = failedEntries;
    if (first) {
      const facts = { unsafe: failedEntries.length, of: entries.length, because: first.because };
      logger.error('events are not safe on the queue', facts);
      return failedEntries.some(({ throttled }) => throttled) ? 'throttled' : 'failed';
    }
    log(stamped, isFirst);
    return 'safe';
  };
};
