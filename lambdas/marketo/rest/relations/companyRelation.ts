import { companyKey } from '../../../lead/relations.ts';
import { restLimits } from '../../../limits.ts';
import type { ActivityVerdict } from '../../marketoTypes.ts';
import { jsonValue } from '../record.ts';
import type { Going, RelationRow } from './kind.ts';
import { bySubject } from './kind.ts';
import { bySeq } from './programRelation.ts';
import { noAnswer, ofSharedRecord } from './records.ts';

/*
 * Values of a company (Adobe, Companies): Sync Companies makes or updates at most 300 companies a call, found by
 * their `externalCompanyId`. Where a CRM is synchronized, Marketo's companies are read-only (1018).
 */

const readOnly = '1018';

const fieldOf = ({ target }: Going): string => target.id;

/** A company's records are no leads: nothing that is said of them is about one. */
const ofCompany = (verdict: ActivityVerdict): ActivityVerdict => {
  if (verdict.kind !== 'retry') return verdict;
  const { kind, because, attempts } = verdict;
  return { kind, because, ...(attempts !== undefined && { attempts }) };
};

const readOnlyBecause = `companies are read-only in this Marketo, because its CRM writes them (${readOnly}): remove the rules for companies`;

/** A value of a company: `company:industry`. */
export const companyRow: RelationRow = {
  leadsPerRequest: restLimits.companiesPerCall,
  groupOf: () => 'all',
  request: (group) => ({
    method: 'POST',
    path: 'companies.json',
    body: JSON.stringify({
      action: 'createOrUpdate',
      dedupeBy: 'dedupeFields',
      input: bySubject(group).map((own) => ({
        ...Object.fromEntries(own.map((one) => [fieldOf(one), jsonValue(one.value)])),
        [companyKey]: own[0]?.company ?? '',
      })),
    }),
  }),
  answers: (group, result) => {
    const answers = bySeq(result);
    if (!answers) return undefined;
    const told = new Map<Going, ActivityVerdict>();
    for (const [seq, own] of bySubject(group).entries()) {
      const answer = answers(seq);
      const isWritten = answer?.status === 'updated' || answer?.status === 'created';
      const refused = answer && !isWritten && ofSharedRecord(own, answer.reasons, fieldOf);
      for (const one of own)
        told.set(one, isWritten ? { kind: 'added' } : refused ? ofCompany(refused(one)) : noAnswer);
    }
    return group.map((one) => told.get(one) ?? noAnswer);
  },
  refusal: (apiErrors) =>
    apiErrors.some(({ code }) => code === readOnly) ? readOnlyBecause : undefined,
};
