import { createContext } from 'preact';
import { useCallback, useContext, useEffect, useRef, useState } from 'preact/hooks';
import { ask, type AskError } from './api.ts';
import { serverNow } from './clock.ts';
import { startPolling } from './poll.ts';

interface Loaded<Data> {
  /** The latest answer; it stays while calls fail. */
  readonly data?: Data;
  /** When that came, by the destination's clock (epoch ms). */
  readonly loadedAt?: number;
  readonly failure?: AskError;
  /** By this browser's clock (epoch ms). */
  readonly retryAt?: number;
}

export interface Polled<Data> extends Loaded<Data> {
  readonly refresh: () => void;
}

/** What all intervals are multiplied with. */
export const SlowerContext = createContext(1);

/** Asks a call of the API for as long as the component stands. Another body begins anew. */
export const usePolled = <Data>(call: string, body: object, everyMs: number): Polled<Data> => {
  const slower = useContext(SlowerContext);
  const [loaded, setLoaded] = useState<Loaded<Data>>({});
  const polling = useRef<() => void>(undefined);
  const asked = JSON.stringify(body);
  useEffect(() => {
    const { refresh, stop } = startPolling({
      load: (signal) => ask<Data>(call, JSON.parse(asked) as object, signal),
      everyMs: everyMs * slower,
      onData: (data) => {
        setLoaded({ data, loadedAt: serverNow() });
      },
      onFailure: (failure, retryAt) => {
        setLoaded((before) => ({ ...before, failure, retryAt }));
      },
    });
    polling.current = refresh;
    return stop;
  }, [call, asked, everyMs, slower]);
  const refresh = useCallback(() => {
    polling.current?.();
  }, []);
  return { ...loaded, refresh };
};
