import type { CallLine, DeliveryLine } from '../../lambdas/delivery.ts';
import { messagesIn } from '../../lambdas/lead/deadLetterParts.ts';
import type { DeadLetter } from '../../lambdas/lead/leadTypes.ts';
import type { Clock } from '../../lambdas/ports.ts';
import type { DeadVisit, LeadsTable } from '../../lambdas/store/leadsTable.ts';
import { shortHashOf } from '../../lambdas/digest.ts';
import type { LinesTwin } from '../twins/lines.ts';
import { createLinesTwin } from '../twins/lines.ts';
import type { DeadLetters, OperationsParts } from '../../operations/parts.ts';
import type { DeadView } from '../../operations/views.ts';
import { createCountersTwin } from '../twins/counters.ts';

/** What Powertools prints for a line of the delivery log at this moment. */
export const printed = (at: number, line: DeliveryLine | CallLine, service = 'sync'): string =>
  JSON.stringify({
    level: 'INFO',
    message: 'step' in line ? 'delivery' : 'call',
    timestamp: new Date(at).toISOString(),
    service,
    sampling_rate: 0,
    ...line,
  });

const viewOf = (id: string, letter: DeadLetter | DeadVisit): DeadView => {
  const { because } = letter;
  if ('visit' in letter) {
    const messages = [shortHashOf(letter.visit.messageId)];
    return { id, because, kind: 'visit', fields: [], activities: 0, messages };
  }
  const { lead, key, fields, activities = [] } = letter;
  return {
    id,
    because,
    kind: 'lead',
    ...(lead !== undefined && { lead }),
    ...(key !== undefined && { key }),
    fields,
    activities: activities.length,
    messages: messagesIn(letter),
  };
};

type Letters = ReadonlyMap<string, DeadLetter | DeadVisit>;

/** Dead letters that can only be looked at, and events that no worker could process. */
export const deadOver = (letters: Letters, events: readonly DeadView[] = []): DeadLetters => {
  const all = (): DeadView[] => [...letters].map(([id, letter]) => viewOf(id, letter));
  return {
    of: (prefixes) =>
      Promise.resolve(all().filter(({ id }) => prefixes.some((one) => id.startsWith(one)))),
    dead: () => Promise.resolve({ dead: [...events, ...all()] }),
    count: (most) =>
      Promise.resolve({ count: Math.min(most, letters.size), isAll: letters.size <= most }),
    resend: () => Promise.reject(new Error('nothing is resent here')),
    drop: () => Promise.reject(new Error('nothing is dropped here')),
  };
};

interface Given {
  readonly table: Pick<LeadsTable, 'read'>;
  readonly clock: Clock;
  readonly letters?: Letters;
  readonly lines?: LinesTwin;
  readonly more?: Partial<OperationsParts>;
}

const noQueue = { waiting: 0, delayed: 0, inFlight: 0 };

/** A destination of twins to look at. */
export const createParts = ({
  table,
  clock,
  letters = new Map(),
  lines = createLinesTwin(),
  more = {},
}: Given): OperationsParts & { readonly lines: LinesTwin } => ({
  table,
  counters: createCountersTwin().counters,
  itemsPending: () => Promise.resolve({ count: 0, isAll: true }),
  queues: () => Promise.resolve({ events: noQueue, ticks: noQueue, deadEvents: noQueue }),
  dead: deadOver(letters),
  check: () => Promise.resolve([]),
  alarms: () => Promise.resolve({ alarms: [], because: 'no stack' }),
  settings: { marketo: { api: 'rest' } },
  holdMs: 30 * 86_400_000,
  historyDays: 30,
  clock,
  ...more,
  lines,
});
