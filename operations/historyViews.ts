import type { HistoryReader } from '../lambdas/history/historyPorts.ts';
import type { Clock } from '../lambdas/ports.ts';
import { epochMs } from '../lambdas/segment/time.ts';
import { limitsOf } from './budgetClosed.ts';
import { OperationsError } from './error.ts';
import { bodiesOf, detailsOf, withoutBodies } from './history/details.ts';
import type { OperationsParts } from './parts.ts';
import type { HistoryViews } from './ports.ts';

interface HistoryViewParts {
  /** Absent: no history is kept. */
  readonly reader: HistoryReader | undefined;
  readonly settings: OperationsParts['settings'];
  readonly clock: Clock;
}

const maxPeople = 100;
/** Bars of a chart. */
const stretches = 60;
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const quarterMs = 15 * minuteMs;

/** A chart's bars: as fine as is read, and whole quarters of an hour where that is coarse enough. */
const everyMsOf = (forMs: number): number => {
  const fine = Math.ceil(forMs / stretches / minuteMs) * minuteMs;
  return fine < quarterMs ? fine : Math.ceil(fine / quarterMs) * quarterMs;
};

/** What the history answers: events, people, problems and sums over a time. */
export const createHistoryViews = ({ reader, settings, clock }: HistoryViewParts): HistoryViews => {
  const kept = (): HistoryReader => {
    if (reader) return reader;
    throw new OperationsError(
      'unusable',
      'no history is kept, so nothing is known of what has ended: set history.days to a number of days',
    );
  };
  return {
    events: async ({ filter, most: max, after }) => {
      const page = { most: max, ...(after !== undefined && { after }) };
      const found = await kept().search(filter, page);
      return { now: clock.now(), ...found, events: found.events.map(withoutBodies) };
    },
    details: async (message) => {
      const event = await kept().event(message);
      return event && { now: clock.now(), ...detailsOf(event) };
    },
    bodies: async (message) => {
      const event = await kept().event(message);
      return event && { now: clock.now(), ...bodiesOf(event) };
    },
    people: async (part) => ({ now: clock.now(), people: await kept().people(part, maxPeople) }),
    problems: async (forMs) => {
      const now = clock.now();
      return { now, problems: await kept().problems(epochMs(now - forMs), now) };
    },
    counts: async (forMs) => {
      const now = clock.now();
      const everyMs = everyMsOf(forMs);
      const from = now - forMs - ((now - forMs) % everyMs);
      const paceCalls = (limitsOf({ settings }).dailyCalls * everyMs) / dayMs;
      const counts = await kept().counts(epochMs(from), now, everyMs);
      return { now, everyMs, paceCalls, counts };
    },
  };
};
