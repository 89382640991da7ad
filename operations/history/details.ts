import type { HistoryEvent, HistoryPayloads } from '../../lambdas/history/types.ts';
import { without } from '../../lambdas/lead/without.ts';
import type { EventBodies, EventDetails } from '../views.ts';

const bodyNames = [
  'received',
  'sent',
  'answer',
] as const satisfies readonly (keyof HistoryPayloads)[];

/** An event as lists show it: bodies are shown one event at a time, to whoever asks for them. */
export const withoutBodies = (event: HistoryEvent): HistoryEvent => without(event, ...bodyNames);

/** What its page says of an event, and which bodies there are of it. */
export const detailsOf = (event: HistoryEvent): Omit<EventDetails, 'now'> => {
  const { message, type, name, source, receivedAt, outcome, reason, owner } = event;
  const { email, userId, anonymousId, personName } = event;
  return Object.fromEntries(
    Object.entries({
      ...{ message, type, name, source, receivedAt, outcome, reason, owner },
      ...{ email, userId, anonymousId, personName },
      bodies: bodyNames.filter((body) => event[body] !== undefined),
    }).filter(([, value]) => value !== undefined),
  ) as unknown as Omit<EventDetails, 'now'>;
};

/** The bodies of an event, and whom they are about. */
export const bodiesOf = (event: HistoryEvent): Omit<EventBodies, 'now'> => {
  const { received, sent, answer } = event;
  return {
    ...detailsOf(event),
    ...(received !== undefined && { received }),
    ...(sent !== undefined && { sent }),
    ...(answer !== undefined && { answer }),
  };
};
