import type { EpochMs } from '../../lambdas/segment/time.ts';
import { deployedLimits, deployedTiming } from '../../lib/timing.ts';
import type { Lines } from '../ports.ts';
import type { Line, Told, ToldCall } from '../views.ts';
import { createFound } from './found.ts';
import type { InsightsOptions, Row } from './insights.ts';
import { createSearch } from './insights.ts';
import { createLatest } from './latest.ts';
import { sumsBy } from './queries.ts';
import { createRemembered } from './remembered.ts';
import { firstStretch, talliesOf } from './tally.ts';

interface CloudLinesOptions extends InsightsOptions {
  /** How long CloudWatch keeps the logs: nothing older can be found. */
  readonly keptMs: number;
}

/**
 * The delivery log in CloudWatch Logs. What is asked for again and again is answered from memory as
 * long as it is fresh: searches are charged, and reads are limited in their rate.
 */
export const createCloudLines = (options: CloudLinesOptions): Lines => {
  const { clock, keptMs } = options;
  const search = createSearch(options);
  const found = createFound({ search, clock, keptMs });
  const latest = createLatest(options);
  const remembering = <T>(freshMs: number) =>
    createRemembered<T>({ clock, freshMs, most: deployedLimits.searches });
  const rememberedFound = remembering<readonly (Told | ToldCall)[]>(deployedTiming.searchFreshMs);
  const rememberedSums = remembering<{ readonly first: EpochMs; readonly rows: readonly Row[] }>(
    deployedTiming.tallyFreshMs,
  );
  const rememberedLatest = remembering<readonly Line[]>(deployedTiming.latestFreshMs);

  const find = (hash: string, most: number) =>
    rememberedFound(`${hash} ${most}`, () => found(hash, most));

  return {
    ofMessage: (message) => find(message, deployedLimits.searchLines),

    ofLead: async (id, most) => {
      const lines = await find(id, Math.min(most, deployedLimits.searchLines));
      return lines.toReversed();
    },

    latest: (most) => rememberedLatest(String(most), () => latest(most)),

    tally: async (from, to, everyMs) => {
      const first = firstStretch(from);
      // The same stretches with a later end are the same but for the last of them.
      const { rows } = await rememberedSums(`${first} ${everyMs}`, async () => ({
        first,
        rows: await search(sumsBy(first, everyMs), first, to),
      }));
      return talliesOf(rows, first, to, everyMs);
    },
  };
};
