import type { DeliveryLine } from '../../lambdas/delivery.ts';
import type { EpochMs } from '../../lambdas/segment/time.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import type { Line, Tally } from '../views.ts';

const minuteMs = 60_000;
/** Two weeks: longer than any plot looks back. */
const minutesMost = 14 * 24 * 60;

interface Sums {
  readonly steps: Partial<Record<DeliveryLine['step'], number>>;
  calls: number;
  requests: number;
}

const nothing = (): Sums => ({ steps: {}, calls: 0, requests: 0 });

const minuteOf = (at: number): number => Math.floor(at / minuteMs) * minuteMs;

const addLine = (sums: Sums, line: Line): void => {
  if (line.kind === 'step') {
    const { step, messages } = line;
    sums.steps[step] = (sums.steps[step] ?? 0) + messages.length;
  } else if (line.kind === 'call') {
    sums.calls += 1;
    sums.requests += line.requests;
  }
};

const addSums = (sums: Sums, { steps, calls, requests }: Sums): void => {
  for (const [step, count] of Object.entries(steps) as [DeliveryLine['step'], number][])
    sums.steps[step] = (sums.steps[step] ?? 0) + count;
  sums.calls += calls;
  sums.requests += requests;
};

/** Sums of lines by the minute, for the latest two weeks. */
export const createTallies = () => {
  const minutes = new Map<number, Sums>();

  return {
    add: (line: Line): void => {
      if (line.kind === 'trouble') return;
      const minute = minuteOf(line.at);
      let sums = minutes.get(minute);
      if (sums === undefined) {
        sums = nothing();
        minutes.set(minute, sums);
        const [oldest] = minutes.keys();
        if (minutes.size > minutesMost && oldest !== undefined) minutes.delete(oldest);
      }
      addLine(sums, line);
    },

    /** By stretches of `everyMs` (whole minutes) from the minute of `from`, up to `to`, earliest first. */
    between: (from: EpochMs, to: EpochMs, everyMs: number): readonly Tally[] => {
      const first = minuteOf(from);
      const count = Math.max(0, Math.ceil((to - first) / everyMs));
      return Array.from({ length: count }, (_, index): Tally => {
        const at = first + index * everyMs;
        const sums = nothing();
        for (let minute = minuteOf(at); minute < Math.min(at + everyMs, to); minute += minuteMs) {
          const some = minutes.get(minute);
          if (some) addSums(sums, some);
        }
        return { at: epochMs(at), ...sums };
      });
    },
  };
};
