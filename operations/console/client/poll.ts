import { AskError } from './api.ts';
import { pageTiming } from './timing.ts';

interface PollOptions<Data> {
  readonly load: (signal: AbortSignal) => Promise<Data>;
  readonly everyMs: number;
  readonly onData: (data: Data) => void;
  /** `retryAt`: when it is tried again, by this browser's clock (epoch ms). */
  readonly onFailure: (failure: AskError, retryAt: number) => void;
}

interface Polling {
  /** Asks at once. */
  readonly refresh: () => void;
  readonly stop: () => void;
}

/**
 * Asks again and again, one call at a time: after a failure twice as long later each time, and not
 * at all while nobody sees the page.
 */
export const startPolling = <Data>(options: PollOptions<Data>): Polling => {
  const { load, everyMs, onData, onFailure } = options;
  const stopped = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let isAsking = false;
  let isWanted = false;

  const later = (waitMs: number): void => {
    if (!stopped.signal.aborted && !document.hidden) timer = setTimeout(refresh, waitMs);
  };

  const run = async (): Promise<void> => {
    try {
      const data = await load(stopped.signal);
      if (stopped.signal.aborted) return;
      failures = 0;
      onData(data);
      later(everyMs);
    } catch (error) {
      if (stopped.signal.aborted) return;
      failures += 1;
      const longest = Math.max(everyMs, pageTiming.failingLongestMs);
      const waitMs = Math.min(everyMs * 2 ** failures, longest);
      const failure =
        error instanceof AskError
          ? error
          : new AskError('unusable', String(error), { cause: error });
      onFailure(failure, Date.now() + waitMs);
      later(waitMs);
    }
  };

  const refresh = (): void => {
    clearTimeout(timer);
    isWanted = isAsking;
    if (isAsking || stopped.signal.aborted) return;
    isAsking = true;
    void run().finally(() => {
      isAsking = false;
      if (isWanted) refresh();
    });
  };

  const look = (): void => {
    if (document.hidden) clearTimeout(timer);
    else refresh();
  };
  document.addEventListener('visibilitychange', look);
  refresh();
  return {
    refresh,
    stop: () => {
      stopped.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', look);
    },
  };
};
