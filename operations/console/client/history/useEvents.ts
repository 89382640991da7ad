import { useContext, useEffect, useRef, useState } from 'preact/hooks';
import type { HistoryEvent } from '../../../../lambdas/history/types.ts';
import type { EventsView } from '../../../views.ts';
import { ask, AskError } from '../api.ts';
import { serverNow } from '../clock.ts';
import { SlowerContext } from '../polled.ts';
import { pageTiming } from '../timing.ts';
import { filterOf, type Fields } from './filter.ts';

const pageEvents = 60;

interface Found {
  readonly events: readonly HistoryEvent[];
  readonly next?: string;
  readonly searchedTo: number;
}

const failureOf = (error: unknown): AskError =>
  error instanceof AskError ? error : new AskError('unusable', String(error));

const queryOf = (fields: Fields, after?: string) => ({
  filter: filterOf(fields, serverNow()),
  most: pageEvents,
  ...(after !== undefined && { after }),
});

/**
 * The events of a filter, a moment after its last change; with `isLive` the latest ones come by themselves,
 * unless older pages have been asked for.
 */
export const useEvents = (fields: Fields, isLive: boolean) => {
  const slower = useContext(SlowerContext);
  const [found, setFound] = useState<Found>();
  const [failure, setFailure] = useState<AskError>();
  const [isBusy, setBusy] = useState(true);
  const pages = useRef(1);
  const stopped = useRef(new AbortController());
  const key = JSON.stringify(fields);

  useEffect(() => {
    const own = new AbortController();
    stopped.current = own;
    pages.current = 1;
    setBusy(true);
    let timer: ReturnType<typeof setTimeout> | undefined;
    // Somebody may ask for older ones while the answer is on its way.
    const olderAsked = (): boolean => pages.current > 1;
    const look = async (): Promise<void> => {
      try {
        if (!olderAsked() && !document.hidden) {
          const view = await ask<EventsView>('events', queryOf(fields), own.signal);
          if (own.signal.aborted) return;
          setFound((before) => (olderAsked() ? before : view));
          setFailure(undefined);
        }
      } catch (error) {
        if (own.signal.aborted) return;
        setFailure(failureOf(error));
      }
      setBusy(false);
      if (isLive) timer = setTimeout(() => void look(), pageTiming.eventsMs * slower);
    };
    timer = setTimeout(() => void look(), pageTiming.typedMs);
    return () => {
      own.abort();
      clearTimeout(timer);
    };
  }, [key, isLive, slower]);

  const more = async (): Promise<void> => {
    if (found?.next === undefined) return;
    const { signal } = stopped.current;
    pages.current += 1;
    setBusy(true);
    try {
      const view = await ask<EventsView>('events', queryOf(fields, found.next), signal);
      if (signal.aborted) return;
      setFound({ ...view, events: [...found.events, ...view.events] });
    } catch (error) {
      if (!signal.aborted) setFailure(failureOf(error));
    }
    setBusy(false);
  };

  return { found, failure, isBusy, more };
};
