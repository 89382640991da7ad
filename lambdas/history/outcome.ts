import type { DeliveryLine } from '../delivery.ts';
import { withoutConsent } from '../segment/consent.ts';
import type { EventType } from '../segment/event.ts';
import type { HistoryOutcome } from './types.ts';

/**
 * Which of two outcomes an event keeps that has had both, as one with several fields may: the higher
 * one. What waits is overruled by whatever comes of it.
 */
export const rankOf: Readonly<Record<HistoryOutcome, number>> = {
  waiting: 0,
  held: 0,
  dropped: 2,
  unchanged: 3,
  superseded: 4,
  delivered: 5,
  carriedOut: 5,
  refused: 6,
  dead: 7,
};

/** What a step means for its event where it is the only one. */
const outcomes: Readonly<Record<DeliveryLine['step'], HistoryOutcome | undefined>> = {
  accepted: undefined,
  queued: 'waiting',
  absorbed: 'waiting',
  waiting: 'waiting',
  held: 'held',
  dropped: 'dropped',
  unchanged: 'unchanged',
  superseded: 'superseded',
  visited: 'delivered',
  synced: 'delivered',
  refused: 'refused',
  dead: 'dead',
};

type Step = Pick<DeliveryLine, 'step' | 'fields' | 'because'>;

/** Traits were left out of an event that goes on; a refusal of consent takes what waits of it. */
const isAside = ({ step, fields, because }: Step): boolean =>
  step === 'dropped' && fields !== undefined && because !== withoutConsent;

/**
 * What became of an event by the steps of one invocation: something still waits, unless it was
 * given up; else the most telling end. `undefined`: they say nothing of it.
 */
export const outcomeOf = (
  steps: readonly Step[],
  type?: EventType,
): { readonly outcome: HistoryOutcome; readonly reason?: string } | undefined => {
  const told = steps
    .filter((step) => !isAside(step))
    .flatMap(({ step, because }) => {
      const outcome =
        type === 'delete' && step === 'absorbed' ? ('carriedOut' as const) : outcomes[step];
      return outcome === undefined
        ? []
        : [{ outcome, ...(because !== undefined && { reason: because }) }];
    });
  const pending = told.findLast(({ outcome }) => rankOf[outcome] === 0);
  const [first, ...rest] = told;
  if (first === undefined) return undefined;
  const end = rest.reduce(
    (best, one) => (rankOf[one.outcome] >= rankOf[best.outcome] ? one : best),
    first,
  );
  return end.outcome === 'dead' ? end : (pending ?? end);
};
