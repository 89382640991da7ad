import type { NormalizeRules } from '../../lambdas/absorb/normalize.ts';
import type { Character } from './character.ts';

/** Tracks that become an activity, and the second a visit besides. */
export const bought = 'Bought';
export const looked = 'Looked';

const activities = {
  [bought]: { typeId: 1, primary: 'plan', attributes: { count: 'count' } },
  [looked]: { typeId: 2, primary: 'plan', visit: true },
};

/** The settings of a world that say what an event becomes. */
export const rulesOf = ({ hasActivities, tracks }: Character): NormalizeRules => ({
  fieldNames: 'segment',
  fieldMap: { userId: false },
  nulls: 'skip',
  activities: hasActivities ? activities : {},
  events: tracks,
  visits: { page: 'all', track: 'all' },
  visitorDomain: 'segment',
});
