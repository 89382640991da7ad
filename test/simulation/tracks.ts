import type { NormalizeRules } from '../../lambdas/absorb/normalize.ts';
import type { Character } from './character.ts';
import { relationRules } from './relationRules.ts';

/** Tracks that become an activity, and the second a visit besides. */
export const bought = 'Bought';
export const looked = 'Looked';

const rules: NormalizeRules['rules'] = [
  {
    when: { event: bought },
    to: 'activity',
    typeId: 1,
    primary: 'properties.plan',
    attributes: { count: 'properties.count' },
  },
  { when: { event: looked }, to: 'activity', typeId: 2, primary: 'properties.plan' },
  { when: { event: looked }, to: 'visit' },
];

/** The settings of a world that say what an event becomes. */
export const rulesOf = ({
  hasActivities,
  tracks,
  relations,
}: Pick<Character, 'hasActivities' | 'tracks' | 'relations'>): NormalizeRules => ({
  fieldNames: 'segment',
  fieldMap: { userId: false },
  nulls: 'skip',
  rules: [...(hasActivities ? rules : []), ...relations.flatMap((kind) => relationRules[kind])],
  events: tracks,
  visits: { page: 'all', track: 'all' },
  visitorDomain: 'segment',
});
