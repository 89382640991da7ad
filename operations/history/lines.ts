import type { HistoryLine, HistoryReader } from '../../lambdas/history/historyPorts.ts';
import type {
  HistoryCall,
  HistoryEvent,
  HistoryOutcome,
  HistoryRow,
  HistoryStep,
} from '../../lambdas/history/types.ts';
import type { Clock } from '../../lambdas/ports.ts';
import type { EpochMs } from '../../lambdas/segment/time.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import { latestFirst } from '../lines/order.ts';
import type { Lines } from '../ports.ts';
import type { Line, Tally, Told, ToldCall } from '../views.ts';

/** The step that brings an event to an outcome, where its own steps are not at hand. */
const stepOf: Readonly<Record<HistoryOutcome, Told['step']>> = {
  waiting: 'absorbed',
  held: 'held',
  delivered: 'synced',
  unchanged: 'unchanged',
  superseded: 'superseded',
  dropped: 'dropped',
  refused: 'refused',
  dead: 'dead',
  carriedOut: 'absorbed',
};

const minuteMs = 60_000;
/** Invocations of a minute that is so long past have written. */
const settledMs = 120_000;
/** Minutes are remembered for so long: an hour, and some. */
const keptMs = 200 * minuteMs;

const toldOfRow = (row: HistoryRow, service = 'history'): Told => ({
  kind: 'step',
  at: row.at,
  service,
  step: stepOf[row.outcome],
  messages: [row.message],
  ...(row.messageId !== undefined && { messageId: row.messageId }),
  ...(row.owner !== undefined && { lead: row.owner }),
  ...(row.source !== undefined && { source: row.source }),
  ...(row.reason !== undefined && { because: row.reason }),
});

const toldOfStep = (
  { isOwn, ...step }: HistoryStep,
  { message, messageId, owner }: HistoryEvent,
): Told => ({
  ...step,
  messages: [message],
  ...(owner !== undefined && { lead: owner }),
  ...(isOwn && messageId !== undefined && { messageId }),
});

/** What absorb knows of how an event came. */
const queuedOf = ({ message, messageId, receivedAt, source }: HistoryEvent): readonly Told[] =>
  receivedAt === undefined
    ? []
    : [
        {
          kind: 'step',
          at: receivedAt,
          service: 'ingest',
          step: 'queued',
          messages: [message],
          ...(messageId !== undefined && { messageId }),
          ...(source !== undefined && { source }),
        },
      ];

/** The steps of an event and its calls, earliest first. */
const toldOf = (event: HistoryEvent): readonly (Told | ToldCall)[] =>
  event.steps.length === 0
    ? [toldOfRow(event, 'ingest')]
    : [
        ...queuedOf(event),
        ...event.steps.map((step) => (step.kind === 'call' ? step : toldOfStep(step, event))),
      ];

const lineOf = (line: HistoryLine): Line => (line.kind === 'event' ? toldOfRow(line) : line);

/** One of each step at one moment, of several events: as the delivery log says it. */
const together = (steps: readonly Told[]): readonly Told[] =>
  [
    ...Map.groupBy(steps, (step) =>
      JSON.stringify({ ...step, messages: undefined, messageId: undefined }),
    ).values(),
  ].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    return group.length === 1
      ? [first]
      : [{ ...first, messages: [...new Set(group.flatMap(({ messages }) => messages))] }];
  });

const isStep = (line: Told | ToldCall): line is Told => line.kind === 'step';

/** Steps, calls and sums out of the history. */
export const createHistoryLines = (reader: HistoryReader, clock: Clock): Lines => {
  const minutes = new Map<number, Tally>();

  const tallies = async (from: EpochMs, to: EpochMs, everyMs: number): Promise<Tally[]> => {
    const counts = await reader.counts(from, to, everyMs);
    return counts.map(({ at, received, outcomes, calls, requests }) => {
      const steps: Partial<Record<Told['step'], number>> = { queued: received };
      for (const [outcome, count] of Object.entries(outcomes)) {
        const step = stepOf[outcome as HistoryOutcome];
        steps[step] = (steps[step] ?? 0) + count;
      }
      return { at, steps, calls, requests };
    });
  };

  return {
    ofMessage: async (message) => {
      const event = await reader.event(message);
      return event === undefined ? [] : toldOf(event);
    },
    ofLead: async (id, max) => {
      const events = await reader.ofOwner(id, max);
      const all = events.flatMap(toldOf);
      const steps = together(latestFirst(all.filter(isStep)).filter(isStep)).slice(0, max);
      const named = new Set(steps.flatMap(({ call }) => call ?? []));
      const calls = all.filter(
        (line): line is HistoryCall => !isStep(line) && named.has(line.call),
      );
      return latestFirst([...steps, ...calls]);
    },
    latest: async (max) => (await reader.latest(max)).map(lineOf),
    // The minutes of the last hour are asked for again and again; those that are over do not change.
    tally: async (from, to, everyMs) => {
      if (everyMs !== minuteMs) return tallies(from, to, everyMs);
      let first: number = from;
      while (first < to && minutes.has(first)) first += minuteMs;
      const known = [...minutes.values()].filter(({ at }) => at >= from && at < first);
      const fresh = await tallies(epochMs(first), to, minuteMs);
      for (const tally of fresh)
        if (tally.at + minuteMs < clock.now() - settledMs) minutes.set(tally.at, tally);
      for (const at of minutes.keys()) if (at < clock.now() - keptMs) minutes.delete(at);
      return [...known.sort((a, b) => a.at - b.at), ...fresh];
    },
  };
};
