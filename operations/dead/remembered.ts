import type { Clock } from '../../lambdas/ports.ts';
import { deadLetterTiming } from '../limits.ts';
import type { DeadLetterStore } from './deadLetterStore.ts';

interface Known {
  readonly most: number;
  readonly counted: ReturnType<DeadLetterStore['count']>;
  /** Absent until it is counted: whoever asks meanwhile waits for the same. */
  until?: number;
}

/**
 * The count of dead letters, for whoever asks every few seconds. What took more than one request
 * stands for a minute, for it may read as much as all that waits; one request is cheap enough to
 * be made again. `forget`: letters were resent or dropped since. A failure is not kept.
 */
export const createRemembered = (letters: Pick<DeadLetterStore, 'count'>, clock: Clock) => {
  let known: Known | undefined;

  const begin = (max: number): Known => {
    const counted = letters.count(max);
    const begun: Known = { most: max, counted };
    counted.then(
      ({ requests }) => {
        begun.until = requests > 1 ? clock.now() + deadLetterTiming.countKeptMs : 0;
      },
      () => {
        begun.until = 0;
      },
    );
    return begun;
  };

  return {
    count: async (max: number): Promise<{ readonly count: number; readonly isAll: boolean }> => {
      const stands = known?.most === max && clock.now() < (known.until ?? Infinity);
      known = stands && known ? known : begin(max);
      const { count, isAll } = await known.counted;
      return { count, isAll };
    },
    forget: (): void => {
      known = undefined;
    },
  };
};
