import { partsOfId } from '../../../lead/relations.ts';
import { restLimits } from '../../../limits.ts';
import type { ActivityVerdict } from '../../marketoTypes.ts';
import type { ApiError } from '../apiErrors.ts';
import { jsonValue } from '../record.ts';
import type { Going, RelationRow } from './kind.ts';
import { bySubject } from './kind.ts';
import { bySeq, programRefusal } from './programRelation.ts';
import { noAnswer, ofSharedRecord } from './records.ts';

/*
 * Fields of a lead's membership in a program (Adobe, Program Members): at most 300 leads of one program a
 * call, each a member already; all fields of a lead go in one record. `null` clears a field.
 */

const fieldOf = ({ target }: Pick<Going, 'target'>): string => partsOfId(target.id)[1];

/** 1013 of a record is about the membership, not about the lead. */
const noMember = '1013';

const refusedFor = (
  own: readonly Going[],
  reasons: readonly ApiError[],
): ((one: Going) => ActivityVerdict) =>
  reasons.some(({ code }) => code === noMember)
    ? () => ({
        kind: 'refused',
        because: `the lead is no member of the program: a status makes it one (${noMember})`,
      })
    : ofSharedRecord(own, reasons, fieldOf);

/** A field of the lead's membership: `member:1044/seats`. */
export const memberRow: RelationRow = {
  leadsPerRequest: restLimits.leadsPerProgramCall,
  groupOf: ({ target }) => partsOfId(target.id)[0],
  request: (group) => {
    const [{ target }] = group;
    const input = bySubject(group).map((own) => ({
      leadId: own[0]?.id,
      ...Object.fromEntries(own.map((one) => [fieldOf(one), jsonValue(one.value)])),
    }));
    return {
      method: 'POST',
      path: `programs/${encodeURIComponent(partsOfId(target.id)[0])}/members.json`,
      body: JSON.stringify({ input }),
    };
  },
  answers: (group, result) => {
    const answers = bySeq(result);
    if (!answers) return undefined;
    const told = new Map<Going, ActivityVerdict>();
    for (const [seq, own] of bySubject(group).entries()) {
      const answer = answers(seq);
      const isWritten = answer?.status === 'updated' || answer?.status === 'created';
      const verdictOf = answer && !isWritten ? refusedFor(own, answer.reasons) : undefined;
      for (const one of own)
        told.set(one, isWritten ? { kind: 'added' } : (verdictOf?.(one) ?? noAnswer));
    }
    return group.map((one) => told.get(one) ?? noAnswer);
  },
  refusal: programRefusal,
};
