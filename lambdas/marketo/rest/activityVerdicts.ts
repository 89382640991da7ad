import { marketoLimits } from '../../limits.ts';
import { transportVerdict } from '../transport.ts';
import type { Activity, ActivityVerdict, Verdict } from '../marketoTypes.ts';
import { activityAnswers } from './restAnswers.ts';
import type { RestCalled } from './restCaller.ts';
import type { ApiError } from './apiErrors.ts';
import { activitiesVerdict, isLeadGone, recordVerdict } from './apiErrors.ts';

const noReason: ActivityVerdict = {
  kind: 'retry',
  because: 'Marketo skipped the activity without a reason',
  attempts: marketoLimits.boundedAttempts,
};

const ofRecord = ({ attributes }: Activity, errors: readonly ApiError[]): ActivityVerdict => {
  if (errors.length === 0) return noReason;
  const names = new Map(Object.keys(attributes).map((name) => [name, name]));
  const verdict = recordVerdict(errors, names);
  switch (verdict.kind) {
    case 'field-refused':
      return { kind: 'refused', because: `${verdict.because}: ${verdict.fields.join(', ')}` };
    case 'refused':
      return isLeadGone(errors)
        ? {
            kind: 'retry',
            because: verdict.because,
            attempts: marketoLimits.boundedAttempts,
            isLeadGone: true,
          }
        : verdict;
    case 'retry':
      return verdict;
    case 'synced':
    case 'unavailable':
      return noReason;
  }
};

/** One verdict for each activity, or why all leads have to wait. */
export type ActivityResult = readonly ActivityVerdict[] | Extract<Verdict, { kind: 'unavailable' }>;

/** What the answer to a request with these activities means. */
export const activityResultOf = (
  called: RestCalled,
  going: readonly Activity[],
): ActivityResult => {
  const all = (verdict: ActivityVerdict): ActivityResult => going.map(() => verdict);
  const ofAll = (verdict: Verdict): ActivityResult => {
    if (verdict.kind === 'unavailable') return verdict;
    const shared = going.length;
    if (verdict.kind === 'retry') return all({ ...verdict, shared });
    const because = 'because' in verdict ? verdict.because : '';
    return all({ kind: 'refused', because, shared });
  };
  if ('notSent' in called) return all({ kind: 'pending', because: called.notSent });
  if ('verdict' in called) return ofAll(called.verdict);
  if ('complaints' in called) return ofAll(activitiesVerdict(called.complaints));
  const answers = activityAnswers(called.result);
  if (!answers) return ofAll(transportVerdict({ status: called.status }, 'a JSON answer'));
  // Without one answer for each activity, none can be told whose it is.
  if (answers.length !== going.length) {
    const because = `Marketo answered for ${answers.length} activities when asked for ${going.length}`;
    return ofAll({ kind: 'retry', because });
  }
  return answers.map(({ isAdded, errors }, index): ActivityVerdict => {
    const activity = going[index];
    return isAdded || !activity ? { kind: 'added' } : ofRecord(activity, errors);
  });
};
