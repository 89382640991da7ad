import type { DeadOutcome, DeadView } from '../../views.ts';
import { ask } from './api.ts';
import { requestsOf } from './requests.ts';

export type Act = 'resend' | 'drop';

/**
 * Resends or drops dead letters, and tells what became of each.
 * @throws AskError; those of earlier requests are done then
 */
export const act = async (what: Act, ids: readonly string[]): Promise<readonly DeadOutcome[]> => {
  const outcomes: DeadOutcome[] = [];
  for (const some of requestsOf(ids)) {
    const answer = await ask<{ outcomes: readonly DeadOutcome[] }>(what, { ids: some });
    outcomes.push(...answer.outcomes);
  }
  return outcomes;
};

/** Dead letters by their reason, the most frequent first. */
export const byReason = (
  dead: readonly DeadView[],
): readonly (readonly [because: string, letters: readonly DeadView[]])[] =>
  [...Map.groupBy(dead, ({ because }) => because)].sort(
    ([, left], [, right]) => right.length - left.length,
  );

/** How often each came of it, with the reasons. */
export const summed = (
  outcomes: readonly DeadOutcome[],
): readonly { outcome: DeadOutcome['outcome']; times: number; reasons: readonly string[] }[] =>
  [...Map.groupBy(outcomes, ({ outcome }) => outcome)].map(([outcome, of]) => ({
    outcome,
    times: of.length,
    reasons: [...new Set(of.flatMap(({ because }) => (because === undefined ? [] : [because])))],
  }));
