import { looseKey } from '../segment/looseKey.ts';
import { byCodeUnit } from '../marketo/text.ts';
import type { Rule } from '../marketo/mapping/mappingSchema.ts';
import type { Source } from '../marketo/mapping/sources.ts';
import type { Settings } from './settingsSchema.ts';

type Activities = Settings['activities'];
type OldSource = Activities[string]['primary'];

/** A property by its path from the properties, or a text that is always the same. */
const sourceOf = (source: OldSource): Source =>
  typeof source === 'string' ? `properties.${source}` : { constant: source.text };

/**
 * The setting `activities` of version 0.1 as rules. Of names that differ in spelling alone the exact one
 * came first, then the first by code units: the exact ones are conditions here.
 */
export const activityRules = (activities: Activities): readonly Rule[] => {
  const names = Object.keys(activities).sort(byCodeUnit);
  const groups = Map.groupBy(names, looseKey);
  return [...groups.values()].flatMap((alike) => {
    const [first = '', ...others] = alike;
    const exact = others.map((name) => ({
      name,
      when: { event: name, if: { event: { equals: name } } },
    }));
    const rest =
      others.length === 0
        ? { event: first }
        : { event: first, if: { event: { not: { oneOf: others } } } };
    return [...exact, { name: first, when: rest }].flatMap(({ name, when }): Rule[] => {
      const activity = activities[name];
      if (activity === undefined) return [];
      const { typeId, primary, attributes, visit } = activity;
      const made: Rule = {
        when,
        to: 'activity',
        typeId,
        primary: sourceOf(primary),
        ...(attributes && {
          attributes: Object.fromEntries(
            Object.entries(attributes).map(([key, source]) => [key, sourceOf(source)]),
          ),
        }),
      };
      return visit === true ? [made, { when, to: 'visit' }] : [made];
    });
  });
};
