import { marketoLimits } from '../../../limits.ts';
import type { ActivityVerdict } from '../../types.ts';
import type { Complaint } from '../judge.ts';
import { isLeadGone, recordVerdict } from '../judge.ts';

const bounded = (because: string): ActivityVerdict => ({
  kind: 'retry',
  because,
  attempts: marketoLimits.boundedAttempts,
});

/** Marketo left a lead out of its answer. */
export const noAnswer = bounded('Marketo did not answer for this lead');

/** What a record means that Marketo skipped for these reasons. */
export const ofRecord = (reasons: readonly Complaint[]): ActivityVerdict => {
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
