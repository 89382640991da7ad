import { errorName } from '../../lambdas/errorName.ts';
import { OperationsError } from '../error.ts';
import type { DeadOutcome } from '../views.ts';
import type { EventActionResult } from './events.ts';

/** What became of a dead letter, and whether it is to be removed: what it held is safe elsewhere. */
export interface ActionResult extends Omit<DeadOutcome, 'id'> {
  readonly isSettled: boolean;
}

/** Nothing came of it: it stays what it is. */
export const kept = (because: string): ActionResult => ({
  outcome: 'kept',
  because,
  isSettled: false,
});

/** More lost races than this in a row are no coincidence. */
export const maxRaces = 8;

export const busy = 'the worker is busy with this person; try again in a moment';

/** Why something that was resent goes nowhere. */
export const overruled = 'later events say otherwise';
export const inMarketo = 'Marketo has it by now';

export const gone: ActionResult = {
  outcome: 'gone',
  because: 'somebody has resent or dropped it, or its user was deleted',
  isSettled: true,
};

/** What went wrong for one letter; of an error that is not ours only the name may be said. */
export const failed = (error: unknown): ActionResult =>
  error instanceof OperationsError ? kept(error.message) : kept(failure(errorName(error)));

const failure = (name: string): string => `it failed with ${name}; try again`;

const unseen =
  'it could not be seen: somebody looks at the queue at this moment, or it stands behind others of its person; try again in a minute';

export const resultOfEvent = (
  result: EventActionResult,
  outcome: 'resent' | 'dropped',
): ActionResult => {
  if (result.kind === 'failed') return kept(failure(result.because));
  if (result.kind === 'missing') return result.isAll ? gone : kept(unseen);
  const { because } = result;
  return { outcome, ...(because !== undefined && { because }), isSettled: true };
};
