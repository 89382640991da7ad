import type { Happening } from './workload.ts';

interface Terms {
  /** How long news may wait once nothing stands in its way. */
  readonly patienceMs: number;
  /** How long one call of a lead keeps the next away. */
  readonly lockMs: number;
  /** How long a call takes. */
  readonly callMs: number;
}

/** When news comes, and until when it has to be told. Ms since the start. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * News must be told within the patience. Where an earlier one of the same lead is so near that any
 * design could have the lock in the way, it may take a lock longer.
 */
const spansOf = (happenings: readonly Happening[], terms: Terms): Span[] => {
  const { patienceMs, lockMs, callMs } = terms;
  const before = new Map<number, number>();
  return happenings.flatMap(({ who, at, isNews }): Span[] => {
    if (!isNews) return [];
    const last = before.get(who);
    before.set(who, at);
    // The one before may itself have waited for a lock, and started its own only then.
    const isFree = last === undefined || at - last > 2 * (lockMs + callMs) + patienceMs;
    return [{ from: at, to: at + patienceMs + (isFree ? 0 : lockMs + callMs) }];
  });
};

/**
 * The fewest calls that any design needs to tell all news in time, however many leads one call takes:
 * a call at the end of each span that none before lies in. A lower bound, which may not be reachable.
 */
export const fewestCalls = (happenings: readonly Happening[], terms: Terms): number => {
  let calls = 0;
  let lastCall = -Infinity;
  for (const { from, to } of spansOf(happenings, terms).sort((a, b) => a.to - b.to)) {
    if (from <= lastCall) continue;
    lastCall = to;
    calls += 1;
  }
  return calls;
};
