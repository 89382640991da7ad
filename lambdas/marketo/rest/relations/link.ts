import { companyKey } from '../../../lead/relations.ts';
import { marketoLimits } from '../../../limits.ts';
import type { ActivityVerdict } from '../../marketoTypes.ts';
import { recordAnswers } from '../restAnswers.ts';
import type { ApiError } from '../apiErrors.ts';
import { jsonValue } from '../record.ts';
import type { RelationRow } from './kind.ts';
import { noAnswer, ofRecord } from './records.ts';

/*
 * The company that a lead belongs to (Adobe, Companies): its field `externalCompanyId`, written by Sync Leads. It goes
 * by itself, so that a company that Marketo does not have yet costs the lead's own fields nothing.
 */

/** The company's own call may yet come, or come again. */
const refused = (reasons: readonly ApiError[]): ActivityVerdict => {
  const told = ofRecord(reasons);
  return told.kind === 'refused'
    ? { kind: 'retry', because: told.because, attempts: marketoLimits.boundedAttempts }
    : told;
};

/** The lead belongs to this company: `link:company`. */
export const linkRow: RelationRow = {
  leadsPerRequest: marketoLimits.leadsPerCall,
  writesRecord: true,
  groupOf: () => 'all',
  request: (group) => ({
    method: 'POST',
    path: 'leads.json',
    body: JSON.stringify({
      action: 'updateOnly',
      lookupField: 'id',
      input: group.map(({ id, value }) => ({ id, [companyKey]: jsonValue(value) })),
    }),
  }),
  answers: (group, result) => {
    const answers = recordAnswers(result);
    return (
      answers &&
      group.map((_, seq) => {
        const answer = answers[seq];
        if (answer === undefined) return noAnswer;
        return answer.isWritten ? { kind: 'added' } : refused(answer.reasons);
      })
    );
  },
  refusal: () => undefined,
};
