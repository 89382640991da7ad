import type { HistoryFilter } from '../../../../lambdas/history/historyPorts.ts';
import type { HistoryEvent } from '../../../../lambdas/history/types.ts';
import type { EventsView } from '../../../views.ts';
import { ask } from '../api.ts';
import { pageTiming } from '../timing.ts';
import { formats, type Format } from './fileText.ts';

const pageEvents = 500;

/** All events of a filter, page by page. `onMany` hears how many there are so far. */
export const allOf = async (
  filter: HistoryFilter,
  onMany: (many: number) => void,
  signal: AbortSignal,
): Promise<readonly HistoryEvent[]> => {
  const events: HistoryEvent[] = [];
  let after: string | undefined;
  do {
    const page: EventsView = await ask<EventsView>(
      'events',
      { filter, most: pageEvents, ...(after !== undefined && { after }) },
      signal,
    );
    events.push(...page.events);
    onMany(events.length);
    after = page.next;
  } while (after !== undefined && events.length < pageTiming.exportEvents);
  return events;
};

/** Hands a text to the browser as a file. */
export const save = (format: Format, text: string, now: number): void => {
  const url = URL.createObjectURL(new Blob([text], { type: formats[format].type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `events-${new Date(now).toISOString().slice(0, 19).replaceAll(':', '-')}.${format}`;
  link.click();
  URL.revokeObjectURL(url);
};
