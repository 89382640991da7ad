import { deployedLimits, deployedTiming } from '../limits.ts';
import type { Lines } from '../ports.ts';
import type { Line, Told, ToldCall } from '../views.ts';
import { createFound } from './found.ts';
import type { InsightsOptions } from './insights.ts';
import { createSearch } from './insights.ts';
import { createLatest } from './latest.ts';
import { createRemembered } from './remembered.ts';
import type { Sum } from './sums.ts';
import { createSums } from './sums.ts';
import { firstStretch, talliesOf } from './tally.ts';

interface CloudLinesOptions extends InsightsOptions {
  /** How long CloudWatch keeps the logs: nothing older can be found. */
  readonly keptMs: number;
}

/**
 * Whether an event's lines are there from its first one. Ingest writes that when the queue has
 * answered, so the worker may have written a little earlier; one with a reason is about a dead
 * letter that was resent, long after.
 */
const isFromQueued = (steps: readonly Told[], from: number): boolean =>
  steps.some(
    ({ step, because, at }) =>
      step === 'queued' && because === undefined && at >= from + deployedTiming.lateLineMs,
  );

/**
 * The delivery log in CloudWatch Logs. What is asked for again and again is answered from memory as
 * long as it is fresh: searches are charged, and reads are limited in their rate.
 */
export const createCloudLines = (options: CloudLinesOptions): Lines => {
  const { clock, keptMs } = options;
  const search = createSearch(options);
  const found = createFound({ search, clock, keptMs });
  const sums = createSums({ search, clock });
  const latest = createLatest(options);
  const remembering = <T>(freshMs: number) =>
    createRemembered<T>({ clock, freshMs, most: deployedLimits.searches });
  const rememberedFound = remembering<readonly (Told | ToldCall)[]>(deployedTiming.searchFreshMs);
  const rememberedSums = remembering<readonly Sum[]>(deployedTiming.tallyFreshMs);
  const rememberedLatest = remembering<readonly Line[]>(deployedTiming.latestFreshMs);

  return {
    ofMessage: (message) =>
      rememberedFound(message, () =>
        found({ hash: message, most: deployedLimits.searchLines, isAll: isFromQueued }),
      ),

    ofLead: async (id, most) => {
      const wanted = { hash: id, most: Math.min(most, deployedLimits.searchLines) };
      const lines = await rememberedFound(`${id} ${wanted.most}`, () => found(wanted));
      return lines.toReversed();
    },

    latest: (most) => rememberedLatest(String(most), () => latest(most)),

    tally: async (from, to, everyMs) => {
      const first = firstStretch(from);
      // The same stretches with a later end are the same but for the last of them.
      const known = await rememberedSums(`${first} ${everyMs}`, () => sums(first, to, everyMs));
      return talliesOf(known, first, to, everyMs);
    },
  };
};
