import { epochMs } from '../segment/time.ts';
import { backoffMs } from './backoff.ts';
import type { DeadLetter, Pause } from './types.ts';
import type { ActivityVerdict, SettleContext } from './verdicts.ts';

/*
 * A part of a call is what goes beside a lead's record: an activity, or a relation.
 * Its answer costs the fields nothing.
 */

/** What an answer makes of one part. */
type Fate = 'added' | 'stays' | 'backs off' | 'halves' | { readonly refused: string };

interface Part {
  readonly attempts?: number;
}

/** One part with its answer. */
export interface Told<T extends Part> {
  readonly part: T;
  readonly verdict: ActivityVerdict;
  readonly fate: Fate;
}

const isShared = (verdict: ActivityVerdict): boolean => 'shared' in verdict && verdict.shared > 1;

const fateOf = ({ attempts = 0 }: Part, verdict: ActivityVerdict): Fate => {
  if (verdict.kind === 'added') return 'added';
  if (verdict.kind === 'pending') return 'stays';
  if (verdict.kind === 'refused')
    return isShared(verdict) ? 'halves' : { refused: verdict.because };
  if (verdict.attempts === undefined) return 'backs off';
  if (isShared(verdict)) return 'halves';
  return attempts + 1 < verdict.attempts ? 'backs off' : { refused: verdict.because };
};

export const toldOf = <T extends Part>(part: T, verdict: ActivityVerdict): Told<T> => ({
  part,
  verdict,
  fate: fateOf(part, verdict),
});

/**
 * The answer to one of the parts that went along. `told` absent: the lead API takes none, so they end, for the reason
 * `restOnly`; too short: the others are asked again.
 */
export const answerTo = (
  told: readonly ActivityVerdict[] | undefined,
  index: number,
  { parts, restOnly }: { readonly parts: string; readonly restOnly: string },
): ActivityVerdict =>
  told === undefined
    ? { kind: 'refused', because: restOnly }
    : (told[index] ?? {
        kind: 'retry',
        because: `Marketo answered for fewer ${parts} than it was asked`,
      });

/** Whether the answer was about this part and no other. */
const isOwn = ({ fate, verdict }: Told<Part>): boolean =>
  typeof fate === 'object' || fate === 'added' || (fate === 'backs off' && !isShared(verdict));

/** The part as it goes on waiting, or nothing when it has found its end. */
export const remaining = <T extends Part>(told: Told<T>): T | undefined => {
  const { part, fate } = told;
  if (fate === 'added' || typeof fate === 'object') return undefined;
  return isOwn(told) ? { ...part, attempts: (part.attempts ?? 0) + 1 } : part;
};

const backoffAfter = (
  { attempts = 0 }: Pause,
  told: readonly Told<Part>[],
  { now, random, timing }: SettleContext,
): Pick<Pause, 'attempts' | 'retryAt'> => {
  if (!told.some(({ fate }) => fate === 'backs off')) return {};
  const limits = { firstMs: timing.backoffFirstMs, longestMs: timing.backoffLongestMs };
  const retryAt = epochMs(now + backoffMs(attempts, random, limits));
  return { attempts: attempts + 1, retryAt };
};

/** Halved, until an answer speaks of a single part; that ends it. */
const mostAfter = ({ most }: Pause, told: readonly Told<Part>[]): Pick<Pause, 'most'> => {
  const shared = told.flatMap(({ fate, verdict }) =>
    fate === 'halves' && 'shared' in verdict ? [verdict.shared ?? 1] : [],
  );
  if (shared.length > 0) return { most: Math.ceil(Math.min(...shared) / 2) };
  return most === undefined || told.some(isOwn) ? {} : { most };
};

/** When the parts that wait go again, and in how large a request. */
export const pauseAfter = (
  before: Pause,
  told: readonly Told<Part>[],
  context: SettleContext,
): Pause => ({ ...backoffAfter(before, told, context), ...mostAfter(before, told) });

/** Whether Marketo does not have the lead any more. */
export const saysLeadGone = (told: readonly Told<Part>[]): boolean =>
  told.some(({ verdict }) => verdict.kind === 'retry' && verdict.isLeadGone);

/** Parts that were refused by themselves; one dead letter for each reason. */
export const lettersOf = <T extends Part>(
  told: readonly Told<T>[],
  letterOf: (parts: readonly T[]) => Omit<DeadLetter, 'because'>,
): readonly DeadLetter[] => {
  const refused = told.flatMap(({ part, fate }) =>
    typeof fate === 'object' ? [{ part, because: fate.refused }] : [],
  );
  return [...Map.groupBy(refused, ({ because }) => because)].map(([because, of]) => ({
    because,
    ...letterOf(of.map(({ part }) => part)),
  }));
};
