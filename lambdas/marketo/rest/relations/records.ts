import { relationName } from '../../../lead/relations.ts';
import { marketoLimits } from '../../../limits.ts';
import type { ActivityVerdict } from '../../marketoTypes.ts';
import type { ApiError } from '../apiErrors.ts';
import { isLeadGone, recordVerdict } from '../apiErrors.ts';
import type { Going } from './kind.ts';

const bounded = (because: string): ActivityVerdict => ({
  kind: 'retry',
  because,
  attempts: marketoLimits.boundedAttempts,
});

/** Marketo left a lead out of its answer. */
export const noAnswer = bounded('Marketo did not answer for this lead');

/** What a record means that Marketo skipped for these reasons. */
export const ofRecord = (reasons: readonly ApiError[]): ActivityVerdict => {
  if (reasons.length === 0) return bounded('Marketo skipped the lead without a reason');
  const verdict = recordVerdict(reasons, new Map());
  if (verdict.kind === 'retry') return verdict;
  if (verdict.kind !== 'refused') return bounded('Marketo skipped the lead');
  // Its e-mail has to find it, or make it anew.
  return isLeadGone(reasons)
    ? {
        kind: 'retry',
        because: verdict.because,
        attempts: marketoLimits.boundedAttempts,
        isLeadGone: true,
      }
    : { kind: 'refused', because: verdict.because };
};

/**
 * What a record means that carried several relations, each as a field of this name, and that Marketo skipped for these
 * reasons: a field that they name is refused, the others go again without it.
 */
export const ofSharedRecord = (
  own: readonly Going[],
  reasons: readonly ApiError[],
  fieldOf: (one: Going) => string,
): ((one: Going) => ActivityVerdict) => {
  const names = new Map(own.map((one) => [fieldOf(one), relationName(one.target)]));
  const verdict = recordVerdict(reasons, names);
  if (verdict.kind === 'field-refused')
    return (one) =>
      verdict.fields.includes(relationName(one.target))
        ? { kind: 'refused', because: verdict.because }
        : { kind: 'pending', because: 'another field of the record was refused' };
  const told = ofRecord(reasons);
  // Nobody says which of several it was: they are tried in ever smaller parts.
  const shared = own.length > 1 && told.kind === 'refused' ? { shared: own.length } : {};
  return () => ({ ...told, ...shared });
};
