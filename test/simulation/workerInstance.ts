import type { Clock } from '../../lambdas/ports.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import type { Dice } from './dice.ts';
import type { Faults } from './faults.ts';
import { injected } from './faults.ts';
import type { Scheduler } from './scheduler.ts';

/** One instance of a worker, from its cold start to its death. Its clock is its own. */
export interface WorkerInstance {
  readonly clock: Clock;
  readonly isOver: () => boolean;
  /** Ports whose calls go nowhere, and whose answers reach nobody, once this life is over. */
  readonly guard: <T extends object>(ports: T) => T;
  /** Resolves to the turn's result, or to `undefined` when the worker died in it or the turn threw. */
  readonly live: <T>(turn: Promise<T>, timeoutMs: number) => Promise<T | undefined>;
}

/** What may happen at one port call: its worker dies, or it fails, before or after its effect. */
export type Trouble = 'dies before' | 'dies after' | 'fails before' | 'fails after';

interface InstancePorts {
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly dice: Dice;
  readonly skewMs: number;
  readonly onThrow: (error: unknown) => void;
  /** Asked before each port call. */
  readonly troubleNow: () => Trouble | undefined;
}

type Call = (...input: readonly unknown[]) => unknown;

/** A new one each time: one that all wait for would keep every world that ever was. */
const never = (): Promise<never> => new Promise(() => undefined);

export const createWorkerInstance = (ports: InstancePorts): WorkerInstance => {
  const { scheduler, faults, dice, skewMs, onThrow, troubleNow } = ports;
  const skew = Math.round(dice.upTo(2 * skewMs) - skewMs);
  let isOver = false;

  const unlessOver = async (answer: Promise<unknown>): Promise<unknown> => {
    try {
      const value = await answer;
      return isOver ? await never() : value;
    } catch (error) {
      if (isOver) return never();
      throw error;
    }
  };

  const guarded =
    (port: Call): Call =>
    (...input) => {
      if (isOver) return never();
      const trouble = troubleNow();
      if (trouble === undefined) return unlessOver(Promise.resolve(port(...input)));
      if (trouble === 'fails before') return Promise.reject(injected());
      isOver = trouble === 'dies before' || trouble === 'dies after';
      if (trouble === 'dies before') return never();
      const done = Promise.resolve(port(...input)).then(() => Promise.reject(injected()));
      return unlessOver(done);
    };

  /** Most deaths come in the first moments of a turn, where its steps are; some in a long call. */
  const deathAfter = (timeoutMs: number): number =>
    dice.next() * dice.next() * (dice.chance(0.7) ? Math.min(2_000, timeoutMs) : timeoutMs);

  return {
    clock: { now: () => epochMs(scheduler.now() + skew) },
    isOver: () => isOver,
    guard: <T extends object>(ports: T): T =>
      Object.fromEntries(
        Object.entries(ports as Record<string, unknown>).map(([name, port]) => [
          name,
          typeof port === 'function' ? guarded(port as Call) : port,
        ]),
      ) as T,
    live: async <T>(turn: Promise<T>, timeoutMs: number): Promise<T | undefined> => {
      let isDone = false;
      const done = turn
        .catch((error: unknown) => {
          onThrow(error);
          return undefined;
        })
        .finally(() => {
          isDone = true;
        });
      const ends = faults.strikes('kills') ? deathAfter(timeoutMs) : timeoutMs;
      const death = scheduler.sleep(ends).then(() => {
        isOver ||= !isDone;
        return undefined;
      });
      return Promise.race([done, death]);
    },
  };
};
