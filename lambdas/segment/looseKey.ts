import type { Json, JsonObject } from './event.ts';

/**
 * Segment looks traits up without regard to case, spaces and underscores: `first_name`,
 * `First Name` and `firstName` are one. Equal loose keys name the same trait.
 */
export const looseKey = (name: string): string => name.replace(/[\s_]/g, '').toLowerCase();

/**
 * The values of all keys of `object` that name the same trait as `name`: the exact spelling first,
 * then by code units, so that the order in which a sender wrote its keys decides nothing.
 */
export const looseValues = (object: JsonObject | undefined, name: string): readonly Json[] => {
  const wanted = looseKey(name);
  const rank = (key: string): string => (key === name ? '' : key);
  return Object.entries(object ?? {})
    .filter(([key]) => looseKey(key) === wanted)
    .sort(([a], [b]) => (rank(a) < rank(b) ? -1 : 1))
    .map(([, value]) => value);
};
