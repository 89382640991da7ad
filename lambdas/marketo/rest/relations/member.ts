import { partsOfId, relationName } from '../../../lead/relations.ts';
import { restLimits } from '../../../limits.ts';
import type { ActivityVerdict } from '../../types.ts';
import type { Complaint } from '../judge.ts';
import { recordVerdict } from '../judge.ts';
import { jsonValue } from '../record.ts';
import type { Going, RelationRow } from './kind.ts';
import { bySeq, programRefusal } from './program.ts';
import { noAnswer, ofRecord } from './records.ts';

/*
 * Fields of a lead's membership in a program (Adobe, Program Members): at most 300 leads of one program a
 * call, each a member already; all fields of a lead go in one record. `null` clears a field.
 */

const fieldOf = ({ target }: Pick<Going, 'target'>): string => partsOfId(target.id)[1];

/** The relations of each lead, in the order in which the leads come. */
const byLead = (group: readonly Going[]): readonly (readonly Going[])[] => [
  ...Map.groupBy(group, ({ id }) => id).values(),
];

/** 1013 of a record is about the membership, not about the lead. */
const noMember = '1013';

const refusedFor = (
  own: readonly Going[],
  reasons: readonly Complaint[],
): ((one: Going) => ActivityVerdict) => {
  if (reasons.some(({ code }) => code === noMember))
    return () => ({
      kind: 'refused',
      because: `the lead is no member of the program: a status makes it one (${noMember})`,
    });
  const names = new Map(own.map((one) => [fieldOf(one), relationName(one.target)]));
  const verdict = recordVerdict(reasons, names);
  if (verdict.kind === 'field-refused')
    // The others go again without it.
    return (one) =>
      verdict.fields.includes(relationName(one.target))
        ? { kind: 'refused', because: verdict.because }
        : { kind: 'pending', because: 'another field of the record was refused' };
  const told = ofRecord(reasons);
  // Nobody says which of several it was: they are tried in ever smaller parts.
  const shared = own.length > 1 && told.kind === 'refused' ? { shared: own.length } : {};
  return () => ({ ...told, ...shared });
};

/** A field of the lead's membership: `member:1044/seats`. */
export const memberRow: RelationRow = {
  leadsPerRequest: restLimits.leadsPerProgramCall,
  groupOf: ({ target }) => partsOfId(target.id)[0],
  request: (group) => {
    const [{ target }] = group;
    const input = byLead(group).map((own) => ({
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
    for (const [seq, own] of byLead(group).entries()) {
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
