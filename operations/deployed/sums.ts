import type { Clock } from '../../lambdas/ports.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import type { EpochMs } from '../../lambdas/segment/time.ts';
import { deployedLimits, deployedTiming } from '../limits.ts';
import type { Row, Search } from './insights.ts';
import { sumsBy } from './queries.ts';
import { boundedMap } from './remembered.ts';

/** One row of `sumsBy`. */
export interface Sum {
  /** When its stretch begins. */
  readonly at: number;
  readonly row: Row;
}

interface Finished {
  readonly from: EpochMs;
  /** No line comes any more to a stretch before it. */
  readonly to: EpochMs;
  readonly sums: readonly Sum[];
}

interface SumsOptions {
  readonly search: Search;
  readonly clock: Clock;
}

/**
 * Sums by stretches of `everyMs` from `first` to `to`. A search is charged by the text that it goes
 * through, so stretches that are over, late lines included, are remembered and searched only once.
 */
export const createSums = ({ search, clock }: SumsOptions) => {
  const finished = boundedMap<Finished>(deployedLimits.searches);

  return async (first: EpochMs, to: EpochMs, everyMs: number): Promise<readonly Sum[]> => {
    // Stretches with a later beginning are the same ones as long as they begin at the same places.
    const key = `${everyMs} ${first % everyMs}`;
    const known = finished.get(key);
    const before = known && known.from <= first ? known : undefined;
    const from = epochMs(Math.max(first, before?.to ?? first));
    const over = Math.min(to, clock.now() - deployedTiming.lateLineMs);
    const rows = from < to ? await search(sumsBy(from, everyMs), from, to) : [];
    const sums = [
      ...(before?.sums.filter(({ at }) => at >= first) ?? []),
      ...rows.map((row) => ({ at: from + Math.floor(Number(row['stretch'])) * everyMs, row })),
    ];
    const overTo = first + Math.floor((over - first) / everyMs) * everyMs;
    const keptTo = epochMs(Math.max(from, overTo));
    finished.set(key, { from: first, to: keptTo, sums: sums.filter(({ at }) => at < keptTo) });
    return sums;
  };
};
