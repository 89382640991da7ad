import type { CallLine, DeliveryLine, Logger } from './delivery.ts';
import type { CountName } from './metricNames.ts';
import type { Metrics } from './metricNames.ts';

type Counted = readonly [name: CountName, amount: number];

const events =
  (name: CountName) =>
  ({ messages }: DeliveryLine): Counted => [name, Math.max(1, messages?.length ?? 1)];

/** What a line of each step counts as: a new step is a new row. */
const stepCounts: Readonly<Record<DeliveryLine['step'], (line: DeliveryLine) => Counted>> = {
  accepted: events('Accepted'),
  // With fields it is about traits of an event that goes on.
  dropped: ({ fields }) => (fields ? ['DroppedTraits', fields.length] : ['Dropped', 1]),
  queued: events('Queued'),
  absorbed: events('Absorbed'),
  superseded: events('Superseded'),
  unchanged: events('Unchanged'),
  held: events('Held'),
  waiting: events('Waiting'),
  synced: events('Synced'),
  visited: events('Visited'),
  // Of a lead, values are refused, or a cookie; ingest knows no lead.
  refused: ({ lead, fields }) =>
    lead === undefined ? ['Refused', 1] : ['RefusedValues', fields?.length ?? 1],
  dead: events('Dead'),
};

const countCall = (metrics: Metrics, { about, requests, leads, tookMs }: CallLine): void => {
  if (requests > 0) metrics.count('Requests', requests);
  if (about !== 'leads') return;
  metrics.count('Calls');
  metrics.record('LeadsPerCall', leads);
  metrics.record('CallTime', tookMs);
};

/** The logger, which also counts what it writes: the one place where lines become metrics. */
export const createCountedLogger = (logger: Logger, metrics: Metrics): Logger => ({
  ...logger,
  delivery: (line) => {
    logger.delivery(line);
    metrics.count(...stepCounts[line.step](line));
  },
  call: (line) => {
    logger.call(line);
    countCall(metrics, line);
  },
});
