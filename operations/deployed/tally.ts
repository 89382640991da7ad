import type { EpochMs } from '../../lambdas/segment/time.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import type { Tally } from '../views.ts';
import type { Sum } from './sums.ts';

const minuteMs = 60_000;

/** The minute that the first stretch begins with, as on one machine. */
export const firstStretch = (from: EpochMs): EpochMs =>
  epochMs(Math.floor(from / minuteMs) * minuteMs);

const numberIn = (text: string | undefined): number => Math.round(Number(text ?? 0)) || 0;

/** Sums as stretches, the empty ones among them, up to `to`. */
export const talliesOf = (
  sums: readonly Sum[],
  first: EpochMs,
  to: EpochMs,
  everyMs: number,
): readonly Tally[] => {
  const byStretch = Map.groupBy(sums, ({ at }) => at);
  return Array.from({ length: Math.max(0, Math.ceil((to - first) / everyMs)) }, (_, index) => {
    const at = epochMs(first + index * everyMs);
    const own = byStretch.get(at)?.map(({ row }) => row) ?? [];
    const calls = own.filter(({ kind }) => kind === 'call');
    const steps = own.flatMap(({ kind, what, told }) =>
      kind === 'delivery' && what !== undefined ? [[what, numberIn(told)] as const] : [],
    );
    return {
      at,
      // Only the worker's own steps stand in such lines.
      steps: Object.fromEntries(steps),
      calls: calls.reduce((sum, { lines }) => sum + numberIn(lines), 0),
      requests: calls.reduce((sum, { asked }) => sum + numberIn(asked), 0),
    };
  });
};
