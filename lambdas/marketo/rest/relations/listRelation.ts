import * as z from 'zod/mini';
import { restLimits } from '../../../limits.ts';
import type { ActivityVerdict } from '../../marketoTypes.ts';
import { apiErrorOf, apiErrorSchema } from '../restAnswers.ts';
import type { ApiError } from '../apiErrors.ts';
import type { Going, RelationRow } from './kind.ts';
import { noAnswer, ofRecord } from './records.ts';

/*
 * Static lists (Adobe, Static Lists): POST adds, DELETE removes, at most 300 leads of one list. Adding
 * twice changes nothing. The answer is not documented to be in order.
 */

const answersSchema = z.array(
  z.object({
    id: z.nullish(z.int()),
    status: z.nullish(z.string()),
    reasons: z.nullish(z.array(apiErrorSchema)),
  }),
);

const isMember = ({ value }: Pick<Going, 'value'>): boolean => value === true;

/** A lead that is to leave a list and is in it no more. */
const notInList = '1015';

const verdictOf = (
  one: Going,
  answer: z.infer<typeof answersSchema>[number] | undefined,
): ActivityVerdict => {
  if (answer === undefined) return noAnswer;
  const reasons = (answer.reasons ?? []).map(apiErrorOf);
  const isGone = !isMember(one) && reasons.some(({ code }) => code === notInList);
  const done = isMember(one) ? 'added' : 'removed';
  if (answer.status === done) return { kind: 'added' };
  return isGone ? { kind: 'added', because: 'the lead was not in the list' } : ofRecord(reasons);
};

/** Codes of a whole request whose address names the list. */
const unknownList = new Set(['610', '702', '1013']);

const refusal = (apiErrors: readonly ApiError[]): string | undefined => {
  const found = apiErrors.find(({ code }) => code !== undefined && unknownList.has(code));
  return found && `Marketo has no static list of this id (${found.code ?? ''})`;
};

/** Membership in a static list: `true` adds the lead, anything else removes it. */
export const listRow: RelationRow = {
  leadsPerRequest: restLimits.leadsPerListCall,
  groupOf: (one) => `${one.target.id} ${isMember(one) ? 'add' : 'remove'}`,
  request: (group) => {
    const [first] = group;
    const ids = group.map(({ id }) => `id=${id}`).join('&');
    return {
      method: isMember(first) ? 'POST' : 'DELETE',
      path: `lists/${encodeURIComponent(first.target.id)}/leads.json?${ids}`,
    };
  },
  answers: (group, result) => {
    const answers = answersSchema.safeParse(result).data;
    if (!answers) return undefined;
    const byId = new Map(answers.map((one) => [one.id, one]));
    return group.map((one) => verdictOf(one, byId.get(one.id)));
  },
  refusal,
};
