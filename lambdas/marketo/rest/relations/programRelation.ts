import * as z from 'zod/mini';
import { restLimits } from '../../../limits.ts';
import type { ActivityVerdict } from '../../marketoTypes.ts';
import { apiErrorOf, apiErrorSchema } from '../restAnswers.ts';
import type { ApiError } from '../apiErrors.ts';
import type { RelationRow } from './kind.ts';
import { noAnswer, ofRecord } from './records.ts';

/*
 * The status of a lead in a program (Adobe, Program Members): at most 300 leads, one program and one status a
 * call. Who is no member becomes one. Statuses only go forward: a lead that is in the status or past it is
 * skipped with 1037, which is an end and no failure.
 */

const answersSchema = z.array(
  z.object({
    seq: z.nullish(z.int()),
    status: z.nullish(z.string()),
    reasons: z.nullish(z.array(apiErrorSchema)),
  }),
);

/** What became of each record of a request, by its place in it; `undefined`: the result is none. */
export const bySeq = (
  result: readonly unknown[],
): ((seq: number) => { status: string; reasons: readonly ApiError[] } | undefined) | undefined => {
  const answers = answersSchema.safeParse(result).data;
  if (!answers) return undefined;
  const all = new Map(answers.map((one) => [one.seq, one]));
  return (seq) => {
    const one = all.get(seq);
    return one && { status: one.status ?? '', reasons: (one.reasons ?? []).map(apiErrorOf) };
  };
};

/** Codes of a whole request whose address names the program. */
const unknownProgram = new Set(['610', '702', '1013']);

/** Why a whole request was refused for its program; `undefined`: it was not. */
export const programRefusal = (apiErrors: readonly ApiError[]): string | undefined => {
  const found = apiErrors.find(({ code }) => code !== undefined && unknownProgram.has(code));
  return found && `Marketo has no program of this id (${found.code ?? ''})`;
};

const noStatus = '1025';
const isInOrPast = '1037';

const verdictOf = (
  answer: { readonly status: string; readonly reasons: readonly ApiError[] } | undefined,
): ActivityVerdict => {
  if (answer === undefined) return noAnswer;
  const { status, reasons } = answer;
  if (status === 'created' || status === 'updated') return { kind: 'added' };
  if (reasons.some(({ code }) => code === isInOrPast))
    return { kind: 'added', because: 'the lead is in this status of the program, or past it' };
  return ofRecord(reasons);
};

/** The status of a lead in a program, by its name. */
export const programRow: RelationRow = {
  leadsPerRequest: restLimits.leadsPerProgramCall,
  groupOf: ({ target, value }) => `${target.id} ${String(value)}`,
  request: (group) => {
    const [{ target, value }] = group;
    return {
      method: 'POST',
      path: `programs/${encodeURIComponent(target.id)}/members/status.json`,
      body: JSON.stringify({
        statusName: String(value),
        input: group.map(({ id }) => ({ leadId: id })),
      }),
    };
  },
  answers: (group, result) => {
    const answers = bySeq(result);
    return answers && group.map((_, seq) => verdictOf(answers(seq)));
  },
  refusal: (apiErrors) =>
    apiErrors.some(({ code }) => code === noStatus)
      ? `the program has no status of this name (${noStatus})`
      : programRefusal(apiErrors),
};
