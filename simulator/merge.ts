import type { Effect, Lead } from './model.ts';

/**
 * What a merge of leads does (Adobe, Merge Leads): the winner keeps its values and gets those that it
 * lacks, the first loser that has one first; cookies, visits and activities move to it; the losers go.
 */
export const mergeEffects = (
  winner: Lead,
  losers: readonly Lead[],
  now: number,
): readonly Effect[] => {
  const all = [winner, ...losers];
  const fields = Object.assign(
    {},
    ...all.toReversed().map((lead) => lead.fields),
  ) as Lead['fields'];
  const merged: Lead = {
    ...winner,
    email: all.find(({ email }) => email !== null)?.email ?? null,
    foreign: all.find(({ foreign }) => foreign !== null)?.foreign ?? null,
    fields,
    cookies: [...new Set(all.flatMap(({ cookies }) => cookies))],
    updatedAt: now,
  };
  return [
    ...losers.map(({ id }) => ({
      kind: 'removal' as const,
      removal: { id, into: winner.id },
    })),
    { kind: 'lead', lead: merged },
  ];
};

/** What a deletion does: the lead and its history go, and its id never comes back. */
export const deleteEffect = ({ id }: Lead): Effect => ({
  kind: 'removal',
  removal: { id, into: null },
});
