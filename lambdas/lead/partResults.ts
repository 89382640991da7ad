import { epochMs } from '../segment/time.ts';
import { backoffMs } from './backoff.ts';
import type { DeadLetter, Pause } from './leadTypes.ts';
import type { ActivityVerdict, SettleContext } from './leadVerdicts.ts';

/*
 * A part of a call is what goes beside a lead's record: an activity, or a relation.
 * Its answer costs the fields nothing.
 */

/** What an answer makes of one part. */
type PartOutcome = 'added' | 'stays' | 'backs off' | 'halves' | { readonly refused: string };

interface Part {
  readonly attempts?: number;
}

/** One part with its answer. */
export interface PartResult<T extends Part> {
  readonly part: T;
  readonly verdict: ActivityVerdict;
  readonly outcome: PartOutcome;
}

const isShared = (verdict: ActivityVerdict): boolean => 'shared' in verdict && verdict.shared > 1;

const partOutcomeOf = ({ attempts = 0 }: Part, verdict: ActivityVerdict): PartOutcome => {
  if (verdict.kind === 'added') return 'added';
  if (verdict.kind === 'pending') return 'stays';
  if (verdict.kind === 'refused')
    return isShared(verdict) ? 'halves' : { refused: verdict.because };
  if (verdict.attempts === undefined) return 'backs off';
  if (isShared(verdict)) return 'halves';
  return attempts + 1 < verdict.attempts ? 'backs off' : { refused: verdict.because };
};

export const partResultOf = <T extends Part>(part: T, verdict: ActivityVerdict): PartResult<T> => ({
  part,
  verdict,
  outcome: partOutcomeOf(part, verdict),
});

/**
 * The answer to one of the parts that went along. `told` absent: the lead API takes none, so they end, for the reason
 * `restOnly`; too short: the others are asked again.
 */
export const answerTo = (
  results: readonly ActivityVerdict[] | undefined,
  index: number,
  { parts, restOnly }: { readonly parts: string; readonly restOnly: string },
): ActivityVerdict =>
  results === undefined
    ? { kind: 'refused', because: restOnly }
    : (results[index] ?? {
        kind: 'retry',
        because: `Marketo answered for fewer ${parts} than it was asked`,
      });

/** Whether the answer was about this part and no other. */
const isOwn = ({ outcome, verdict }: PartResult<Part>): boolean =>
  typeof outcome === 'object' ||
  outcome === 'added' ||
  (outcome === 'backs off' && !isShared(verdict));

/** The part as it goes on waiting, or nothing when it has found its end. */
export const remaining = <T extends Part>(results: PartResult<T>): T | undefined => {
  const { part, outcome } = results;
  if (outcome === 'added' || typeof outcome === 'object') return undefined;
  return isOwn(results) ? { ...part, attempts: (part.attempts ?? 0) + 1 } : part;
};

const backoffAfter = (
  { attempts = 0 }: Pause,
  results: readonly PartResult<Part>[],
  { now, random, timing }: SettleContext,
): Pick<Pause, 'attempts' | 'retryAt'> => {
  if (!results.some(({ outcome }) => outcome === 'backs off')) return {};
  const limits = { firstMs: timing.backoffFirstMs, longestMs: timing.backoffLongestMs };
  const retryAt = epochMs(now + backoffMs(attempts, random, limits));
  return { attempts: attempts + 1, retryAt };
};

/** Halved, until an answer speaks of a single part; that ends it. */
const maxAfter = ({ most }: Pause, results: readonly PartResult<Part>[]): Pick<Pause, 'most'> => {
  const shared = results.flatMap(({ outcome, verdict }) =>
    outcome === 'halves' && 'shared' in verdict ? [verdict.shared ?? 1] : [],
  );
  if (shared.length > 0) return { most: Math.ceil(Math.min(...shared) / 2) };
  return most === undefined || results.some(isOwn) ? {} : { most };
};

/** When the parts that wait go again, and in how large a request. */
export const pauseAfter = (
  before: Pause,
  results: readonly PartResult<Part>[],
  context: SettleContext,
): Pause => ({ ...backoffAfter(before, results, context), ...maxAfter(before, results) });

/** Whether Marketo does not have the lead any more. */
export const saysLeadGone = (results: readonly PartResult<Part>[]): boolean =>
  results.some(({ verdict }) => verdict.kind === 'retry' && verdict.isLeadGone);

/** Parts that were refused by themselves; one dead letter for each reason. */
export const deadLettersOf = <T extends Part>(
  results: readonly PartResult<T>[],
  deadLetterOf: (parts: readonly T[]) => Omit<DeadLetter, 'because'>,
): readonly DeadLetter[] => {
  const refused = results.flatMap(({ part, outcome }) =>
    typeof outcome === 'object' ? [{ part, because: outcome.refused }] : [],
  );
  return [...Map.groupBy(refused, ({ because }) => because)].map(([because, of]) => ({
    because,
    ...deadLetterOf(of.map(({ part }) => part)),
  }));
};
