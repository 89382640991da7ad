import type { Clock } from '../../lambdas/ports.ts';

/** The newest `most` entries under their keys; the one that was made first goes first. */
export const boundedMap = <T>(most: number) => {
  const entries = new Map<string, T>();
  return {
    get: (key: string): T | undefined => entries.get(key),
    set: (key: string, value: T): void => {
      entries.delete(key);
      entries.set(key, value);
      const [oldest] = entries.keys();
      if (entries.size > most && oldest !== undefined) entries.delete(oldest);
    },
    delete: (key: string): void => {
      entries.delete(key);
    },
  };
};

interface RememberedOptions {
  readonly clock: Clock;
  /** How long an answer serves. */
  readonly freshMs: number;
  readonly most: number;
}

/**
 * Asks at most once in `freshMs` for each key; whoever asks meanwhile gets the same answer. A failure
 * is not remembered, and the next one who asks learns anew.
 */
export const createRemembered = <T>({ clock, freshMs, most }: RememberedOptions) => {
  const known = boundedMap<{ readonly answer: Promise<T>; freshUntil: number }>(most);
  return (key: string, ask: () => Promise<T>): Promise<T> => {
    const last = known.get(key);
    if (last !== undefined && clock.now() < last.freshUntil) return last.answer;
    const entry = { answer: ask(), freshUntil: Infinity };
    known.set(key, entry);
    entry.answer.then(
      () => {
        entry.freshUntil = clock.now() + freshMs;
      },
      () => {
        if (known.get(key) === entry) known.delete(key);
      },
    );
    return entry.answer;
  };
};
